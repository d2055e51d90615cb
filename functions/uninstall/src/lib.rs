//! `GET /webhooks/{platform}/uninstall`: the platform calls this when a merchant removes the app.
//! The function also handles erasure events of the bus: `PurgeRequested`, by which the schedule
//! erases the store two days later, and `EraseRequested` for resources that the merchant no longer
//! shares.
//!
//! Ends the generation that was installed when the platform signed the request: stops its runs and
//! deletes its tokens and its webhooks' keys. The platform is asked to remove the webhooks, but a
//! failure is ignored because its tokens may already be invalid. A repeated request completes an
//! interrupted one; a request that arrives after a reinstall changes nothing.

mod erasing;
mod purge;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use shopcall_core::domain::{
    Deadline, Generation, Platform, Purpose, Store, StoreId, Uninstall as Uninstalled,
};
use shopcall_core::pages::{Authenticated, Notice, SignedAuth, unavailable};
use shopcall_core::runtime::events::{Bus, Event};
use shopcall_core::runtime::http::{
    Answer, BusEvent, Failure, Invocation, Problem, Request, RequestExt as _, platform_of, serve,
};
use shopcall_core::runtime::{Platforms, Services};
use shopcall_core::storage::{LeaseRepository, StoreRepository, TokenRepository};
use shopcall_core::sync::webhooks::Registrar;

use erasing::Erasing;
use purge::Purge;

/// Part of the function's time reserved for finishing a batch and requesting the rest.
const RESERVE: Duration = Duration::from_secs(20);

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct Uninstall {
    platforms: Platforms,
    auth: SignedAuth,
    stores: StoreRepository,
    leases: LeaseRepository,
    tokens: TokenRepository,
    bus: Bus,
    purge: Purge,
    erasing: Erasing,
    registrar: Registrar,
}

impl Uninstall {
    /// Creates an endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            platforms: services.platforms.clone(),
            auth: SignedAuth::new(services),
            stores: services.stores(),
            leases: services.leases(),
            tokens: services.tokens(),
            bus: services.bus(),
            purge: Purge::new(services),
            erasing: Erasing::new(services),
            registrar: Registrar::new(services),
        }
    }

    /// Handles an HTTP request or an event of the bus; `time_left` is the function's remaining
    /// time.
    pub async fn invoke(&self, payload: Value, time_left: Duration) -> Result<Value, Failure> {
        match Invocation::parse(payload)? {
            Invocation::Http(payload) => Ok(serve(payload, |request| self.handle(request)).await),
            Invocation::Bus(event) => {
                let deadline = Deadline::after(time_left.saturating_sub(RESERVE));
                Box::pin(self.erase(event, deadline)).await?;
                Ok(Value::Null)
            }
        }
    }

    /// Handles a `PurgeRequested` or `EraseRequested` event.
    async fn erase(&self, event: BusEvent, deadline: Deadline) -> Result<(), Failure> {
        let BusEvent { detail_type, detail, .. } = event;
        match &*detail_type {
            "PurgeRequested" => self.purge.run(request(detail)?, deadline).await,
            "EraseRequested" => self.erasing.run(request(detail)?, deadline).await,
            _ => Err(Failure::UnknownEvent),
        }
    }

    /// Answers 200 once the generation is fully deactivated.
    pub async fn handle(&self, request: Request) -> Answer {
        let platform = platform_of(request.raw_http_path());
        let platform = platform.and_then(|(id, _)| self.platforms.get(&id));
        let Some(platform) = platform else { return Problem::NotFound.into() };
        let authenticated =
            match self.auth.authenticate(platform, &request, Purpose::Uninstall).await {
                Ok(authenticated) => authenticated,
                Err(page) => return page,
            };
        match self.uninstall(platform, &authenticated).await {
            Ok(()) => Notice::Uninstalled.page(platform, request.headers(), None),
            Err(failure) => unavailable(platform, &failure, &request),
        }
    }

    async fn uninstall(
        &self,
        platform: &dyn Platform,
        authenticated: &Authenticated,
    ) -> Result<(), Failure> {
        let call = &authenticated.call;
        let store_id = StoreId::new(platform.id(), &call.shop);
        let transition =
            |known: Option<&Store>| match known.map(|store| store.uninstall(call.sent_at)) {
                Some(Uninstalled::Ends(store) | Uninstalled::AlreadyEnded(store)) => {
                    let generation = store.generation;
                    let is_news = known != Some(&store);
                    (is_news.then_some(store), Some(generation))
                }
                Some(Uninstalled::Outdated) | None => (None, None),
            };
        match self.stores.change(&store_id, transition).await? {
            Some(generation) => self.clear(store_id, generation, authenticated).await,
            None => {
                tracing::info!(
                    store_id = %store_id, "an uninstall request matched no installed generation"
                );
                Ok(())
            }
        }
    }

    /// Deletes the credentials and webhooks of a generation.
    async fn clear(
        &self,
        store_id: StoreId,
        generation: Generation,
        authenticated: &Authenticated,
    ) -> Result<(), Failure> {
        self.leases.break_all(&store_id, generation).await?;
        // Must precede the deletion of the token, which happens whether or not this succeeds.
        let ended = self.registrar.end((&store_id, generation), &authenticated.secret).await;
        self.tokens.delete(&store_id, generation).await?;
        tracing::info!(store_id = %store_id, generation = generation.0, "a store is uninstalled");
        self.bus.publish(&[Event::StoreUninstalled { store_id, generation }]).await?;
        Ok(ended?)
    }
}

fn request<T: DeserializeOwned>(detail: Value) -> Result<T, Failure> {
    serde_json::from_value(detail).map_err(|_| Failure::UnknownEvent)
}
