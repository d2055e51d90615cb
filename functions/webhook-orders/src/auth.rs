//! Authentication of deliveries by the key in their address.

use std::collections::BTreeSet;

use jiff::Timestamp;
use shopcall_core::access::CapabilityKey;
use shopcall_core::domain::Resource;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{Failure, platform_of};
use shopcall_core::storage::{KeyOwner, StoreRepository, WebhookRepository};

/// Part of the route before the key.
const ROUTE: &str = "/webhooks/{platform}/orders/";

/// Authenticated sender of a delivery.
#[derive(Debug)]
pub(crate) struct Authenticated {
    /// Owner of the key.
    pub(crate) owner: KeyOwner,
    /// Whether the store's schedule is paused, in which case webhooks request no runs either.
    pub(crate) is_paused: bool,
    /// Resources the merchant does not share; hints about them are ignored.
    pub(crate) not_shared: BTreeSet<Resource>,
}

/// Authenticates deliveries.
#[derive(Debug)]
pub(crate) struct Gate {
    webhooks: WebhookRepository,
    stores: StoreRepository,
}

impl Gate {
    /// Creates an authenticator over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self { webhooks: services.webhooks(), stores: services.stores() }
    }

    /// Finds the owner of the key, or `None` for an invalid one. An unknown key costs one read, a
    /// malformed one none.
    pub(crate) async fn authenticate(
        &self,
        path: &str,
        now: Timestamp,
    ) -> Result<Option<Authenticated>, Failure> {
        let Some((platform, route)) = platform_of(path) else { return Ok(None) };
        let key = route.strip_prefix(ROUTE).and_then(CapabilityKey::parse);
        let Some(key) = key else { return Ok(None) };
        let owner = self.webhooks.find_key(&key, now).await?;
        let owner = owner.filter(|owner| *owner.store_id.platform() == platform);
        let Some(owner) = owner else { return Ok(None) };
        let store = self.stores.get(&owner.store_id).await?;
        let store = store.filter(|store| store.is_installed(owner.generation));
        Ok(store.map(|store| Authenticated {
            owner,
            is_paused: store.paused,
            not_shared: store.not_shared.into_keys().collect(),
        }))
    }
}
