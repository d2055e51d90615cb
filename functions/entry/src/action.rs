//! Actions a merchant can perform on the store's page.

use std::sync::Arc;

use shopcall_core::access::Session;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{RequestedMode, Resource, Store, SyncConfig};
use shopcall_core::pages::ActionResult;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::Bus;
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{InstallRepository, StoreRepository};
use shopcall_core::sync::Sharing;
use shopcall_core::sync::ask_for_runs;

use crate::auth::Ended;
use crate::form::{Change, Once};

/// Performs the actions of a session.
#[derive(Debug)]
pub(crate) struct Actions {
    stores: StoreRepository,
    installs: InstallRepository,
    sharing: Sharing,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

impl Actions {
    /// Creates actions over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            stores: services.stores(),
            installs: services.installs(),
            sharing: Sharing::new(services),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Performs an action unless the session's install has ended or `once` was already used for the
    /// same action, and returns the outcome. `once` is consumed first, so a form submitted twice is
    /// performed once. A failure after that is reported on a page with a fresh `once`. Other
    /// actions from the same page, such as after the browser's Back button, are not blocked by it.
    pub(crate) async fn carry_out(
        &self,
        session: &Session,
        change: Change,
        once: &Once,
    ) -> Result<Result<ActionResult, Ended>, Failure> {
        let id = &session.store_id;
        let store = match self.stores.get(id).await? {
            Some(store) if store.is_installed(session.generation) => store,
            store => return Ok(Err(Ended::of(store.as_ref()))),
        };
        let now = self.clock.now();
        if !self.installs.consume(id, (once.as_str(), &change.key()), now).await? {
            return Ok(Ok(ActionResult::AlreadyDone));
        }
        tracing::info!(store_id = %id, action = change.name(), "a merchant requested an action");
        Ok(match self.perform(&store, change).await {
            Ok(result) => result.ok_or_else(|| Ended::of(Some(&store))),
            Err(failure) => {
                let (name, error) = (failure.name(), failure.chain());
                tracing::error!(store_id = %id, failure = name, error, "an action failed");
                Ok(ActionResult::Refused)
            }
        })
    }

    /// Returns `None` if the install has ended meanwhile.
    async fn perform(
        &self,
        store: &Store,
        change: Change,
    ) -> Result<Option<ActionResult>, Failure> {
        let (id, generation) = (&store.id, store.generation);
        Ok(match change {
            Change::Sync => Some(self.sync(store).await?),
            Change::Schedule(config) => {
                self.schedule(store, config).await?.then_some(ActionResult::Scheduled)
            }
            Change::Share(resource) => {
                let done = self.sharing.share(id, generation, resource).await?;
                done.then_some(ActionResult::Shared(resource))
            }
            Change::StopSharing(resource) => {
                let done = self.sharing.stop_sharing(id, generation, resource).await?;
                done.then_some(ActionResult::NotShared(resource))
            }
        })
    }

    /// Requests a run of every readable resource. The lease queues a request for a resource whose
    /// run is in progress.
    async fn sync(&self, store: &Store) -> Result<ActionResult, Failure> {
        let is_readable = |resource: &Resource| {
            store.shares(*resource) && !store.missing_permissions.contains(resource)
        };
        let resources: Vec<_> = Resource::ALL.into_iter().filter(is_readable).collect();
        if resources.is_empty() {
            return Ok(ActionResult::Refused);
        }
        ask_for_runs(&self.bus, store, &resources, RequestedMode::Auto).await?;
        Ok(ActionResult::SyncAsked)
    }

    /// Returns false if the install has ended meanwhile.
    async fn schedule(&self, store: &Store, config: SyncConfig) -> Result<bool, Failure> {
        let now = self.clock.now();
        let generation = store.generation;
        let transition = |known: Option<&Store>| {
            let installed = known.filter(|known| known.is_installed(generation));
            let configured = installed.map(|known| known.configured(config, now));
            (configured.filter(|changed| known != Some(changed)), installed.is_some())
        };
        Ok(self.stores.change(&store.id, transition).await?)
    }
}
