//! The addresses that webhooks are delivered to.

use url::Url;

use crate::auth::{CapabilityKey, KeySelector};
use crate::shoprenter::wire::WebhookUrl;

/// What stands between the service's own address and a key.
const PATH: &str = "/webhooks/shoprenter/orders/";

/// Makes addresses of keys, and finds keys in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAddresses {
    base: String,
}

impl DeliveryAddresses {
    /// Addresses of the service at `backend`, `BACKEND_URL`.
    pub fn new(backend: &Url) -> Self {
        Self { base: format!("{}{PATH}", backend.as_str().trim_end_matches('/')) }
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
    pub fn key_anywhere(url: &WebhookUrl) -> Option<KeySelector> {
        let (_, key) = url.reveal().split_once(PATH)?;
        CapabilityKey::parse(key).map(|key| key.selector())
    }
}
