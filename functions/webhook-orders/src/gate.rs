//! Who is let in: whoever has a key of a store that is installed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use shopcall_core::access::CapabilityKey;
use shopcall_core::domain::Resource;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{Failure, platform_of};
use shopcall_core::storage::{KeyOwner, StoreRepository, WebhookRepository};

/// What stands before the key in the address.
const ROUTE: &str = "/webhooks/{platform}/orders/";

/// Who was let in.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// Whose delivery it is.
    pub(crate) owner: KeyOwner,
    /// Whether the schedule leaves the store alone: then nothing else asks for runs either.
    pub(crate) is_paused: bool,
    /// What the merchant does not share: nothing of it is looked at.
    pub(crate) withheld: BTreeSet<Resource>,
}

/// Lets deliveries in by their address.
#[derive(Debug)]
pub(crate) struct Gate {
    webhooks: WebhookRepository,
    stores: StoreRepository,
}

impl Gate {
    /// A gate over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self { webhooks: services.webhooks(), stores: services.stores() }
    }

    /// Whose delivery it is; None for a key that lets nobody in. A key that nobody has costs one
    /// read, what is no key costs none.
    pub(crate) async fn admit(
        &self,
        path: &str,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Failure> {
        let Some((platform, route)) = platform_of(path) else { return Ok(None) };
        let key = route.strip_prefix(ROUTE).and_then(CapabilityKey::parse);
        let Some(key) = key else { return Ok(None) };
        let owner = self.webhooks.find_key(&key, now).await?;
        let owner = owner.filter(|owner| *owner.store_id.platform() == platform);
        let Some(owner) = owner else { return Ok(None) };
        let store = self.stores.get(&owner.store_id).await?;
        let store = store.filter(|store| store.is_installed(owner.generation));
        Ok(store.map(|store| Admitted {
            owner,
            is_paused: store.paused,
            withheld: store.withheld.into_keys().collect(),
        }))
    }
}
