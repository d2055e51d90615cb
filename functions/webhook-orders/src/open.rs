//! Claims and run requests that a delivery has not settled yet. They are released if the delivery
//! fails, so that a retry is processed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{join, join_all};
use shopcall_core::domain::{Resource, StoreId};
use shopcall_core::storage::{HintRepository, HintTicket};

/// Outlives the processing, which may be cancelled at any time.
#[derive(Debug, Default)]
pub(crate) struct Open(Mutex<Parts>);

#[derive(Debug, Default)]
struct Parts {
    tickets: Vec<HintTicket>,
    asked: Vec<(StoreId, Resource)>,
}

impl Open {
    /// Records that a claim is about to be made.
    pub(crate) fn claims(&self, ticket: &HintTicket) {
        self.parts().tickets.push(ticket.clone());
    }

    /// Removes a claim that was not made or is settled.
    pub(crate) fn settled(&self, ticket: &HintTicket) {
        self.parts().tickets.retain(|open| open != ticket);
    }

    /// Records that a run is about to be requested.
    pub(crate) fn asks(&self, store: &StoreId, resource: Resource) {
        self.parts().asked.push((store.clone(), resource));
    }

    /// Removes a request that is not needed because a recent one exists.
    pub(crate) fn does_not_ask(&self, resource: Resource) {
        self.parts().asked.retain(|(_, open)| *open != resource);
    }

    /// Removes all requests once they are published.
    pub(crate) fn has_asked(&self) {
        self.parts().asked.clear();
    }

    /// Releases everything open, concurrently. If that fails, claims expire, and the schedule
    /// requests runs.
    pub(crate) async fn abandon(&self, hints: &HintRepository) {
        let Parts { tickets, asked } = std::mem::take(&mut *self.parts());
        let tickets = tickets.iter().map(|ticket| hints.abandon(ticket));
        let asked = asked.iter().map(|(store, resource)| hints.release_read_back(store, *resource));
        drop(join(join_all(tickets), join_all(asked)).await);
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
