//! The webhooks that a shop should have.

use std::collections::BTreeMap;

use url::Url;

use super::address::DeliveryAddresses;
use crate::domain::{FieldNames, PlatformId, Store, WebhookEvent, WebhookNeeds};

/// The webhooks that a shop should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// One webhook each, with the fields of its deliveries; none where the platform offers no
    /// choice.
    pub events: BTreeMap<WebhookEvent, FieldNames>,
    /// Their delivery addresses.
    pub addresses: DeliveryAddresses,
}

impl Wanted {
    /// What a platform's shops need, delivered to the service at `backend`.
    pub fn new(needs: WebhookNeeds, backend: &Url, platform: &PlatformId) -> Self {
        let WebhookNeeds { events } = needs;
        Self { events, addresses: DeliveryAddresses::new(backend, platform) }
    }

    /// Leaves out events of records that the store does not share.
    #[must_use]
    pub fn of(&self, store: &Store) -> Self {
        let mut wanted = self.clone();
        wanted.events.retain(|event, _| store.shares(event.resource()));
        wanted
    }

    /// The fields to request for an event.
    pub fn fields(&self, event: WebhookEvent) -> FieldNames {
        self.events.get(&event).copied().unwrap_or_default()
    }

    /// The label of our webhooks in a shop's admin. Each deployment is a separate app with its own
    /// label.
    pub fn label(app_id: &str) -> String {
        format!("ShopCall {app_id}")
    }
}
