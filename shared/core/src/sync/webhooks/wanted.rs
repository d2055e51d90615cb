//! The webhooks that a shop should have.

use url::Url;

use super::address::DeliveryAddresses;
use crate::domain::{PlatformId, Store, WebhookEvent, WebhookNeeds};

/// The webhooks that a shop should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// One webhook each.
    pub events: Vec<WebhookEvent>,
    /// Their delivery addresses.
    pub addresses: DeliveryAddresses,
    /// The fields of a delivery; empty where the platform offers no choice.
    pub fields: &'static [&'static str],
}

impl Wanted {
    /// What a platform's shops need, delivered to the service at `backend`.
    pub fn new(needs: WebhookNeeds, backend: &Url, platform: &PlatformId) -> Self {
        let WebhookNeeds { events, fields } = needs;
        Self { events, addresses: DeliveryAddresses::new(backend, platform), fields }
    }

    /// Leaves out events of records that the store does not share.
    #[must_use]
    pub fn of(&self, store: &Store) -> Self {
        let is_shared = |event: &WebhookEvent| store.shares(event.resource());
        let events = self.events.iter().copied().filter(is_shared).collect();
        Self { events, ..self.clone() }
    }

    /// The label of our webhooks in a shop's admin. Each deployment is a separate app with its own
    /// label.
    pub fn label(app_id: &str) -> String {
        format!("ShopCall {app_id}")
    }
}
