//! `GET /integrations/shoprenter/entry`: ShopRenter opens this at the end of an install and
//! whenever the merchant opens the app.
//!
//! The first opening of a generation sets the store up: a token, then the first syncs. Every step
//! may be lost; the next opening finishes what is left, and an opening of a store that is set up
//! and well changes nothing. One that is in trouble, or lacks a permission, is tried again.

use std::sync::Arc;
use std::time::Duration;

use shopcall_core::auth::{Purpose, Verified};
use shopcall_core::domain::{
    Attention, Opening, RequestedMode, Resource, RunId, Store, StoreId, StoreState,
};
use shopcall_core::events::{Bus, Event, SyncRequested};
use shopcall_core::foundation::Foundation;
use shopcall_core::http::{Answer, ApiRequest, Failure, redirect};
use shopcall_core::pages::Notice;
use shopcall_core::random;
use shopcall_core::shoprenter::{AccessToken, ApiError, Deadline, TokenSource, permission_for};
use shopcall_core::signed::{Admitted, SignedGate, unavailable};
use shopcall_core::store::{InstallRepository, StoreRepository};
use shopcall_core::webhooks::Registrar;
use url::Url;

/// How long a merchant is kept waiting for ShopRenter's token endpoint.
const SET_UP_TIME: Duration = Duration::from_secs(8);
/// How long for the shop's webhooks.
const WEBHOOK_TIME: Duration = Duration::from_secs(5);

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct Entry {
    foundation: Foundation,
    gate: SignedGate,
    stores: StoreRepository,
    installs: InstallRepository,
    tokens: TokenSource,
    registrar: Registrar,
    bus: Bus,
}

impl Entry {
    /// An endpoint over `foundation`.
    pub fn new(foundation: Foundation) -> Self {
        Self {
            gate: SignedGate::new(&foundation),
            stores: foundation.stores(),
            installs: foundation.installs(),
            tokens: foundation.token_source(),
            registrar: Registrar::new(&foundation),
            bus: foundation.bus(),
            foundation,
        }
    }

    /// Answers with the store's page, or sends the browser to ShopCall's own.
    pub async fn handle(&self, request: ApiRequest) -> Answer {
        let admitted = match self.gate.admit(&request, Purpose::Entry).await {
            Ok(admitted) => admitted,
            Err(page) => return page,
        };
        match self.open(&admitted).await {
            Ok((notice, store)) => self.show(notice, store.as_ref(), &admitted, &request),
            Err(failure) => unavailable(&failure, &request),
        }
    }

    async fn open(&self, admitted: &Admitted) -> Result<(Notice, Option<Store>), Failure> {
        let verified = &admitted.verified;
        let store_id = StoreId::of(verified.shop());
        let now = self.foundation.clock.now();
        let sr_install = self.pending_install(&store_id, verified).await?;
        let transition = |known: Option<&Store>| {
            let sr_install = sr_install.as_deref();
            match Store::open(known, &store_id, verified.sent_at(), sr_install, now) {
                Opening::Begins(store) => (Some(store.clone()), Some(store)),
                Opening::Continues(store) => {
                    let is_news = known.is_some_and(|known| *known != store);
                    (is_news.then(|| store.clone()), Some(store))
                }
                Opening::Outdated => (None, None),
            }
        };
        let Some(store) = self.stores.change(&store_id, transition).await? else {
            return Ok((Notice::Outdated, None));
        };
        if store.set_up && store.state == StoreState::Active && store.lacking.is_empty() {
            self.look_after_webhooks(&store, admitted).await;
            return Ok((Notice::Connected, Some(store)));
        }
        let notice = self.set_up(&store, admitted).await?;
        Ok((notice, Some(store)))
    }

    /// The install that the opening names, if it is this shop's and its time is not over. An
    /// opening without one is as good: what lets it in is the signature.
    async fn pending_install(
        &self,
        store_id: &StoreId,
        verified: &Verified,
    ) -> Result<Option<String>, Failure> {
        let Some(named) = verified.added("sr_install").filter(|id| is_install_id(id)) else {
            return Ok(None);
        };
        let pending = self.installs.find(named, self.foundation.clock.now()).await?;
        let is_ours = pending.is_some_and(|install| install.store_id == *store_id);
        Ok(is_ours.then(|| named.to_owned()))
    }

