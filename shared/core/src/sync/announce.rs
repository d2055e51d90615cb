//! What a run tells others of the orders that it wrote, and what webhooks should have told.

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::record::SyncRecord;
use crate::domain::{Mode, Resource, ShopContext};
use crate::runtime::events::Event;
use crate::runtime::telemetry;
use crate::storage::{
    Cached, Interrupted, Lease, Missed, OrderChange, RunRecord, StoreError, Written,
};

/// How long a webhook may be on its way before it counts as missed.
const WEBHOOK_DELAY: SignedDuration = SignedDuration::from_mins(2);

impl Engine {
    /// Writes records that were asked for at `asked_at` or later, and tells what that changed. What
    /// is written is told of even where the rest could not be.
    pub(super) async fn write<T: SyncRecord>(
        &self,
        lease: &Lease,
        run: &RunRecord,
        records: &[Cached<T>],
        asked_at: Timestamp,
    ) -> Result<Written, StoreError> {
        match T::write(&self.cache, &lease.store_id, records, asked_at).await {
            Ok((written, changes)) => {
                self.announce(lease, run, changes).await?;
                Ok(written)
            }
            Err(Interrupted { error, changes }) => {
                // The first error says more than what follows from it.
                drop(self.announce(lease, run, changes).await);
                Err(error)
            }
        }
    }

    /// Tells of the orders that a run has changed, and counts those that a webhook should have told
    /// of long ago. The runs before the first complete one of an install say nothing: to them, all
    /// orders are new.
    async fn announce(
        &self,
        lease: &Lease,
        run: &RunRecord,
        mut changes: Vec<OrderChange>,
    ) -> Result<(), StoreError> {
        if lease.cursor.is_none() {
            return Ok(());
        }
        if run.mode == Mode::Full {
            // A run over everything also writes what a newer version of this code reads otherwise.
            changes.retain(|change| change.is_of_status);
        }
        if changes.is_empty() {
            return Ok(());
        }
        let missed = missed(&changes, self.clock.now());
        let (store, count) = (&lease.store_id, changes.len());
        let events: Vec<_> =
            changes.into_iter().map(|change| Event::order_changed(store, change)).collect();
        if let Err(error) = self.bus.publish(&events).await {
            // The rows are written: a repetition would find nothing to tell.
            tracing::error!(store_id = %store, count, error = %error, "changes of orders are not told");
            telemetry::count("OrderChangesLost", ("resource", "orders"), count as u64);
        }
        self.webhooks.note_missed(store, run.generation, missed).await
    }

    /// Keeps what orders are decoded with, for webhooks.
    pub(super) async fn keep_context(
        &self,
        lease: &Lease,
        run: &RunRecord,
        context: &ShopContext,
    ) -> Result<(), StoreError> {
        if lease.resource != Resource::Orders {
            return Ok(());
        }
        self.contexts.save(&lease.store_id, run.generation, context).await
    }
}

/// Orders of which no webhook has said anything, though their change is old enough.
fn missed(changes: &[OrderChange], now: Timestamp) -> Missed {
    let mut missed = Missed::default();
    for change in changes {
        let is_old = change.updated_at.is_some_and(|at| now.duration_since(at) > WEBHOOK_DELAY);
        // Carts are not ordered, and what is neither new nor of another status has no webhook.
        if change.status.is_none() || !change.is_of_status || change.is_announced || !is_old {
            continue;
        }
        if change.is_placed {
            missed.placed += 1;
        } else {
            missed.changed += 1;
        }
    }
    missed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrderStatus;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn change() -> OrderChange {
        let names = [("hu".to_owned(), "Fizetve".to_owned())].into();
        OrderChange {
            order_id: "a".to_owned(),
            inner_id: None,
            status: Some(OrderStatus { id: None, names, is_cancelled: false }),
            provisional: false,
            is_placed: false,
            is_of_status: true,
            is_announced: false,
            updated_at: Some(at("2026-07-01T10:00:00Z")),
        }
    }

    #[test]
    fn what_a_webhook_should_have_told_is_missed_after_two_minutes() {
        let of = |changes: &[OrderChange], now| missed(changes, at(now));
        let placed = OrderChange { is_placed: true, ..change() };
        let later = "2026-07-01T10:02:01Z";
        assert_eq!(of(&[change(), placed.clone()], later), Missed { placed: 1, changed: 1 });
        assert_eq!(of(&[change(), placed], "2026-07-01T10:02:00Z"), Missed::default());
        let no_webhook = [
            OrderChange { is_of_status: false, ..change() },
            OrderChange { is_announced: true, ..change() },
            OrderChange { status: None, ..change() },
            OrderChange { updated_at: None, ..change() },
        ];
        assert_eq!(of(&no_webhook, later), Missed::default());
    }
}
