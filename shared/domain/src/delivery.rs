//! What a webhook delivery says, and the webhooks that a shop has registered.

use std::fmt;

use super::{DecodeError, Order, Resource, WebhookEvent};

/// The records that a delivery names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// What has changed, in the order of the body, up to a bound that the platform's code sets.
    pub hints: Vec<Hint>,
    /// Entries that could not be decoded, and those beyond the bound.
    pub quarantined: usize,
}

/// A record that is worth reading back.
#[derive(Debug, Clone, PartialEq)]
pub enum Hint {
    /// An order was placed or has changed.
    Order(Box<OrderHint>),
    /// A product was created, changed or deleted.
    Product {
        /// The platform's id.
        id: String,
    },
    /// A customer was created or has changed.
    Customer {
        /// The platform's id.
        id: String,
    },
}

impl Hint {
    /// The kind of record.
    pub fn resource(&self) -> Resource {
        match self {
            Self::Order(_) => Resource::Orders,
            Self::Product { .. } => Resource::Products,
            Self::Customer { .. } => Resource::Customers,
        }
    }
}

/// An order that a delivery names.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderHint {
    /// The id that the API knows it by, safe in a path once percent-encoded. None where only the
    /// number is given.
    pub id: Option<String>,
    /// The shop's own number; present where there is no [`id`](Self::id).
    pub inner_id: Option<String>,
    /// The order as the payload describes it, kept only until it can be read back.
    pub provisional: Result<Order, DecodeError>,
    /// 32 hexadecimal digits of everything that the payload says of the order: equal however the
    /// body was encoded, its fields ordered and its values spelled.
    pub digest: String,
}

/// Why a delivery's body cannot be read. Never says what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// More bytes or values than any delivery has.
    #[error("the body is too large")]
    TooLarge,
    /// Objects and arrays nested too deep.
    #[error("the body is nested too deep")]
    TooDeep,
    /// No bytes, or nothing in them.
    #[error("the body is empty")]
    Empty,
    /// In no format that the platform sends, cut short, or naming no record.
    #[error("the body is not understood")]
    Malformed,
    /// An event that the product does not know.
    #[error("the event is not known")]
    UnknownEvent,
}

/// The webhooks that the product needs at one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookNeeds {
    /// One webhook each.
    pub events: Vec<WebhookEvent>,
    /// Fields that deliveries should have; empty where the platform offers no choice.
    pub fields: &'static [&'static str],
}

/// The address that a webhook is delivered to. Not shown: ours are credentials, and so may be
/// those of others.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// Takes an address.
    pub fn new(url: String) -> Self {
        Self(url)
    }

    /// The address. Not for logs.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl([redacted])")
    }
}

/// A webhook as the shop lists it, ours or anybody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWebhook {
    /// The platform's id.
    pub id: String,
    /// The platform's name of the event, in lower case.
    pub event: String,
    /// Whether it is active.
    pub is_active: bool,
    /// Its name in the shop's admin.
    pub label: String,
    /// Where it is delivered to, where the list says so.
    pub url: Option<WebhookUrl>,
    /// Whether deliveries are JSON, as far as the list says.
    pub is_json: bool,
    /// Whether deliveries are delayed.
    pub is_delayed: bool,
    /// The fields that are sent; empty where the list does not say.
    pub fields: Vec<String>,
}

/// A webhook as it should be registered.
#[derive(Debug, Clone, Copy)]
pub struct WantedWebhook<'a> {
    /// The platform's name of the event.
    pub event: &'a str,
    /// Its name in the shop's admin.
    pub label: &'a str,
    /// Where it is delivered to.
    pub url: &'a WebhookUrl,
    /// The fields that are sent; empty for all.
    pub fields: &'a [&'a str],
}