    async fn set_up(&self, store: &Store, admitted: &Admitted) -> Result<Notice, Failure> {
        let generation = store.generation;
        let code = Some(admitted.verified.code());
        let deadline = Deadline::after(SET_UP_TIME);
        let token = match self.token(store, admitted, code, deadline).await {
            Ok(token) => token,
            Err(ApiError::Store(error)) => return Err(error.into()),
            Err(error) => return self.without_token(store, &error).await,
        };
        // Before the first runs, which look after webhooks too.
        self.look_after_webhooks(store, admitted).await;
        self.bus.publish(&needed_events(store)).await?;
        let done = |known: &Store| known.set_up_done(generation, self.foundation.clock.now());
        self.stores.change(&store.id, |known| (known.and_then(done), ())).await?;
        tracing::info!(store_id = %store.id, generation = generation.0, "a store is set up");
        let is_granted = |resource: &Resource| token.grants(permission_for(*resource));
        let all_granted = store.lacking.iter().all(is_granted);
        Ok(if all_granted { Notice::Connected } else { Notice::MissingPermission })
    }

    /// What is not as it should be after this is left to the next run.
    async fn look_after_webhooks(&self, store: &Store, admitted: &Admitted) {
        let secret = Arc::clone(&admitted.secret);
        let store = (&store.id, store.generation);
        self.registrar.look_after(store, secret, WEBHOOK_TIME).await;
    }

    /// A token; where a permission was missing, one that knows what has been granted since.
    async fn token(
        &self,
        store: &Store,
        admitted: &Admitted,
        code: Option<&str>,
        deadline: Deadline,
    ) -> Result<AccessToken, ApiError> {
        let (id, generation, secret) = (&store.id, store.generation, &*admitted.secret);
        let token = self.tokens.get(id, generation, secret, code, deadline).await?;
        if store.lacking.is_empty() {
            return Ok(token);
        }
        self.tokens.replace(&token, id, generation, secret, deadline).await
    }

    async fn without_token(&self, store: &Store, error: &ApiError) -> Result<Notice, Failure> {
        tracing::warn!(store_id = %store.id, error = %error, "a store gets no token");
        if !matches!(error, ApiError::ClientRefused { .. }) {
            return Ok(Notice::ShopRenterUnavailable);
        }
        let now = self.foundation.clock.now();
        let troubled =
            |known: &Store| known.needs_attention(store.generation, Attention::ClientRefused, now);
        self.stores.change(&store.id, |known| (known.and_then(troubled), ())).await?;
        Ok(Notice::ClientRefused)
    }

    /// Our page, or ShopCall's where one is configured; refusals are always ours.
    fn show(
        &self,
        notice: Notice,
        store: Option<&Store>,
        admitted: &Admitted,
        request: &ApiRequest,
    ) -> Answer {
        let frontend = self.foundation.config.frontend_url.as_ref().zip(store);
        let target =
            frontend.and_then(|(frontend, store)| integrations_page(frontend, store, notice));
        match target {
            Some(target) => redirect(target.as_str()),
            None => match store.map(|store| store.id.shop()) {
                Some(shop) if notice == Notice::MissingPermission => {
                    let addresses = &self.foundation.config.addresses;
                    let address = addresses.approve_scopes(shop, &admitted.secret.client_id);
                    notice.page_leading_to(&address, &request.headers, shop)
                }
                shop => notice.page(&request.headers, shop),
            },
        }
    }
}

fn is_install_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// That a generation has begun, and what is to be read first; later, what has been missed since
/// the store got into trouble, or could not be read at all.
fn needed_events(store: &Store) -> Vec<Event> {
    let (store_id, generation) = (&store.id, store.generation);
    let installed = Event::StoreInstalled { store_id: store_id.clone(), generation };
    let begun = (!store.set_up).then_some(installed);
    let is_all = !store.set_up || store.state != StoreState::Active;
    let needed = |resource: &Resource| is_all || store.lacking.contains(resource);
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

/// `FRONTEND_URL/integrations?sr_install=…&status=…`.
fn integrations_page(frontend: &Url, store: &Store, notice: Notice) -> Option<Url> {
    let mut page = frontend.clone();
    page.path_segments_mut().ok()?.pop_if_empty().push("integrations");
    let status = match notice {
        Notice::Connected => "connected",
        Notice::ClientRefused => "needs_attention",
        Notice::MissingPermission => "missing_permission",
        _ => "pending",
    };
    let mut query = page.query_pairs_mut();
    if let Some(sr_install) = &store.sr_install {
        query.append_pair("sr_install", sr_install);
    }
    query.append_pair("status", status);
    drop(query);
    Some(page)
}
