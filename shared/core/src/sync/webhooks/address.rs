//! The addresses that webhooks are delivered to.

use url::Url;

use crate::access::{CapabilityKey, KeySelector};
use crate::domain::{PlatformId, WebhookUrl};

/// Makes addresses of keys, and finds keys in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAddresses {
    path: String,
    base: String,
}

impl DeliveryAddresses {
    /// Addresses of the service at `backend`, `BACKEND_URL`, for a platform's shops.
    pub fn new(backend: &Url, platform: &PlatformId) -> Self {
        let path = format!("/webhooks/{platform}/orders/");
        let base = format!("{}{path}", backend.as_str().trim_end_matches('/'));
        Self { path, base }
    }

    /// Where what comes with `key` is delivered to.
    pub fn of(&self, key: &CapabilityKey) -> WebhookUrl {
        WebhookUrl::new(format!("{}{}", self.base, key.reveal()))
    }

    /// Whether nobody but us can have registered that address: it lies below ours.
    pub fn is_here(&self, url: &WebhookUrl) -> bool {
        url.reveal().starts_with(&self.base)
    }

    /// The key in an address of ours, if one stands there and nothing else.
    pub fn key_here(&self, url: &WebhookUrl) -> Option<KeySelector> {
        let key = url.reveal().strip_prefix(&self.base)?;
        CapabilityKey::parse(key).map(|key| key.selector())
    }

    /// The key in an address that looks like ours, on whatever host: where the service moved, the
    /// old addresses are on the old one.
    pub fn key_anywhere(&self, url: &WebhookUrl) -> Option<KeySelector> {
        let (_, key) = url.reveal().split_once(&self.path)?;
        CapabilityKey::parse(key).map(|key| key.selector())
    }
}
