//! Handles `EraseRequested` events: erases the records of a resource that the merchant does not
//! share.
//!
//! Each row is deleted only if the resource is still not shared, so a late erasure cannot delete
//! rows that are shared again. A writer that was in progress when sharing stopped may still write
//! behind an erasure. An erasure is therefore confirmed only if it began late enough, with no run
//! in progress, and completed. The schedule requests erasures until one is confirmed.
//!
//! For orders, the shop's order webhooks are removed after the rows: deliveries would be discarded
//! anyway, but customers' data should not be sent at all.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use shopcall_core::domain::Deadline;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{Resource, Store};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::config::SecretSource;
use shopcall_core::runtime::events::{Bus, EraseRequested, Event};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{ErasedRows, LeaseRepository, PurgeRepository, StoreRepository};
use shopcall_core::sync::webhooks::Registrar;

/// Maximum time for the shop's webhooks.
const WEBHOOK_TIME: Duration = Duration::from_secs(10);

/// Erases records that are not shared.
#[derive(Debug)]
pub(crate) struct Erasing {
    stores: StoreRepository,
    leases: LeaseRepository,
    rows: PurgeRepository,
    secrets: Arc<SecretSource>,
    registrar: Registrar,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

/// Outcome of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All rows are erased.
    Erased,
    /// Time ran out.
    Unfinished,
    /// The records are shared again, or already confirmed as erased.
    NotWanted,
}

impl Erasing {
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            stores: services.stores(),
            leases: services.leases(),
            rows: services.purge(),
            secrets: Arc::clone(&services.secrets),
            registrar: Registrar::new(services),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Erases as much as time allows, and requests the rest.
    pub(crate) async fn run(
        &self,
        request: EraseRequested,
        deadline: Deadline,
    ) -> Result<(), Failure> {
        let mut erased = 0;
        let is_wanted = self.is_wanted(&request).await? && self.stop_runs(&request).await?;
        // This erasure finds every row written before this point.
        let began_at = self.clock.now();
        let end = if is_wanted {
            self.erase(&request, deadline, &mut erased).await?
        } else {
            End::NotWanted
        };
        tracing::info!(
            store_id = %request.store_id, resource = request.resource.as_str(), rows = erased,
            end = ?end, "an erasure of records not shared ended"
        );
        match end {
            End::Erased => {
                self.confirm(&request, began_at).await?;
                self.reconcile_webhooks(&request).await;
                Ok(())
            }
            // A continuation starts over from here.
            End::Unfinished => Ok(self.bus.publish(&[Event::EraseRequested(request)]).await?),
            End::NotWanted => Ok(()),
        }
    }

    async fn is_wanted(&self, request: &EraseRequested) -> Result<bool, Failure> {
        let store = self.stores.get(&request.store_id).await?;
        let store = store.filter(|store| store.generation == request.generation);
        Ok(store.is_some_and(|store| store.to_be_erased().any(|it| it == request.resource)))
    }

    /// Breaks a lease that is still held because the invocation that stopped sharing died before
    /// breaking it. The time is recorded first, so that a concurrent erasure that finds the lease
    /// broken is not confirmed either. Returns false if the records are shared again.
    async fn stop_runs(&self, request: &EraseRequested) -> Result<bool, Failure> {
        let EraseRequested { store_id, generation, resource } = request;
        if !self.leases.is_held(store_id, *resource).await? {
            return Ok(true);
        }
        let now = self.clock.now();
        let stop_again = |known: Option<&Store>| {
            let known = known.filter(|store| store.generation == *generation);
            let is_wanted = known.is_some_and(|store| !store.shares(*resource));
            let later =
                known.filter(|_| is_wanted).and_then(|store| store.stop_sharing(*resource, now));
            (later, is_wanted)
        };
        let is_wanted = self.stores.change(store_id, stop_again).await?;
        self.leases.break_not_shared(store_id, *generation, *resource).await?;
        Ok(is_wanted)
    }

    async fn erase(
        &self,
        request: &EraseRequested,
        deadline: Deadline,
        erased: &mut u64,
    ) -> Result<End, Failure> {
        let EraseRequested { store_id, generation, resource } = request;
        for rows in [ErasedRows::Pointers(*resource), ErasedRows::Records(*resource)] {
            let mut after = None;
            loop {
                let page = self.rows.page(store_id, rows, after).await?;
                // Each invocation makes progress.
                if *erased > 0 && !page.keys.is_empty() && deadline.left().is_zero() {
                    return Ok(End::Unfinished);
                }
                let count = page.keys.len() as u64;
                if count > 0 {
                    let of = (*resource, *generation);
                    if !self.rows.delete_not_shared(store_id, of, page.keys).await? {
                        return Ok(End::NotWanted);
                    }
                    *erased += count;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(End::Erased)
    }

    /// Removes webhooks as far as the platform allows; failures are left to the next erasure or
    /// opening. Every completed erasure does this, and it costs one request if nothing has to
    /// change.
    async fn reconcile_webhooks(&self, request: &EraseRequested) {
        if request.resource != Resource::Orders {
            return;
        }
        let EraseRequested { store_id, generation, .. } = request;
        match self.secrets.get(self.clock.now()).await {
            Ok(secret) => {
                let store = (store_id, *generation);
                self.registrar.reconcile_in_run(store, &secret, WEBHOOK_TIME).await;
            }
            Err(failure) => tracing::warn!(
                store_id = %store_id, error = %failure, "webhooks could not be reconciled"
            ),
        }
    }

    async fn confirm(&self, request: &EraseRequested, began_at: Timestamp) -> Result<(), Failure> {
        let EraseRequested { store_id, generation, resource } = request;
        let ended = |store: &Store| store.erasing_ended(*generation, *resource, began_at);
        Ok(self.stores.change(store_id, |store| (store.and_then(ended), ())).await?)
    }
}
