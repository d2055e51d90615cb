//! Carries out the merchant's choice of which records are shared with the assistant.
//!
//! The store's row changes first, and is checked before each run. Runs in progress are stopped by
//! breaking their lease, and the rows are erased, once at once and again later in case a write was
//! missed. The schedule repeats whatever fails here.

use std::sync::Arc;

use crate::domain::clock::Clock;
use crate::domain::random;
use crate::domain::{Generation, RequestedMode, Resource, RunId, Store, StoreId};
use crate::runtime::Services;
use crate::runtime::events::{Bus, EraseRequested, Event, SyncRequested};
use crate::runtime::http::Failure;
use crate::storage::{LeaseRepository, StoreRepository};

/// Starts and stops sharing kinds of records.
#[derive(Debug, Clone)]
pub struct Sharing {
    stores: StoreRepository,
    leases: LeaseRepository,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

impl Sharing {
    /// Creates the service.
    pub fn new(services: &Services) -> Self {
        Self {
            stores: services.stores(),
            leases: services.leases(),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Stops sharing `resource` and requests the erasure of its rows. Returns false if the store is
    /// not installed at `generation`. After an error the change may already be stored; calling
    /// again is safe.
    pub async fn stop_sharing(
        &self,
        store_id: &StoreId,
        generation: Generation,
        resource: Resource,
    ) -> Result<bool, Failure> {
        let now = self.clock.now();
        let stop_sharing = |store: &Store| store.stop_sharing(resource, now);
        if !self.change(store_id, generation, stop_sharing).await? {
            return Ok(false);
        }
        self.leases.break_not_shared(store_id, generation, resource).await?;
        tracing::info!(store_id = %store_id, resource = resource.as_str(), "records no longer shared");
        let store_id = store_id.clone();
        let erase = EraseRequested { store_id, generation, resource };
        self.bus.publish(&[Event::EraseRequested(erase)]).await?;
        Ok(true)
    }

    /// Shares `resource` again and requests a full run. Returns false or an error as
    /// [`stop_sharing`](Self::stop_sharing) does.
    pub async fn share(
        &self,
        store_id: &StoreId,
        generation: Generation,
        resource: Resource,
    ) -> Result<bool, Failure> {
        let now = self.clock.now();
        let share = |store: &Store| store.share(resource, now);
        if !self.change(store_id, generation, share).await? {
            return Ok(false);
        }
        tracing::info!(store_id = %store_id, resource = resource.as_str(), "records are shared");
        let sync = SyncRequested {
            store_id: store_id.clone(),
            generation,
            resource,
            mode: RequestedMode::Full,
            run_id: RunId::from_random(random::bytes()),
            cursor: None,
        };
        self.bus.publish(&[Event::SyncRequested(sync)]).await?;
        Ok(true)
    }

    /// Returns false if the store is not installed at `generation`. The caller continues even if
    /// nothing changes: an earlier call may have failed before the next step.
    async fn change(
        &self,
        store_id: &StoreId,
        generation: Generation,
        transition: impl Fn(&Store) -> Option<Store>,
    ) -> Result<bool, Failure> {
        let change = |known: Option<&Store>| {
            let installed = known.filter(|store| store.is_installed(generation));
            (installed.and_then(&transition), installed.is_some())
        };
        Ok(self.stores.change(store_id, change).await?)
    }
}
