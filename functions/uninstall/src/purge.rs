//! Handles `PurgeRequested` events: erases a store 48 hours after its uninstall.

use std::sync::Arc;

use shopcall_core::domain::Deadline;
use shopcall_core::domain::Store;
use shopcall_core::domain::clock::Clock;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::{Bus, Event, PurgeRequested};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{ErasedRows, PurgeRepository, StoreRepository, WebhookRepository};

/// Erases stores.
#[derive(Debug)]
pub(crate) struct Purge {
    stores: StoreRepository,
    rows: PurgeRepository,
    webhooks: WebhookRepository,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

/// Outcome of a purge.
enum End {
    Erased,
    /// Time ran out.
    Unfinished,
    /// The store is installed again, not yet due, or already erased.
    NotWanted,
}

impl Purge {
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            stores: services.stores(),
            rows: services.purge(),
            webhooks: services.webhooks(),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Erases as much as time allows, and requests the rest. The schedule retries failures for as
    /// long as the store's own row exists.
    pub(crate) async fn run(
        &self,
        request: PurgeRequested,
        deadline: Deadline,
    ) -> Result<(), Failure> {
        let mut erased = 0;
        let end = self.erase(&request, deadline, &mut erased).await?;
        let PurgeRequested { store_id, generation } = &request;
        match end {
            // Last record that names the store, except for logs, which expire.
            End::Erased => tracing::info!(
                store_id = %store_id, generation = generation.0, rows = erased, "a store is erased"
            ),
            End::NotWanted => tracing::info!(
                store_id = %store_id, generation = generation.0, "a purge is not needed"
            ),
            End::Unfinished => {
                tracing::info!(
                    store_id = %store_id, generation = generation.0, rows = erased,
                    "a purge continues in another invocation"
                );
                self.bus.publish(&[Event::PurgeRequested(request)]).await?;
            }
        }
        Ok(())
    }

    async fn erase(
        &self,
        request: &PurgeRequested,
        deadline: Deadline,
        erased: &mut u64,
    ) -> Result<End, Failure> {
        for kind in ErasedRows::ALL {
            let mut after = None;
            loop {
                let page = self.rows.page(&request.store_id, kind, after).await?;
                // Checked before each batch: if another invocation completed this purge, an install
                // with the same generation number may have begun.
                if self.ended(request).await?.is_none() {
                    return Ok(End::NotWanted);
                }
                if *erased > 0 && deadline.left().is_zero() {
                    return Ok(End::Unfinished);
                }
                *erased += self.rows.delete(kind, page.keys, request.generation).await?;
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let Some(store) = self.ended(request).await? else { return Ok(End::NotWanted) };
        // Mostly deleted at the uninstall. Keys are in partitions of their own.
        self.webhooks.end(&request.store_id, request.generation).await?;
        Ok(if self.rows.finish(&store).await? { End::Erased } else { End::NotWanted })
    }

    /// Returns the store if the request still applies.
    async fn ended(&self, request: &PurgeRequested) -> Result<Option<Store>, Failure> {
        let now = self.clock.now();
        let store = self.stores.get(&request.store_id).await?;
        Ok(store
            .filter(|store| store.generation == request.generation && store.is_to_be_purged(now)))
    }
}
