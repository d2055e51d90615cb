//! What a delivery has taken upon itself and not settled yet: it is given up if the delivery fails,
//! so that the same said again is listened to.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{join, join_all};
use shopcall_core::domain::{Resource, StoreId};
use shopcall_core::storage::{HintRepository, HintTicket};

/// Outlives the work, which may be cut off at any moment.
#[derive(Debug, Default)]
pub(crate) struct Open(Mutex<Parts>);

#[derive(Debug, Default)]
struct Parts {
    tickets: Vec<HintTicket>,
    asked: Vec<(StoreId, Resource)>,
}

impl Open {
    /// A claim is about to be made.
    pub(crate) fn claims(&self, ticket: &HintTicket) {
        self.parts().tickets.push(ticket.clone());
    }

    /// It was not made, or is settled.
    pub(crate) fn settled(&self, ticket: &HintTicket) {
        self.parts().tickets.retain(|open| open != ticket);
    }

    /// A run is about to be asked for.
    pub(crate) fn asks(&self, store: &StoreId, resource: Resource) {
        self.parts().asked.push((store.clone(), resource));
    }

    /// It is not, for one was a moment ago.
    pub(crate) fn does_not_ask(&self, resource: Resource) {
        self.parts().asked.retain(|(_, open)| *open != resource);
    }

    /// All runs have been asked for.
    pub(crate) fn has_asked(&self) {
        self.parts().asked.clear();
    }

    /// Gives up all that is open, at once. Where that fails, claims run out by themselves, and the
    /// schedule asks for runs.
    pub(crate) async fn give_up(&self, hints: &HintRepository) {
        let Parts { tickets, asked } = std::mem::take(&mut *self.parts());
        let tickets = tickets.iter().map(|ticket| hints.give_up(ticket));
        let asked = asked.iter().map(|(store, resource)| hints.did_not_ask(store, *resource));
        drop(join(join_all(tickets), join_all(asked)).await);
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
