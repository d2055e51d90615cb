//! A `PurgeRequested` of the bus: everything of a store goes, 48 hours after its uninstall.

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

/// How an erasing ended.
enum End {
    Erased,
    /// The time was over.
    Unfinished,
    /// The store is installed again, or not to go yet, or gone.
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

    /// Erases as much as the time allows, and asks for the rest. What goes wrong here is asked for
    /// again by the schedule too, for as long as the store's own row is there.
    pub(crate) async fn run(
        &self,
        request: PurgeRequested,
        deadline: Deadline,
    ) -> Result<(), Failure> {
        let mut erased = 0;
        let end = self.erase(&request, deadline, &mut erased).await?;
        let PurgeRequested { store_id, generation } = &request;
        match end {
            // The last time that the store is named anywhere but in logs, which have their end.
            End::Erased => tracing::info!(
                store_id = %store_id, generation = generation.0, rows = erased, "a store is erased"
            ),
            End::NotWanted => tracing::info!(
                store_id = %store_id, generation = generation.0, "a purge is not needed"
            ),
            End::Unfinished => {
                tracing::info!(
                    store_id = %store_id, generation = generation.0, rows = erased,
                    "a purge goes on in another invocation"
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
                // Before each batch: an install of the same number can have begun if somebody else
                // has come to the end of this very purge.
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
        // Mostly gone since the uninstall. Keys lie in partitions of their own.
        self.webhooks.end(&request.store_id, request.generation).await?;
        Ok(if self.rows.finish(&store).await? { End::Erased } else { End::NotWanted })
    }

    /// The store, if the request is still right.
    async fn ended(&self, request: &PurgeRequested) -> Result<Option<Store>, Failure> {
        let now = self.clock.now();
        let store = self.stores.get(&request.store_id).await?;
        Ok(store
            .filter(|store| store.generation == request.generation && store.is_to_be_purged(now)))
    }
}
