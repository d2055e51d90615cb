//! Processing of one delivery: all of its hints, and the events published at its end.

use std::time::Duration;

use futures_util::StreamExt as _;
use shopcall_core::domain::{
    Deadline, Hint, RequestedMode, Resource, RunId, ShopContext, ShopSource, random,
};
use shopcall_core::runtime::events::{Event, SyncRequested};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{HintClaim, KeyOwner, Settled};
use shopcall_core::sync::report_skipped_fields;
use tokio::sync::OnceCell;

use crate::WebhookOrders;
use crate::open::Open;

/// Orders of one delivery processed concurrently. More would conflict, because every write checks
/// the store's row.
const AT_ONCE: usize = 2;
/// Time a read-back may exceed its deadline before it is abandoned.
const GRACE: Duration = Duration::from_millis(200);

/// A delivery in progress.
pub(crate) struct Work<'a> {
    endpoint: &'a WebhookOrders,
    owner: &'a KeyOwner,
    is_paused: bool,
    context: Option<&'a ShopContext>,
    deadline: Deadline,
    open: &'a Open,
    source: OnceCell<Box<dyn ShopSource>>,
}

/// Result of one hint.
#[derive(Default)]
pub(crate) struct Handled {
    /// Events to publish.
    pub(crate) events: Vec<Event>,
    /// Resource that a run must read.
    pub(crate) read_later: Option<Resource>,
    /// Claim to settle once the events are published, and its outcome.
    pub(crate) claim: Option<(HintClaim, Settled)>,
}

impl<'a> Work<'a> {
    /// Creates the work for `owner`'s store, with `context` for decoding. Nothing is read back
    /// after `deadline`. Unsettled claims are recorded in `open`.
    pub(crate) fn new(
        endpoint: &'a WebhookOrders,
        (owner, is_paused): (&'a KeyOwner, bool),
        context: Option<&'a ShopContext>,
        deadline: Deadline,
        open: &'a Open,
    ) -> Self {
        Self { endpoint, owner, is_paused, context, deadline, open, source: OnceCell::new() }
    }

    /// Processes all hints, publishes their events, and only then settles the claims. `unread` is a
    /// resource of which the delivery reports something that cannot be read. An error means that
    /// the delivery should be retried; the caller releases the open claims.
    pub(crate) async fn carry_out(
        &self,
        hints: Vec<Hint>,
        unread: Option<Resource>,
    ) -> Result<(), Failure> {
        let handled: Vec<_> = futures_util::stream::iter(hints)
            .map(|hint| self.take_up(hint))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        if let Some(source) = self.source.get() {
            report_skipped_fields(&**source, &self.owner.store_id);
        }
        let (mut events, mut claims) = (Vec::new(), Vec::new());
        let mut later: Vec<_> = unread.into_iter().collect();
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
                // The next delivery for the order may publish the event again.
                tracing::warn!(
                    store_id = %self.owner.store_id, error = %error,
                    "a webhook's claim could not be settled"
                );
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

    /// Requests a run that reads the changes, at most once a minute. A paused store is skipped; its
    /// next scheduled run reads them.
    async fn read_later(&self, resource: Resource) -> Option<Event> {
        if self.is_paused {
            return None;
        }
        let (store, generation) = (&self.owner.store_id, self.owner.generation);
        let (run_id, now) = (RunId::from_random(random::bytes()), self.endpoint.clock.now());
        self.open.asks(store, resource);
        let may =
            self.endpoint.hints.claim_read_back(store, generation, resource, &run_id, now).await;
        // A superfluous run is better than a missing one.
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

    /// Time limit after which a read-back is abandoned.
    pub(crate) fn tolerance(&self) -> Duration {
        self.deadline.left() + GRACE
    }
}
