//! Reads what a shop publishes about itself, once a day.

use jiff::SignedDuration;

use super::engine::Engine;
use crate::domain::{Mode, Resource, ShopSource};
use crate::storage::{Lease, RunRecord, StoreError, StoredShopInfo};

/// How old the information may be when a run of products begins. A full run always reads it.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

impl Engine {
    /// Reads and stores the shop's information at the end of runs of products: both are what the
    /// shop publishes. If it cannot be read, or not in the time left, the next run tries again.
    pub(super) async fn keep_shop_info(
        &self,
        source: &dyn ShopSource,
        lease: &Lease,
        run: &RunRecord,
    ) -> Result<(), StoreError> {
        if lease.resource != Resource::Products {
            return Ok(());
        }
        let (store, generation, now) = (&lease.store_id, run.generation, self.clock.now());
        let known = self.shop_infos.get(store, generation).await?;
        // Another worker of this run may have read it already.
        let oldest = if run.mode == Mode::Full { run.started_at } else { now - MAX_AGE };
        // What lacked a permission is tried by every run: it may have been granted since.
        if known.is_some_and(|known| known.is_complete && known.read_at >= oldest) {
            return Ok(());
        }
        let missing = source.missing_permissions();
        match source.shop_info().await {
            Ok(Some(info)) => {
                let is_complete = source.missing_permissions() == missing;
                let read = StoredShopInfo { read_at: now, is_complete, info: info.bounded() };
                self.shop_infos.save(store, generation, &read).await
            }
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::warn!(
                    store_id = %store, error = error.name(), "a shop's information cannot be read"
                );
                Ok(())
            }
        }
    }
}
