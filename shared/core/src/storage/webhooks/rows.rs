//! What the rows of webhooks hold.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Generation, StoreId, WebhookEvent};

/// A key, as it is found by a delivery. Without the key itself, and without all of its hash: the
/// other half names the row.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeyRow {
    pub(super) owner: StoreId,
    pub(super) generation: Generation,
    pub(super) event: WebhookEvent,
    #[serde(with = "serde_bytes")]
    pub(super) verifier: Vec<u8>,
    pub(super) created_at: Timestamp,
    /// Unix seconds from which on it is not valid any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) valid_until: Option<i64>,
}

/// That a store has a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyNote {
    /// The half of the key's hash that names its row.
    pub selector: String,
    /// The install that it was made for.
    pub generation: Generation,
    /// The event that it was made for.
    pub event: WebhookEvent,
    /// When.
    pub created_at: Timestamp,
    /// Unix seconds from which on it is not valid any more; None while it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<i64>,
}

/// One event's webhook as we know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The install that it belongs to.
    pub generation: Generation,
    /// What it tells of.
    pub event: WebhookEvent,
    /// The platform's id of it, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is kept of its address: the selector of the key in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_fingerprint: Option<String>,
    /// Whether the platform had it in force when it was last looked at.
    #[serde(default)]
    pub active: bool,
    /// When it was last registered or corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Timestamp>,
    /// When a delivery last came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_received: Option<Timestamp>,
    /// Deliveries so far, repeated ones among them.
    #[serde(default)]
    pub total_received: u64,
    /// Orders since the last delivery that runs found and no delivery had announced.
    #[serde(default)]
    pub missed: u64,
    /// Since when it is taken for silent: it missed several orders and has not come since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// When it was last registered anew because it was silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_at: Option<Timestamp>,
}

impl Registration {
    /// One that is about to be made.
    pub(super) fn begun(generation: Generation, event: WebhookEvent) -> Self {
        Self {
            generation,
            event,
            id: None,
            url_fingerprint: None,
            active: false,
            registered_at: None,
            last_received: None,
            total_received: 0,
            missed: 0,
            silent_since: None,
            renewed_at: None,
        }
    }
}

/// All that a store's partition says of webhooks, in the view of one install.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookRows {
    /// The registrations, those of older installs among them.
    pub registrations: Vec<Registration>,
    /// The keys, those of older installs among them.
    pub keys: Vec<KeyNote>,
    /// Whether this install may not look at webhooks, or not change them.
    pub is_lacking: bool,
}

impl WebhookRows {
    /// The registration of an event, if it is of that install.
    pub fn registration(
        &self,
        generation: Generation,
        event: WebhookEvent,
    ) -> Option<&Registration> {
        let is_it = |row: &&Registration| row.event == event && row.generation == generation;
        self.registrations.iter().find(is_it)
    }
}

/// What concerns all webhooks of a store.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub(super) generation: Generation,
    #[serde(default)]
    pub(super) lacking: bool,
}
