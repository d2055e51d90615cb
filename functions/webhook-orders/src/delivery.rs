//! What a delivery names, all of it at once, and what others are told at its end.

use std::time::Duration;

use futures_util::StreamExt as _;
use shopcall_core::config::Contract;
use shopcall_core::domain::{RequestedMode, Resource, RunId};
use shopcall_core::events::{Event, SyncRequested};
use shopcall_core::http::Failure;
use shopcall_core::random;
use shopcall_core::shoprenter::wire::{Hint, ShopContext};
use shopcall_core::shoprenter::{Deadline, Session};
use shopcall_core::store::{HintClaim, KeyOwner};
use tokio::sync::OnceCell;

use crate::WebhookOrders;

/// Orders of one delivery that are worked on at once.
const AT_ONCE: usize = 8;
/// How much longer than it should a read-back may take before it is abandoned.
const GRACE: Duration = Duration::from_millis(200);

/// One delivery at work.
pub(crate) struct Work<'a> {
    endpoint: &'a WebhookOrders,
    owner: &'a KeyOwner,
    context: Option<&'a ShopContext>,
    deadline: Deadline,
    session: OnceCell<Session<'a>>,
}

/// What one hint came to.
#[derive(Default)]
pub(crate) struct Handled {
    /// What others are told.
    pub(crate) events: Vec<Event>,
    /// What must be read back by a run.
    pub(crate) read_later: Option<Resource>,
    /// What is done once they have been told.
    pub(crate) claim: Option<HintClaim>,
}

impl<'a> Work<'a> {
    /// Work for `owner`, whose records are decoded with `context`; nothing is read back after
    /// `deadline`.
    pub(crate) fn new(
        endpoint: &'a WebhookOrders,
        owner: &'a KeyOwner,
        context: Option<&'a ShopContext>,
        deadline: Deadline,
    ) -> Self {
        Self { endpoint, owner, context, deadline, session: OnceCell::new() }
    }

    /// Takes all hints up, tells others what they changed, and only then calls them done. An error
    /// means that the same delivery is worth repeating.
    pub(crate) async fn carry_out(&self, hints: Vec<Hint>) -> Result<(), Failure> {
        let handled: Vec<_> = futures_util::stream::iter(hints)
            .map(|hint| self.take_up(hint))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let (mut events, mut claims, mut later) = (Vec::new(), Vec::new(), Vec::new());
        let mut failure = None;
        for handled in handled {
            match handled {
                Ok(handled) => {
                    events.extend(handled.events);
                    claims.extend(handled.claim);
                    later.extend(handled.read_later);
                }
                Err(error) => failure = Some(error),
            }
        }
        later.sort_unstable();
        later.dedup();
        events.extend(later.into_iter().map(|resource| self.read_later(resource)));
        let told = self.endpoint.bus.publish(&events).await;
        for claim in &claims {
            let hints = &self.endpoint.hints;
            let settled =
                if told.is_ok() { hints.done(claim).await } else { hints.give_up(claim).await };
            if let Err(error) = settled {
                // The same said again is then read back again, which changes nothing.
                tracing::warn!(store_id = %self.owner.store_id, error = %error, "a webhook is not settled");
            }
        }
        told?;
        failure.map_or(Ok(()), Err)
    }

    async fn take_up(&self, hint: Hint) -> Result<Handled, Failure> {
        match hint {
            Hint::Order(hint) => self.take_up_order(*hint).await,
            Hint::Product { id } => self.take_up_product(&id).await,
            Hint::Customer { id } => self.take_up_customer(&id).await,
        }
    }

    /// Asks for a run that reads what has changed. Where one is at work it is queued behind it, so
    /// that many deliveries ask for few runs.
    fn read_later(&self, resource: Resource) -> Event {
        Event::SyncRequested(SyncRequested {
            store_id: self.owner.store_id.clone(),
            generation: self.owner.generation,
            resource,
            mode: RequestedMode::Incremental,
            run_id: RunId::from_random(random::bytes()),
            cursor: None,
        })
    }

    pub(crate) fn endpoint(&self) -> &'a WebhookOrders {
        self.endpoint
    }

    pub(crate) fn owner(&self) -> &'a KeyOwner {
        self.owner
    }

    pub(crate) fn context(&self) -> Option<&'a ShopContext> {
        self.context
    }

    pub(crate) fn contract(&self) -> Contract {
        self.endpoint.contract
    }

    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline
    }

    pub(crate) fn begun_session(&self) -> &OnceCell<Session<'a>> {
        &self.session
    }

    /// After that a read-back is abandoned, whatever keeps it.
    pub(crate) fn patience(&self) -> Duration {
        self.deadline.left() + GRACE
    }
}
