//! `GET /webhooks/{platform}/uninstall`: the platform calls this when a merchant removes the app.
//! And what is erased at the bus's word: the `PurgeRequested` by which the schedule has the store
//! erased two days later, and the `EraseRequested` for what a merchant does not share any more.
//!
//! The generation that was installed when the platform signed the request ends: its runs are
//! stopped, its webhooks' keys and its tokens deleted. The platform is asked to remove the webhooks,
//! but not waited for: its tokens may be dead by now. A request that comes twice finishes what the
//! first left; one that comes after a reinstall touches nothing.

mod erasing;
mod purge;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use shopcall_core::domain::{
    Deadline, Generation, Platform, Purpose, Store, StoreId, Uninstall as Uninstalled,
};
use shopcall_core::pages::{Admitted, Notice, SignedGate, unavailable};
use shopcall_core::runtime::events::{Bus, Event};
use shopcall_core::runtime::http::{
    Answer, BusEvent, Failure, Invocation, Problem, Request, RequestExt as _, platform_of, serve,
};
use shopcall_core::runtime::{Platforms, Services};
use shopcall_core::storage::{LeaseRepository, StoreRepository, TokenRepository};
use shopcall_core::sync::webhooks::Registrar;

use erasing::Erasing;
use purge::Purge;

/// Kept back from the function's time to bring a batch to its end and to ask for the rest.
const RESERVE: Duration = Duration::from_secs(20);

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct Uninstall {
    platforms: Platforms,
    gate: SignedGate,
    stores: StoreRepository,
    leases: LeaseRepository,
    tokens: TokenRepository,
    bus: Bus,
    purge: Purge,
    erasing: Erasing,
    registrar: Registrar,
}

impl Uninstall {
    /// An endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            platforms: services.platforms.clone(),
            gate: SignedGate::new(services),
            stores: services.stores(),
            leases: services.leases(),
            tokens: services.tokens(),
            bus: services.bus(),
            purge: Purge::new(services),
            erasing: Erasing::new(services),
            registrar: Registrar::new(services),
        }
    }

    /// Handles either way of being invoked; `time_left` is the function's.
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

    /// A `PurgeRequested` or an `EraseRequested` of the bus.
    async fn erase(&self, event: BusEvent, deadline: Deadline) -> Result<(), Failure> {
        let BusEvent { detail_type, detail, .. } = event;
        match &*detail_type {
            "PurgeRequested" => self.purge.run(request(detail)?, deadline).await,
            "EraseRequested" => self.erasing.run(request(detail)?, deadline).await,
            _ => Err(Failure::UnknownEvent),
        }
    }

    /// Answers 200 once nothing of the generation works any more.
    pub async fn handle(&self, request: Request) -> Answer {
        let platform = platform_of(request.raw_http_path());
        let platform = platform.and_then(|(id, _)| self.platforms.get(&id));
        let Some(platform) = platform else { return Problem::NotFound.into() };
        let admitted = match self.gate.admit(platform, &request, Purpose::Uninstall).await {
            Ok(admitted) => admitted,
            Err(page) => return page,
        };
        match self.uninstall(platform, &admitted).await {
            Ok(()) => Notice::Uninstalled.page(platform, request.headers(), None),
            Err(failure) => unavailable(platform, &failure, &request),
        }
    }

    async fn uninstall(&self, platform: &dyn Platform, admitted: &Admitted) -> Result<(), Failure> {
        let call = &admitted.call;
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
            Some(generation) => self.clear(store_id, generation, admitted).await,
            None => {
                tracing::info!(
                    store_id = %store_id, "an uninstall concerns nothing that is installed"
                );
                Ok(())
            }
        }
    }

    /// Takes everything away that a generation could work with.
    async fn clear(
        &self,
        store_id: StoreId,
        generation: Generation,
        admitted: &Admitted,
    ) -> Result<(), Failure> {
        self.leases.break_all(&store_id, generation).await?;
        // While there is a token still; the token goes whatever becomes of it.
        let ended = self.registrar.end((&store_id, generation), &admitted.secret).await;
        self.tokens.delete(&store_id, generation).await?;
        tracing::info!(store_id = %store_id, generation = generation.0, "a store is uninstalled");
        self.bus.publish(&[Event::StoreUninstalled { store_id, generation }]).await?;
        Ok(ended?)
    }
}

fn request<T: DeserializeOwned>(detail: Value) -> Result<T, Failure> {
    serde_json::from_value(detail).map_err(|_| Failure::UnknownEvent)
}
