//! What a delivery names, all of it at once, and what others are told at its end.

use std::time::Duration;

use futures_util::StreamExt as _;
use shopcall_core::domain::{
    Deadline, Hint, RequestedMode, Resource, RunId, ShopContext, ShopSource, random,
};
use shopcall_core::runtime::events::{Event, SyncRequested};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{HintClaim, KeyOwner, Settled};
use tokio::sync::OnceCell;

use crate::WebhookOrders;
use crate::open::Open;

/// Orders of one delivery that are worked on at once. Their writes all look at the store's row, and
/// meet each other there.
const AT_ONCE: usize = 2;
/// How much longer than it should a read-back may take before it is abandoned.
const GRACE: Duration = Duration::from_millis(200);

/// One delivery at work.
pub(crate) struct Work<'a> {
    endpoint: &'a WebhookOrders,
    owner: &'a KeyOwner,
    is_paused: bool,
    context: Option<&'a ShopContext>,
    deadline: Deadline,
    open: &'a Open,
    source: OnceCell<Box<dyn ShopSource>>,
}

/// What one hint came to.
#[derive(Default)]
pub(crate) struct Handled {
    /// What others are told.
    pub(crate) events: Vec<Event>,
    /// What must be read back by a run.
    pub(crate) read_later: Option<Resource>,
    /// What is settled once they have been told, and how.
    pub(crate) claim: Option<(HintClaim, Settled)>,
}

impl<'a> Work<'a> {
    /// Work for `owner`, a store that may be paused, whose records are decoded with `context`;
    /// nothing is read back after `deadline`. What is begun and not settled is noted in `open`.
    pub(crate) fn new(
        endpoint: &'a WebhookOrders,
        (owner, is_paused): (&'a KeyOwner, bool),
        context: Option<&'a ShopContext>,
        deadline: Deadline,
        open: &'a Open,
    ) -> Self {
        Self { endpoint, owner, is_paused, context, deadline, open, source: OnceCell::new() }
    }

    /// Takes all hints up, tells others what they changed, and only then calls them done. An error
    /// means that the same delivery is worth repeating; what is open then is the caller's to give up.
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
        for resource in later {
            events.extend(self.read_later(resource).await);
        }
        self.endpoint.bus.publish(&events).await?;
        self.open.has_asked();
        for (claim, settled) in &claims {
            if let Err(error) = self.endpoint.hints.settle(claim, *settled).await {
                // Others may be told again, by whoever says something of the order next.
                tracing::warn!(store_id = %self.owner.store_id, error = %error, "a webhook is not settled");
            }
            self.open.settled(claim.ticket());
        }
        failure.map_or(Ok(()), Err)
    }

    async fn take_up(&self, hint: Hint) -> Result<Handled, Failure> {
        match hint {
            Hint::Order(hint) => self.take_up_order(*hint).await,
            Hint::Product { id } => self.take_up_product(&id).await,
            Hint::Customer { id } => self.take_up_customer(&id).await,
        }
    }

    /// Asks for a run that reads what has changed, once a minute at the most. A store that is paused
    /// is left alone: once its schedule goes on, that reads what has changed.
    async fn read_later(&self, resource: Resource) -> Option<Event> {
        if self.is_paused {
            return None;
        }
        let (store, generation) = (&self.owner.store_id, self.owner.generation);
        let (run_id, now) = (RunId::from_random(random::bytes()), self.endpoint.clock.now());
        self.open.asks(store, resource);
        let may = self.endpoint.hints.may_ask(store, generation, resource, &run_id, now).await;
        // One run too many is better than one too few.
        if !may.unwrap_or(true) {
            self.open.does_not_ask(resource);
            return None;
        }
        Some(Event::SyncRequested(SyncRequested {
            store_id: store.clone(),
            generation,
            resource,
            mode: RequestedMode::Incremental,
            run_id,
            cursor: None,
        }))
    }

    pub(crate) fn open(&self) -> &'a Open {
        self.open
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

    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline
    }

    pub(crate) fn opened_source(&self) -> &OnceCell<Box<dyn ShopSource>> {
        &self.source
    }

    /// After that a read-back is abandoned, whatever keeps it.
    pub(crate) fn patience(&self) -> Duration {
        self.deadline.left() + GRACE
    }
}
