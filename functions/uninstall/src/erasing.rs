//! An `EraseRequested` of the bus: the records of a kind go that the merchant does not share.
//!
//! Each row goes only while they are withheld still, so that a late erasing takes nothing of what
//! is shared again. Who was about to write when they were withheld may do so behind an erasing: one
//! counts only if it began late enough, with nobody at work, and came to its end. The schedule asks
//! until one does.
//!
//! Where it is orders, the shop's webhooks of them go too, behind the rows: what they deliver is
//! taken and thrown away, but customers' data need not come here at all.

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

/// How long an erasing may take over the shop's webhooks.
const WEBHOOK_TIME: Duration = Duration::from_secs(10);

/// Erases what is withheld.
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

/// How an erasing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// No row was left behind it.
    Erased,
    /// The time was over.
    Unfinished,
    /// The records are shared again, or known to be erased.
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

    /// Erases as much as the time allows, and asks for the rest.
    pub(crate) async fn run(
        &self,
        request: EraseRequested,
        deadline: Deadline,
    ) -> Result<(), Failure> {
        let mut erased = 0;
        let is_wanted = self.is_wanted(&request).await? && self.stop_runs(&request).await?;
        // What is still there from now on, this erasing finds.
        let began_at = self.clock.now();
        let end = if is_wanted {
            self.erase(&request, deadline, &mut erased).await?
        } else {
            End::NotWanted
        };
        tracing::info!(
            store_id = %request.store_id, resource = request.resource.as_str(), rows = erased,
            end = ?end, "an erasing of what is withheld has ended"
        );
        match end {
            End::Erased => {
                self.confirm(&request, began_at).await?;
                self.look_after_webhooks(&request).await;
                Ok(())
            }
            // From the start, where by now this begins.
            End::Unfinished => Ok(self.bus.publish(&[Event::EraseRequested(request)]).await?),
            End::NotWanted => Ok(()),
        }
    }

    async fn is_wanted(&self, request: &EraseRequested) -> Result<bool, Failure> {
        let store = self.stores.get(&request.store_id).await?;
        let store = store.filter(|store| store.generation == request.generation);
        Ok(store.is_some_and(|store| store.to_be_erased().any(|it| it == request.resource)))
    }

    /// Breaks a lease that is held still, because whoever withheld the records died before. That is
    /// noted first: an erasing that begins at the same time and finds the lease broken must not
    /// count either. False where the records are shared again.
    async fn stop_runs(&self, request: &EraseRequested) -> Result<bool, Failure> {
        let EraseRequested { store_id, generation, resource } = request;
        if !self.leases.is_held(store_id, *resource).await? {
            return Ok(true);
        }
        let now = self.clock.now();
        let anew = |known: Option<&Store>| {
            let known = known.filter(|store| store.generation == *generation);
            let is_wanted = known.is_some_and(|store| !store.shares(*resource));
            let later =
                known.filter(|_| is_wanted).and_then(|store| store.withhold(*resource, now));
            (later, is_wanted)
        };
        let is_wanted = self.stores.change(store_id, anew).await?;
        self.leases.break_withheld(store_id, *generation, *resource).await?;
        Ok(is_wanted)
    }

    async fn erase(
        &self,
        request: &EraseRequested,
        deadline: Deadline,
        erased: &mut u64,
    ) -> Result<End, Failure> {
        let EraseRequested { store_id, generation, resource } = request;
        let mut after = None;
        loop {
            let page = self.rows.page(store_id, ErasedRows::Records(*resource), after).await?;
            // Each invocation gets somewhere.
            if *erased > 0 && !page.keys.is_empty() && deadline.left().is_zero() {
                return Ok(End::Unfinished);
            }
            let count = page.keys.len() as u64;
            if count > 0 {
                let of = (*resource, *generation);
                if !self.rows.delete_withheld(store_id, of, page.keys).await? {
                    return Ok(End::NotWanted);
                }
                *erased += count;
            }
            after = page.next;
            if after.is_none() {
                return Ok(End::Erased);
            }
        }
    }

    /// As far as the platform lets us: what fails is left to the next erasing, or the next opening.
    /// Each erasing that comes to its end does it, and where all is well it is one request.
    async fn look_after_webhooks(&self, request: &EraseRequested) {
        if request.resource != Resource::Orders {
            return;
        }
        let EraseRequested { store_id, generation, .. } = request;
        match self.secrets.get(self.clock.now()).await {
            Ok(secret) => {
                let store = (store_id, *generation);
                self.registrar.look_after_in_run(store, &secret, WEBHOOK_TIME).await;
            }
            Err(failure) => tracing::warn!(
                store_id = %store_id, error = %failure, "webhooks are left as they are"
            ),
        }
    }

    async fn confirm(&self, request: &EraseRequested, began_at: Timestamp) -> Result<(), Failure> {
        let EraseRequested { store_id, generation, resource } = request;
        let ended = |store: &Store| store.erasing_ended(*generation, *resource, began_at);
        Ok(self.stores.change(store_id, |store| (store.and_then(ended), ())).await?)
    }
}
