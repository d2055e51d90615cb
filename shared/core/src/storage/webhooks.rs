//! Webhook keys, their registrations, and delivery counts.
//!
//! A key's row is in a partition of its own, named after the public half of the key's hash, so that
//! a delivery finds it in one read. The store's partition holds a note of each key, so that all
//! keys of a store can be listed, and a registration for each event. A key and its note are written
//! in one transaction conditional on the store being installed at that generation: no key outlives
//! an uninstall.

mod fields;
mod registrations;
mod rows;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use crate::access::{CapabilityKey, KeyVerifier};
use crate::domain::{Generation, StoreId, WebhookEvent};
use rows::KeyRow;

pub use fields::FieldsDigest;
pub use registrations::NewKey;
pub use rows::{KeyNote, Registration, WebhookRows};

/// Webhook rows of the Stores table.
#[derive(Debug, Clone)]
pub struct WebhookRepository {
    client: Client,
    table: String,
}

/// Owner and purpose of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOwner {
    /// Store that owns the key.
    pub store_id: StoreId,
    /// Install of that store; the caller must check that it is still the current one.
    pub generation: Generation,
    /// Event that the key was registered for.
    pub event: WebhookEvent,
}

/// Numbers of orders that a run found without a preceding webhook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Missed {
    /// New orders, which an `order_confirm` or `order/create` should have announced.
    pub placed: u64,
    /// Status changes, which an `order_status_change` or `order/update` should have announced.
    pub changed: u64,
}

impl WebhookRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Finds the owner of a key that is valid at `now`.
    ///
    /// Known and unknown keys take the same path: one read and one comparison, against a hash that
    /// no key has if the key is unknown.
    pub async fn find_key(
        &self,
        key: &CapabilityKey,
        now: Timestamp,
    ) -> Result<Option<KeyOwner>, StoreError> {
        let (selector, presented) = key.hash();
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook_key(&selector)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("find a webhook's key"))?;
        let row: Option<KeyRow> =
            answer.item.map(from_item).transpose().map_err(StoreError::malformed("Stores"))?;
        let stored = row.as_ref().and_then(|row| KeyVerifier::from_stored(&row.verifier));
        let is_right = stored.unwrap_or(KeyVerifier::NOBODY).matches(&presented);
        let is_valid = |row: &KeyRow| row.valid_until.is_none_or(|end| now.as_second() < end);
        Ok(row.filter(|row| is_right && is_valid(row)).map(|row| KeyOwner {
            store_id: row.owner,
            generation: row.generation,
            event: row.event,
        }))
    }

    /// Counts a decoded delivery as proof that the event's webhook works. Changes nothing if the
    /// registration no longer exists or belongs to another install.
    pub async fn note_received(&self, owner: &KeyOwner, now: Timestamp) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook(&owner.store_id, owner.event)))
            .update_expression(
                "SET last_received = :now, missed = :none REMOVE silent_since ADD total_received :one",
            )
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", number(owner.generation))
            .expression_attribute_values(":now", text(now.to_string()))
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":one", number(1));
        applied(update.send().await, "count a webhook").map(drop)
    }

    /// Adds to the number of orders each event's webhook has missed since its last delivery, under
    /// whichever contract it is registered. Zero counts cost no request; events without a
    /// registration are skipped.
    pub async fn note_missed(
        &self,
        store_id: &StoreId,
        generation: Generation,
        missed: Missed,
    ) -> Result<(), StoreError> {
        let by_event = [
            ([WebhookEvent::OrderConfirm, WebhookEvent::OrderCreate], missed.placed),
            ([WebhookEvent::OrderStatusChange, WebhookEvent::OrderUpdate], missed.changed),
        ];
        for (events, count) in by_event.into_iter().filter(|(_, count)| *count > 0) {
            for event in events {
                if self.add_missed(store_id, generation, event, count).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// False if the event's webhook is not active.
    async fn add_missed(
        &self,
        store_id: &StoreId,
        generation: Generation,
        event: WebhookEvent,
        count: u64,
    ) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook(store_id, event)))
            .update_expression("ADD missed :count")
            .condition_expression("generation = :generation AND active = :active")
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":count", number(count))
            .expression_attribute_values(":active", AttributeValue::Bool(true));
        Ok(applied(update.send().await, "count missed webhooks")?.is_some())
    }
}
