//! What a merchant does on the store's page.

use std::sync::Arc;

use shopcall_core::access::Session;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{RequestedMode, Resource, Store, SyncConfig};
use shopcall_core::pages::Said;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::Bus;
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{InstallRepository, StoreRepository};
use shopcall_core::sync::Sharing;
use shopcall_core::sync::ask_for_runs;

use crate::form::{Deed, Once};
use crate::gate::Ended;

/// Carries out what a session may do.
#[derive(Debug)]
pub(crate) struct Actions {
    stores: StoreRepository,
    installs: InstallRepository,
    sharing: Sharing,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

impl Actions {
    /// Actions over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            stores: services.stores(),
            installs: services.installs(),
            sharing: Sharing::new(services),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Carries a deed out, if the session's install has not ended and `once` was not used for the
    /// same deed before, and says what came of it.
    ///
    /// `once` is used up first: a form that is sent twice at once does its deed once. What fails
    /// after that is said to have failed, and the page that says so has forms of its own. Another
    /// deed of the same page, which the merchant may have gone back to, is another use.
    pub(crate) async fn carry_out(
        &self,
        session: &Session,
        deed: Deed,
        once: &Once,
    ) -> Result<Result<Said, Ended>, Failure> {
        let id = &session.store_id;
        let store = match self.stores.get(id).await? {
            Some(store) if store.is_installed(session.generation) => store,
            store => return Ok(Err(Ended::of(store.as_ref()))),
        };
        let now = self.clock.now();
        if !self.installs.consume(id, (once.as_str(), &deed.key()), now).await? {
            return Ok(Ok(Said::AlreadyDone));
        }
        tracing::info!(store_id = %id, action = deed.name(), "a merchant does something");
        Ok(match self.perform(&store, deed).await {
            Ok(said) => said.ok_or_else(|| Ended::of(Some(&store))),
            Err(failure) => {
                let (name, error) = (failure.name(), failure.chain());
                tracing::error!(store_id = %id, failure = name, error, "an action failed");
                Ok(Said::Refused)
            }
        })
    }

    /// None where the install has ended meanwhile.
    async fn perform(&self, store: &Store, deed: Deed) -> Result<Option<Said>, Failure> {
        let (id, generation) = (&store.id, store.generation);
        Ok(match deed {
            Deed::Sync => Some(self.sync(store).await?),
            Deed::Schedule(config) => {
                self.schedule(store, config).await?.then_some(Said::Scheduled)
            }
            Deed::Share(resource) => {
                let done = self.sharing.share(id, generation, resource).await?;
                done.then_some(Said::Shared(resource))
            }
            Deed::Withhold(resource) => {
                let done = self.sharing.withhold(id, generation, resource).await?;
                done.then_some(Said::Withheld(resource))
            }
        })
    }

    /// Asks for what can be read. What is at work already is queued by its lease.
    async fn sync(&self, store: &Store) -> Result<Said, Failure> {
        let is_readable =
            |resource: &Resource| store.shares(*resource) && !store.lacking.contains(resource);
        let resources: Vec<_> = Resource::ALL.into_iter().filter(is_readable).collect();
        if resources.is_empty() {
            return Ok(Said::Refused);
        }
        ask_for_runs(&self.bus, store, &resources, RequestedMode::Auto).await?;
        Ok(Said::SyncAsked)
    }

    /// False where the install has ended meanwhile.
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
