//! Layout of the webhook rows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fields::FieldsDigest;
use crate::domain::{Generation, StoreId, WebhookEvent};

/// A key's row, as read for a delivery. Holds neither the key nor its whole hash: the other half of
/// the hash is the row's own key.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeyRow {
    pub(super) owner: StoreId,
    pub(super) generation: Generation,
    pub(super) event: WebhookEvent,
    #[serde(with = "serde_bytes")]
    pub(super) verifier: Vec<u8>,
    pub(super) created_at: Timestamp,
    /// Expiry in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) valid_until: Option<i64>,
}

/// Note in a store's partition that the store has a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNote {
    /// Half of the key's hash; it names the key's row.
    pub selector: String,
    /// Install that the key was made for.
    pub generation: Generation,
    /// Event that the key was made for.
    pub event: WebhookEvent,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Expiry in Unix seconds; None while the key is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<i64>,
}

/// State of one event's webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Install that the webhook belongs to.
    pub generation: Generation,
    /// Event that triggers the webhook.
    pub event: WebhookEvent,
    /// Id on the platform, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Selector of the key in the webhook's address; the address itself is not stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_fingerprint: Option<String>,
    /// Whether the webhook was active on the platform at the last check.
    #[serde(default)]
    pub active: bool,
    /// Last registration or correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Timestamp>,
    /// The fields that it asked for. Absent in rows written by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_fields: Option<FieldsDigest>,
    /// The fields that the platform has listed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_fields: Option<FieldsDigest>,
    /// Last delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_received: Option<Timestamp>,
    /// Deliveries so far, including repeated ones.
    #[serde(default)]
    pub total_received: u64,
    /// Orders since the last delivery that only runs found.
    #[serde(default)]
    pub missed: u64,
    /// When the webhook was first considered silent: it missed several orders, with no delivery
    /// since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// Last time the webhook was registered again because it was silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_at: Option<Timestamp>,
}

impl Registration {
    /// Creates the row of a webhook that is about to be registered.
    pub(super) fn begun(generation: Generation, event: WebhookEvent) -> Self {
        Self {
            generation,
            event,
            id: None,
            url_fingerprint: None,
            active: false,
            registered_at: None,
            asked_fields: None,
            listed_fields: None,
            last_received: None,
            total_received: 0,
            missed: 0,
            silent_since: None,
            renewed_at: None,
        }
    }
}

/// A store's webhook rows, as seen by one install.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookRows {
    /// Registrations, including those of older installs.
    pub registrations: Vec<Registration>,
    /// Keys, including those of older installs.
    pub keys: Vec<KeyNote>,
    /// Whether this install lacks permission to read or change webhooks.
    pub is_permission_missing: bool,
}

impl WebhookRows {
    /// Returns the registration of an event, if it belongs to that install.
    pub fn registration(
        &self,
        generation: Generation,
        event: WebhookEvent,
    ) -> Option<&Registration> {
        let is_match = |row: &&Registration| row.event == event && row.generation == generation;
        self.registrations.iter().find(is_match)
    }
}

/// State shared by all webhooks of a store.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub(super) generation: Generation,
    #[serde(rename = "lacking", default)]
    pub(super) permission_missing: bool,
}
