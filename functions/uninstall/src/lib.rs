//! `GET /webhooks/shoprenter/uninstall`: ShopRenter calls this when a merchant removes the app.
//!
//! The generation that was installed when ShopRenter signed the request ends: its runs are
//! stopped and its tokens deleted, without asking ShopRenter anything, whose tokens may be dead by
//! now. A request that comes twice finishes what the first left; one that comes after a reinstall
//! touches nothing.

use shopcall_core::auth::{Purpose, Verified};
use shopcall_core::domain::{Generation, Store, StoreId, Uninstall as Uninstalled};
use shopcall_core::events::{Bus, Event};
use shopcall_core::foundation::Foundation;
use shopcall_core::http::{Answer, ApiRequest, Failure};
use shopcall_core::pages::Notice;
use shopcall_core::signed::{SignedGate, unavailable};
use shopcall_core::store::{LeaseRepository, StoreRepository, TokenRepository};

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct Uninstall {
    gate: SignedGate,
    stores: StoreRepository,
    leases: LeaseRepository,
    tokens: TokenRepository,
    bus: Bus,
}

impl Uninstall {
    /// An endpoint over `foundation`.
    pub fn new(foundation: &Foundation) -> Self {
        Self {
            gate: SignedGate::new(foundation),
            stores: foundation.stores(),
            leases: foundation.leases(),
            tokens: foundation.tokens(),
            bus: foundation.bus(),
        }
    }

    /// Answers 200 once nothing of the generation works any more.
    pub async fn handle(&self, request: ApiRequest) -> Answer {
        let admitted = match self.gate.admit(&request, Purpose::Uninstall).await {
            Ok(admitted) => admitted,
            Err(page) => return page,
        };
        match self.uninstall(&admitted.verified).await {
            Ok(()) => Notice::Uninstalled.page(&request.headers, None),
            Err(failure) => unavailable(&failure, &request),
        }
    }

    async fn uninstall(&self, verified: &Verified) -> Result<(), Failure> {
        let store_id = StoreId::of(verified.shop());
        let transition =
            |known: Option<&Store>| match known.map(|store| store.uninstall(verified.sent_at())) {
                Some(Uninstalled::Ends(store) | Uninstalled::AlreadyEnded(store)) => {
                    let generation = store.generation;
                    let is_news = known != Some(&store);
                    (is_news.then_some(store), Some(generation))
                }
                Some(Uninstalled::Outdated) | None => (None, None),
            };
        match self.stores.change(&store_id, transition).await? {
            Some(generation) => self.clear(store_id, generation).await,
            None => {
                tracing::info!(store_id = %store_id, "an uninstall concerns nothing that is installed");
                Ok(())
            }
        }
    }

    /// Takes everything away that a generation could work with.
    async fn clear(&self, store_id: StoreId, generation: Generation) -> Result<(), Failure> {
        self.leases.break_all(&store_id, generation).await?;
        self.tokens.delete(&store_id, generation).await?;
        tracing::info!(store_id = %store_id, generation = generation.0, "a store is uninstalled");
        self.bus.publish(&[Event::StoreUninstalled { store_id, generation }]).await?;
        Ok(())
    }
}
