//! The merchant's choice of what is shared with the assistant, carried out.
//!
//! The store's row says it first: whoever begins to write looks there. What was begun before is
//! stopped by its lease, and what is there is erased behind, at once and again until nothing can
//! have been missed. Whatever is lost on the way, the schedule makes up for.

use std::sync::Arc;

use crate::domain::clock::Clock;
use crate::domain::random;
use crate::domain::{Generation, RequestedMode, Resource, RunId, Store, StoreId};
use crate::runtime::Services;
use crate::runtime::events::{Bus, EraseRequested, Event, SyncRequested};
use crate::runtime::http::Failure;
use crate::storage::{LeaseRepository, StoreRepository};

/// Shares and withholds kinds of records.
#[derive(Debug, Clone)]
pub struct Sharing {
    stores: StoreRepository,
    leases: LeaseRepository,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

impl Sharing {
    /// What it takes, over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            stores: services.stores(),
            leases: services.leases(),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Shares `resource` no more and has its rows erased. False where the store is not installed at
    /// `generation`. After an error it may be withheld already; to ask again is right, and harmless.
    pub async fn withhold(
        &self,
        store_id: &StoreId,
        generation: Generation,
        resource: Resource,
    ) -> Result<bool, Failure> {
        let now = self.clock.now();
        let withhold = |store: &Store| store.withhold(resource, now);
        if !self.change(store_id, generation, withhold).await? {
            return Ok(false);
        }
        self.leases.break_withheld(store_id, generation, resource).await?;
        tracing::info!(store_id = %store_id, resource = resource.as_str(), "records are withheld");
        let store_id = store_id.clone();
        let erase = EraseRequested { store_id, generation, resource };
        self.bus.publish(&[Event::EraseRequested(erase)]).await?;
        Ok(true)
    }

    /// Shares `resource` again, and has all of it read. False and an error as for
    /// [`withhold`](Self::withhold).
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

    /// False where the store is not installed at `generation`. That nothing changes is no reason
    /// to leave out what follows: an earlier call may have died before it.
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
