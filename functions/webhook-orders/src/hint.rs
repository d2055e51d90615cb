//! Processing of one hint: reads the record back, or stores the hint provisionally.

use shopcall_core::domain::{
    Customer, History, Order, OrderHint, Product, Resource, ShopRecord, WebhookEvent,
};
use shopcall_core::runtime::events::Event;
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{
    Cached, Claimed, HintClaim, HintTicket, OrderChange, OrderWrite, Settled,
};
use shopcall_core::sync::SyncRecord;

use crate::count;
use crate::delivery::{Handled, Work};
use crate::read_back::ReadBack;

impl Work<'_> {
    /// Processes an order: skips a hint that was already processed, otherwise reads the order back
    /// and writes it.
    pub(crate) async fn take_up_order(&self, hint: OrderHint) -> Result<Handled, Failure> {
        let (endpoint, owner) = (self.endpoint(), self.owner());
        let number = || hint.inner_id.as_ref().map(|number| format!("number {number}"));
        let Some(order) = hint.id.clone().or_else(number) else { return Ok(Handled::default()) };
        let now = endpoint.clock.now();
        let (store, generation) = (&owner.store_id, owner.generation);
        let ticket = HintTicket::new(store, generation, &order, now);
        // Recorded before the claim, because a claim whose response is lost must be released too.
        self.open().claims(&ticket);
        let Claimed::Ours(claim) = endpoint.hints.claim(&ticket, &hint.digest, now).await? else {
            self.open().settled(&ticket);
            count("again", 1);
            return Ok(Handled::default());
        };
        let (events, is_read_back, read_later) = self.work_on(hint, &claim).await?;
        let settled = Settled { is_published: !events.is_empty(), is_read_back };
        Ok(Handled { events, read_later, claim: Some((claim, settled)) })
    }

    /// Returns the events to publish, whether the order was read back, and the resource a run must
    /// read.
    async fn work_on(
        &self,
        hint: OrderHint,
        claim: &HintClaim,
    ) -> Result<(Vec<Event>, bool, Option<Resource>), Failure> {
        let asked_at = self.endpoint().clock.now();
        match self.order(&hint).await {
            ReadBack::Found(mut order) => {
                count("read_back", 1);
                // The API does not have it.
                let promised = hint.provisional.ok().and_then(|order| order.expected_delivery);
                order.record.expected_delivery = order.record.expected_delivery.or(promised);
                let history = self.history(&order.record).await;
                // Whoever reads the order next reads the history too: the run that is requested.
                let read_later = (history == History::Later).then_some(Resource::Orders);
                let write = self.put(&order, &history, asked_at).await?;
                Ok((self.events_of(write, &order.record, claim), true, read_later))
            }
            ReadBack::Gone => {
                count("gone", 1);
                // The order may be so new that the API does not return it yet.
                Ok((Vec::new(), true, Some(Resource::Orders)))
            }
            ReadBack::Later(why) => {
                count("provisional", 1);
                tracing::info!(
                    store_id = %self.owner().store_id, why, "an order cannot be read back now"
                );
                let events = self.keep_provisional(hint, claim, asked_at).await?;
                Ok((events, false, Some(Resource::Orders)))
            }
        }
    }

    /// Writes the webhook's own data if it is a complete order and not a cart.
    async fn keep_provisional(
        &self,
        hint: OrderHint,
        claim: &HintClaim,
        received_at: jiff::Timestamp,
    ) -> Result<Vec<Event>, Failure> {
        let Ok(order) = hint.provisional else { return Ok(Vec::new()) };
        if self.owner().event == WebhookEvent::AbandonedCart {
            // A cart is not an order, whatever its history says.
            return Ok(Vec::new());
        }
        let record = ShopRecord::Order(Box::new(order));
        let Some(order) = Order::cached(record, self.owner().generation) else {
            return Ok(Vec::new());
        };
        let write = self.put(&order, &History::None, received_at).await?;
        Ok(self.events_of(write, &order.record, claim))
    }

    async fn put(
        &self,
        order: &Cached<Order>,
        history: &History,
        at: jiff::Timestamp,
    ) -> Result<OrderWrite, Failure> {
        let store = &self.owner().store_id;
        Ok(self.endpoint().cache.put_order_if_installed(store, order, history, at).await?)
    }

    /// Events for a write. An earlier delivery may have crashed after the write and before
    /// publication; one that is still in progress publishes its own event.
    fn events_of(&self, write: OrderWrite, order: &Order, claim: &HintClaim) -> Vec<Event> {
        let change = match write {
            OrderWrite::Written(Some(change)) => Some(change),
            OrderWrite::Written(None) | OrderWrite::Unchanged if claim.has_undelivered() => {
                Some(OrderChange::of(order))
            }
            OrderWrite::Written(None)
            | OrderWrite::Unchanged
            | OrderWrite::Outdated
            | OrderWrite::NotInstalled => None,
        };
        let store = &self.owner().store_id;
        change.map(|change| Event::order_changed(store, change)).into_iter().collect()
    }

    /// Processes a product of the brief's contract.
    pub(crate) async fn take_up_product(&self, id: &str) -> Result<Handled, Failure> {
        self.take_up_record::<Product>(id).await
    }

    /// Processes a customer of the brief's contract.
    pub(crate) async fn take_up_customer(&self, id: &str) -> Result<Handled, Failure> {
        self.take_up_record::<Customer>(id).await
    }

    async fn take_up_record<T: SyncRecord>(&self, id: &str) -> Result<Handled, Failure> {
        let (cache, owner) = (&self.endpoint().cache, self.owner());
        let (store, generation) = (&owner.store_id, owner.generation);
        match self.record::<T>(id).await {
            ReadBack::Found(record) => {
                count("read_back", 1);
                cache.put_if_installed(store, &record).await?;
                Ok(Handled::default())
            }
            ReadBack::Gone => {
                count("gone", 1);
                cache.delete_if_installed(store, generation, T::RESOURCE, id).await?;
                Ok(Handled::default())
            }
            ReadBack::Later(why) => {
                count("later", 1);
                tracing::info!(store_id = %store, why, "a record cannot be read back now");
                Ok(Handled { read_later: Some(T::RESOURCE), ..Handled::default() })
            }
        }
    }
}
