//! Effect of an opening on the store: starts a generation, or completes the remaining set-up.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use shopcall_core::domain::random;
use shopcall_core::domain::{
    ApiError, Attention, Connected, Deadline, HostName, Opening, Platform, Priority, RequestedMode,
    Resource, RunId, ShopAccess, SignedCall, Store, StoreId, StoreState,
};
use shopcall_core::pages::{Authenticated, Notice};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::{Bus, Event, SyncRequested};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{InstallRepository, StoreRepository};
use shopcall_core::sync::webhooks::Registrar;

/// Maximum time a merchant waits for the platform's token endpoint.
const SET_UP_TIME: Duration = Duration::from_secs(8);
/// Maximum time for reconciling the shop's webhooks.
const WEBHOOK_TIME: Duration = Duration::from_secs(5);
/// Maximum time for reading the shop's primary domain, concurrently with the webhooks.
const DOMAIN_TIME: Duration = Duration::from_secs(2);

/// Outcome of an opening.
#[derive(Debug)]
pub(crate) enum Opened {
    /// Store as found or created, and the outcome of its set-up.
    Store(Box<Store>, SetUp),
    /// The opening was signed for an install that has ended. Contains the shop's primary domain, if
    /// still known.
    Outdated(Option<HostName>),
}

/// Outcome of a set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetUp {
    /// Complete.
    Done,
    /// Complete, but a permission is missing.
    PermissionMissing,
    /// The platform refuses a token for this shop.
    Refused,
    /// The platform did not answer; the next opening retries.
    Unanswered,
}

impl SetUp {
    /// Notice for a shop that is not set up.
    pub(crate) fn trouble(self) -> Option<Notice> {
        match self {
            Self::Done | Self::PermissionMissing => None,
            Self::Refused => Some(Notice::ClientRefused),
            Self::Unanswered => Some(Notice::PlatformUnavailable),
        }
    }
}

/// Handles openings of the app.
#[derive(Debug)]
pub(crate) struct Opener {
    services: Services,
    stores: StoreRepository,
    installs: InstallRepository,
    registrar: Registrar,
    bus: Bus,
}

