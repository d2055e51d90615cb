//! Publishes order changes found by a run, and counts missed webhooks.

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::record::SyncRecord;
use crate::domain::{Mode, Resource, ShopContext, ShopSource};
use crate::runtime::events::Event;
use crate::runtime::telemetry;
use crate::storage::{
    Cached, Interrupted, Lease, Missed, OrderChange, RunRecord, StoreError, Written,
};

/// How long a webhook may take before it counts as missed.
const WEBHOOK_DELAY: SignedDuration = SignedDuration::from_mins(2);

impl Engine {
    /// Writes records requested at `asked_at` or later and publishes the changes, even if some
    /// writes failed.
    pub(super) async fn write<T: SyncRecord>(
        &self,
        source: &dyn ShopSource,
        lease: &Lease,
        run: &RunRecord,
        records: &[Cached<T>],
        asked_at: Timestamp,
    ) -> Result<Written, StoreError> {
        match T::write(&self.cache, source, &lease.store_id, records, asked_at).await {
            Ok((written, changes)) => {
                self.publish(lease, run, changes).await?;
                Ok(written)
            }
            Err(Interrupted { error, changes }) => {
                // The first error is the most informative.
                drop(self.publish(lease, run, changes).await);
                Err(error)
            }
        }
    }

    /// Publishes the orders that a run has changed, and counts those whose webhook is overdue. Runs
    /// before the first complete one of an install publish nothing: every order would be new.
    async fn publish(
        &self,
        lease: &Lease,
        run: &RunRecord,
        mut changes: Vec<OrderChange>,
    ) -> Result<(), StoreError> {
        if lease.cursor.is_none() {
            return Ok(());
        }
        if run.mode == Mode::Full {
            // A full run also rewrites rows that a newer version of this code decodes differently.
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
            // The rows are written: a retry would find no changes.
            tracing::error!(store_id = %store, count, error = %error, "order changes not published");
            telemetry::count("OrderChangesLost", ("resource", "orders"), count as u64);
        }
        self.webhooks.note_missed(store, run.generation, missed).await
    }

    /// Stores the context for decoding orders from webhooks.
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

/// Orders whose change is old enough but that no webhook has reported.
fn missed(changes: &[OrderChange], now: Timestamp) -> Missed {
    let mut missed = Missed::default();
    for change in changes {
        let is_old = change.updated_at.is_some_and(|at| now.duration_since(at) > WEBHOOK_DELAY);
        // Carts are not orders, and an order that is neither new nor in a new status triggers no
        // webhook.
        if change.status.is_none()
            || !change.is_of_status
            || change.is_published_by_webhook
            || !is_old
        {
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
            is_published_by_webhook: false,
            updated_at: Some(at("2026-07-01T10:00:00Z")),
        }
    }

    #[test]
    fn order_without_webhook_is_missed_after_two_minutes() {
        let of = |changes: &[OrderChange], now| missed(changes, at(now));
        let placed = OrderChange { is_placed: true, ..change() };
        let later = "2026-07-01T10:02:01Z";
        assert_eq!(of(&[change(), placed.clone()], later), Missed { placed: 1, changed: 1 });
        assert_eq!(of(&[change(), placed], "2026-07-01T10:02:00Z"), Missed::default());
        let no_webhook = [
            OrderChange { is_of_status: false, ..change() },
            OrderChange { is_published_by_webhook: true, ..change() },
            OrderChange { status: None, ..change() },
            OrderChange { updated_at: None, ..change() },
        ];
        assert_eq!(of(&no_webhook, later), Missed::default());
    }
}
