//! The addresses that webhooks are delivered to.

use url::Url;

use crate::access::{CapabilityKey, KeySelector};
use crate::domain::{PlatformId, WebhookUrl};

/// Creates addresses from keys and finds keys in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAddresses {
    path: String,
    base: String,
}

impl DeliveryAddresses {
    /// Creates addresses of the service at `backend` (`BACKEND_URL`) for a platform's shops.
    pub fn new(backend: &Url, platform: &PlatformId) -> Self {
        let path = format!("/webhooks/{platform}/orders/");
        let base = format!("{}{path}", backend.as_str().trim_end_matches('/'));
        Self { path, base }
    }

    /// The delivery address of `key`.
    pub fn of(&self, key: &CapabilityKey) -> WebhookUrl {
        WebhookUrl::new(format!("{}{}", self.base, key.reveal()))
    }

    /// Whether the address is below ours, so that only this service can have registered it.
    pub fn is_here(&self, url: &WebhookUrl) -> bool {
        url.reveal().starts_with(&self.base)
    }

    /// The key in an address of ours; None if the address contains anything else.
    pub fn key_here(&self, url: &WebhookUrl) -> Option<KeySelector> {
        let key = url.reveal().strip_prefix(&self.base)?;
        CapabilityKey::parse(key).map(|key| key.selector())
    }

    /// The key in an address that looks like ours on any host, since older addresses may have
    /// another host.
    pub fn key_anywhere(&self, url: &WebhookUrl) -> Option<KeySelector> {
        let (_, key) = url.reveal().split_once(&self.path)?;
        CapabilityKey::parse(key).map(|key| key.selector())
    }
}
