//! What an opening does to the store: a generation begins, or what is left of its set-up is done.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use shopcall_core::domain::random;
use shopcall_core::domain::{
    ApiError, Attention, Connected, Deadline, HostName, Opening, Platform, Priority, RequestedMode,
    Resource, RunId, ShopAccess, SignedCall, Store, StoreId, StoreState,
};
use shopcall_core::pages::{Admitted, Notice};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::{Bus, Event, SyncRequested};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{InstallRepository, StoreRepository};
use shopcall_core::sync::webhooks::Registrar;

/// How long a merchant is kept waiting for the platform's token endpoint.
const SET_UP_TIME: Duration = Duration::from_secs(8);
/// How long for the shop's webhooks.
const WEBHOOK_TIME: Duration = Duration::from_secs(5);
/// How long for the shop's primary domain, beside the webhooks.
const DOMAIN_TIME: Duration = Duration::from_secs(2);

/// What an opening has come to.
#[derive(Debug)]
pub(crate) enum Opened {
    /// The store as the opening found or made it, and what became of its set-up.
    Store(Box<Store>, SetUp),
    /// The opening is an echo of an install that has ended; the shop's primary domain, where it is
    /// known still.
    Outdated(Option<HostName>),
}

/// What became of a set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetUp {
    /// It is complete.
    Done,
    /// It is complete, but a permission is missing.
    Lacking,
    /// The platform gives the app no token for this shop.
    Refused,
    /// The platform does not answer; it goes on at the next opening.
    Unanswered,
}

impl SetUp {
    /// What there is to say to a shop that is not set up.
    pub(crate) fn trouble(self) -> Option<Notice> {
        match self {
            Self::Done | Self::Lacking => None,
            Self::Refused => Some(Notice::ClientRefused),
            Self::Unanswered => Some(Notice::PlatformUnavailable),
        }
    }
}

/// Opens the app for a shop.
#[derive(Debug)]
pub(crate) struct Opener {
    services: Services,
    stores: StoreRepository,
    installs: InstallRepository,
    registrar: Registrar,
    bus: Bus,
}

impl Opener {
    /// One over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            services: services.clone(),
            stores: services.stores(),
            installs: services.installs(),
            registrar: Registrar::new(services),
            bus: services.bus(),
        }
    }

    /// Lets a generation begin or go on, and does what is left of its set-up.
    pub(crate) async fn open(
        &self,
        platform: &dyn Platform,
        admitted: &Admitted,
    ) -> Result<Opened, Failure> {
        let call = &admitted.call;
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
        if store.set_up && store.state == StoreState::Active && store.lacking.is_empty() {
            self.look_after(&store, admitted).await;
            return Ok(Opened::Store(Box::new(store), SetUp::Done));
        }
        let set_up = self.set_up(&store, admitted).await?;
        Ok(Opened::Store(Box::new(store), set_up))
    }

    /// The install that the opening names, if it is this shop's and its time is not over. An
    /// opening without one is as good: what lets it in is the signature.
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

    async fn set_up(&self, store: &Store, admitted: &Admitted) -> Result<SetUp, Failure> {
        let generation = store.generation;
        let deadline = Deadline::after(SET_UP_TIME);
        let connected = match self.connect(store, admitted, deadline).await {
            Ok(connected) => connected,
            Err(error @ ApiError::Store(_)) => return Err(error.into()),
            Err(error) => return self.without_token(store, &error).await,
        };
        // Before the first runs, which look after webhooks too.
        self.look_after(store, admitted).await;
        self.bus.publish(&needed_events(store)).await?;
        let is_missing = |resource: &&Resource| connected.not_granted.contains(*resource);
        let missing: BTreeSet<_> = store.lacking.iter().filter(is_missing).copied().collect();
        let done = |known: &Store| {
            let done = known.set_up_done(generation, self.services.clock.now())?;
            // The runs find out for certain; until then the merchant is told what the token says.
            let lacks = |store: Store, resource: &Resource| {
                store.lacks(generation, *resource).unwrap_or(store)
            };
            Some(missing.iter().fold(done, lacks))
        };
        self.stores.change(&store.id, |known| (known.and_then(done), ())).await?;
        tracing::info!(store_id = %store.id, generation = generation.0, "a store is set up");
        Ok(if missing.is_empty() { SetUp::Done } else { SetUp::Lacking })
    }

    /// The shop's webhooks and its domain. What is not as it should be after this is left to the
    /// next run, or to the next opening.
    async fn look_after(&self, store: &Store, admitted: &Admitted) {
        let (id, secret) = ((&store.id, store.generation), &*admitted.secret);
        let webhooks = self.registrar.look_after(id, secret, WEBHOOK_TIME);
        tokio::join!(webhooks, self.learn_domain(store, admitted));
    }

    /// Asks for the shop's primary domain where it is not known, or not for sure any more. Nobody
    /// fails over it.
    async fn learn_domain(&self, store: &Store, admitted: &Admitted) {
        let now = self.services.clock.now();
        if store.knows_domain(now) {
            return;
        }
        let (id, generation) = (&store.id, store.generation);
        let learn = async {
            let access = access(store, admitted, Deadline::after(DOMAIN_TIME));
            let source = self.services.platforms.open(access).await?;
            let domain = source.primary_domain().await?;
            let reached = |known: &Store| known.reached_at(generation, domain.clone(), now);
            self.stores.change(id, |known| (known.and_then(reached), ())).await?;
            Ok::<_, ApiError>(())
        };
        match tokio::time::timeout(DOMAIN_TIME, learn).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::info!(store_id = %id, error = %error, "a shop's domain is not known");
            }
            Err(_) => tracing::info!(store_id = %id, "a shop's domain takes too long to ask for"),
        }
    }

    /// A token; where the store was in trouble or a permission was missing, one that knows what
    /// has changed since.
    async fn connect(
        &self,
        store: &Store,
        admitted: &Admitted,
        deadline: Deadline,
    ) -> Result<Connected, ApiError> {
        let api = self.services.platforms.api_of(&store.id)?;
        let renew = store.state != StoreState::Active || !store.lacking.is_empty();
        api.connect(&access(store, admitted, deadline), &admitted.call.code, renew).await
    }

    async fn without_token(&self, store: &Store, error: &ApiError) -> Result<SetUp, Failure> {
        tracing::warn!(store_id = %store.id, error = %error, "a store gets no token");
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

fn access(store: &Store, admitted: &Admitted, deadline: Deadline) -> ShopAccess {
    ShopAccess {
        store: store.id.clone(),
        generation: store.generation,
        credentials: Arc::clone(&admitted.secret.credentials),
        priority: Priority::Interactive,
        deadline,
    }
}

/// That a generation has begun, and what is to be read first; later, what has been missed since
/// the store got into trouble, or could not be read at all. Never what the merchant does not share.
fn needed_events(store: &Store) -> Vec<Event> {
    let (store_id, generation) = (&store.id, store.generation);
    let installed = Event::StoreInstalled { store_id: store_id.clone(), generation };
    let begun = (!store.set_up).then_some(installed);
    let is_all = !store.set_up || store.state != StoreState::Active;
    let needed = |resource: &Resource| {
        store.shares(*resource) && (is_all || store.lacking.contains(resource))
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

/// The first run of a generation has one name, however many openings ask for it at once. What is
/// asked for later, after a store needed attention, is another run.
fn first_run(store: &Store, resource: Resource) -> RunId {
    if store.set_up {
        return RunId::from_random(random::bytes());
    }
    RunId::derived(&format!("first {} {} {resource}", store.id, store.generation))
}
