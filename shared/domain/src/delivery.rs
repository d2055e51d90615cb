//! Webhook deliveries and registered webhooks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{DecodeError, Order, Resource, WebhookEvent};

/// A decoded webhook delivery.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// The changed records, in the order of the body, up to a bound set by the platform's crate.
    pub hints: Vec<Hint>,
    /// Entries that could not be decoded, and those beyond the bound.
    pub quarantined: usize,
    /// The encoding of the body, where the platform has several.
    pub shape: Option<BodyShape>,
    /// The platform's names of the fields that arrived. Only names that are requested; a common
    /// name stands for all others.
    pub fields: BTreeSet<&'static str>,
}

/// How the body of a delivery is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyShape {
    /// `multipart/form-data`.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// JSON on its own.
    Json,
}

impl BodyShape {
    /// The name used in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Multipart => "multipart",
            Self::Form => "form",
            Self::Json => "json",
        }
    }
}

/// A record to read back from the API, because a delivery reports a change of it.
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

/// An order named in a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderHint {
    /// The id in the API, safe in a path once percent-encoded. None if the delivery has only the
    /// order number.
    pub id: Option<String>,
    /// The shop's order number; always present without an [`id`](Self::id).
    pub inner_id: Option<String>,
    /// The order as decoded from the payload, stored until it is read back. Has another id if the
    /// shop has given the order one.
    pub provisional: Result<Order, DecodeError>,
    /// 32 hexadecimal digits that identify the order's content in the payload, independent of the
    /// encoding of the body, the order of fields and the spelling of values.
    pub digest: String,
}

/// Why a delivery's body cannot be decoded. Holds nothing of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// More bytes or values than any valid delivery has.
    #[error("the body is too large")]
    TooLarge,
    /// Objects and arrays nested too deeply.
    #[error("the body is nested too deeply")]
    TooDeep,
    /// No bytes, or no content in them.
    #[error("the body is empty")]
    Empty,
    /// Compressed, which no platform documents.
    #[error("the body is compressed")]
    Compressed,
    /// A part of a form has a transfer encoding, which RFC 7578 deprecates.
    #[error("the body has a transfer encoding")]
    TransferEncoded,
    /// Ends too early.
    #[error("the body is truncated")]
    Truncated,
    /// Neither a form with the expected field nor JSON.
    #[error("the body's format is unknown")]
    UnknownFormat,
    /// Not valid in its format, or without a record.
    #[error("the body is malformed")]
    Malformed,
    /// An event that the product does not handle.
    #[error("the event is unknown")]
    UnknownEvent,
}

impl DeliveryError {
    /// The name used in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::Empty => "empty",
            Self::Compressed => "compressed",
            Self::TransferEncoded => "transfer_encoded",
            Self::Truncated => "truncated",
            Self::UnknownFormat => "unknown_format",
            Self::Malformed => "malformed",
            Self::UnknownEvent => "unknown_event",
        }
    }
}

/// The platform's names of fields to request in deliveries.
pub type FieldNames = &'static [&'static str];

/// The webhooks that the product needs at one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookNeeds {
    /// The events, each with the fields to request; one webhook is registered for each. No fields
    /// if the platform offers no choice.
    pub events: BTreeMap<WebhookEvent, FieldNames>,
}

/// The address that a webhook is delivered to. Hidden from `Debug`: our own are credentials, and
/// other apps' may be.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// Wraps an address.
    pub fn new(url: String) -> Self {
        Self(url)
    }

    /// The address; must not be logged.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl([redacted])")
    }
}

/// A webhook as listed by the shop: ours or another app's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWebhook {
    /// The platform's id.
    pub id: String,
    /// The platform's event name, in lower case.
    pub event: String,
    /// Whether it is active.
    pub is_active: bool,
    /// Its name in the shop's admin.
    pub label: String,
    /// The delivery address, if the list has it.
    pub url: Option<WebhookUrl>,
    /// Whether deliveries are JSON, as far as the list shows.
    pub is_json: bool,
    /// Whether deliveries are delayed.
    pub is_delayed: bool,
    /// The fields sent; empty if the list does not have them.
    pub fields: Vec<String>,
}

/// A webhook to register.
#[derive(Debug, Clone, Copy)]
pub struct WantedWebhook<'a> {
    /// The platform's event name.
    pub event: &'a str,
    /// Its name in the shop's admin.
    pub label: &'a str,
    /// The delivery address.
    pub url: &'a WebhookUrl,
    /// The fields to send; empty for all.
    pub fields: &'a [&'a str],
}