impl Opener {
    /// Creates an opener over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            services: services.clone(),
            stores: services.stores(),
            installs: services.installs(),
            registrar: Registrar::new(services),
            bus: services.bus(),
        }
    }

    /// Starts or continues a generation and completes its set-up.
    pub(crate) async fn open(
        &self,
        platform: &dyn Platform,
        authenticated: &Authenticated,
    ) -> Result<Opened, Failure> {
        let call = &authenticated.call;
        let store_id = StoreId::new(platform.id(), &call.shop);
        let now = self.services.clock.now();
        let sr_install = self.pending_install(&store_id, call).await?;
        let transition = |known: Option<&Store>| {
            let sr_install = sr_install.as_deref();
            match Store::open(known, &store_id, call.sent_at, sr_install, now) {
                Opening::Begins(store) => (Some(store.clone()), Ok(store)),
                Opening::Continues(store) => {
                    let is_news = known.is_some_and(|known| *known != store);
                    (is_news.then(|| store.clone()), Ok(store))
                }
                Opening::Outdated => (None, Err(known.and_then(|known| known.domain.clone()))),
            }
        };
        let store = match self.stores.change(&store_id, transition).await? {
            Ok(store) => store,
            Err(domain) => return Ok(Opened::Outdated(domain)),
        };
        if store.set_up && store.state == StoreState::Active && store.missing_permissions.is_empty()
        {
            self.reconcile_on_opening(&store, authenticated).await;
            return Ok(Opened::Store(Box::new(store), SetUp::Done));
        }
        let set_up = self.set_up(&store, authenticated).await?;
        Ok(Opened::Store(Box::new(store), set_up))
    }

    /// Finds the pending install that the opening names, if it belongs to this shop and has not
    /// expired. An opening without one is equally valid, because the signature authenticates it.
    async fn pending_install(
        &self,
        store_id: &StoreId,
        call: &SignedCall,
    ) -> Result<Option<String>, Failure> {
        let Some(named) = call.added("sr_install").filter(|id| random::is_hex::<16>(id)) else {
            return Ok(None);
        };
        let pending = self.installs.find(named, self.services.clock.now()).await?;
        let is_ours = pending.is_some_and(|install| install.store_id == *store_id);
        Ok(is_ours.then(|| named.to_owned()))
    }

    async fn set_up(&self, store: &Store, authenticated: &Authenticated) -> Result<SetUp, Failure> {
        let generation = store.generation;
        let deadline = Deadline::after(SET_UP_TIME);
        let connected = match self.connect(store, authenticated, deadline).await {
            Ok(connected) => connected,
            Err(error @ ApiError::Store(_)) => return Err(error.into()),
            Err(error) => return self.without_token(store, &error).await,
        };
        // Must precede the first runs, which reconcile webhooks too.
        self.reconcile_on_opening(store, authenticated).await;
        self.bus.publish(&needed_events(store)).await?;
        let is_missing = |resource: &&Resource| connected.not_granted.contains(*resource);
        let missing: BTreeSet<_> =
            store.missing_permissions.iter().filter(is_missing).copied().collect();
        let done = |known: &Store| {
            let done = known.set_up_done(generation, self.services.clock.now())?;
            // Runs determine this reliably; until then the page shows the token's permissions.
            let mark_missing = |store: Store, resource: &Resource| {
                store.missing_permission(generation, *resource).unwrap_or(store)
            };
            Some(missing.iter().fold(done, mark_missing))
        };
        self.stores.change(&store.id, |known| (known.and_then(done), ())).await?;
        tracing::info!(store_id = %store.id, generation = generation.0, "a store is set up");
        Ok(if missing.is_empty() { SetUp::Done } else { SetUp::PermissionMissing })
    }

    /// Reconciles the shop's webhooks and domain. Failures are left to the next run or opening.
    async fn reconcile_on_opening(&self, store: &Store, authenticated: &Authenticated) {
        let (id, secret) = ((&store.id, store.generation), &*authenticated.secret);
        let webhooks = self.registrar.reconcile_on_opening(id, secret, WEBHOOK_TIME);
        tokio::join!(webhooks, self.learn_domain(store, authenticated));
    }

    /// Reads the shop's primary domain if it is unknown or out of date. Failures are only logged.
    async fn learn_domain(&self, store: &Store, authenticated: &Authenticated) {
        let now = self.services.clock.now();
        if store.knows_domain(now) {
            return;
        }
        let (id, generation) = (&store.id, store.generation);
        let learn = async {
            let access = access(store, authenticated, Deadline::after(DOMAIN_TIME));
            let admin = self.services.platforms.open_admin(access).await?;
            let domain = admin.primary_domain().await?;
            let reached = |known: &Store| known.reached_at(generation, domain.clone(), now);
            self.stores.change(id, |known| (known.and_then(reached), ())).await?;
            Ok::<_, ApiError>(())
        };
        match tokio::time::timeout(DOMAIN_TIME, learn).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::info!(
                    store_id = %id, error = %error, "a shop's primary domain could not be read"
                );
            }
            Err(_) => tracing::info!(store_id = %id, "reading a shop's primary domain timed out"),
        }
    }

    /// Obtains a token. If the store needed attention or a permission was missing, requests a new
    /// one that reflects changes since then.
    async fn connect(
        &self,
        store: &Store,
        authenticated: &Authenticated,
        deadline: Deadline,
    ) -> Result<Connected, ApiError> {
        let admin = self.services.platforms.admin_of(&store.id)?;
        let renew = store.state != StoreState::Active || !store.missing_permissions.is_empty();
        admin
            .connect(&access(store, authenticated, deadline), &authenticated.call.code, renew)
            .await
    }

    async fn without_token(&self, store: &Store, error: &ApiError) -> Result<SetUp, Failure> {
        tracing::warn!(
            store_id = %store.id, error = %error, "no token could be obtained for a store"
        );
        if !matches!(error, ApiError::ClientRefused { .. }) {
            return Ok(SetUp::Unanswered);
        }
        let now = self.services.clock.now();
        let troubled =
            |known: &Store| known.needs_attention(store.generation, Attention::ClientRefused, now);
        self.stores.change(&store.id, |known| (known.and_then(troubled), ())).await?;
        Ok(SetUp::Refused)
    }
}

fn access(store: &Store, authenticated: &Authenticated, deadline: Deadline) -> ShopAccess {
    ShopAccess {
        store: store.id.clone(),
        generation: store.generation,
        credentials: Arc::clone(&authenticated.secret.credentials),
        priority: Priority::Interactive,
        deadline,
    }
}

/// Lists the events of a set-up: the install and the first syncs, and later the syncs missed while
/// the store needed attention or a permission was missing. Resources that are not shared are left
/// out.
fn needed_events(store: &Store) -> Vec<Event> {
    let (store_id, generation) = (&store.id, store.generation);
    let installed = Event::StoreInstalled { store_id: store_id.clone(), generation };
    let begun = (!store.set_up).then_some(installed);
    let is_all = !store.set_up || store.state != StoreState::Active;
    let needed = |resource: &Resource| {
        store.shares(*resource) && (is_all || store.missing_permissions.contains(resource))
    };
    let syncs = Resource::ALL.into_iter().filter(needed).map(|resource| {
        Event::SyncRequested(SyncRequested {
            store_id: store_id.clone(),
            generation,
            resource,
            mode: if store.set_up { RequestedMode::Auto } else { RequestedMode::Full },
            run_id: first_run(store, resource),
            cursor: None,
        })
    });
    begun.into_iter().chain(syncs).collect()
}

/// Run id of a sync after an opening. The first run of a generation has a fixed id, so concurrent
/// openings request the same run; later ones have random ids.
fn first_run(store: &Store, resource: Resource) -> RunId {
    if store.set_up {
        return RunId::from_random(random::bytes());
    }
    RunId::derived(&format!("first {} {} {resource}", store.id, store.generation))
}
