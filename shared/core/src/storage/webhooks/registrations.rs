//! Rows of the webhook reconciliation: registrations, notes of keys, and its lease.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::Serialize;
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use super::WebhookRepository;
use super::fields::FieldsDigest;
use super::rows::{KeyNote, KeyRow, Registration, Summary, WebhookRows};
use crate::access::{CapabilityKey, KeySelector};
use crate::domain::{Generation, StoreId, WebhookEvent};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, Item, number, text};
use crate::storage::transaction::{Transacted, is_installed, transact};

/// A key to store before its address is registered with the platform.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// The key.
    pub key: &'a CapabilityKey,
    /// Store that owns the key.
    pub store_id: &'a StoreId,
    /// Install that the key is for.
    pub generation: Generation,
    /// Event that the key is for.
    pub event: WebhookEvent,
    /// Time of creation.
    pub now: Timestamp,
}

impl WebhookRepository {
    /// Reads a store's webhook rows consistently.
    pub async fn rows(
        &self,
        store_id: &StoreId,
        generation: Generation,
    ) -> Result<WebhookRows, StoreError> {
        let items: Vec<Item> = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("store_id = :store_id AND begins_with(kind, :webhook)")
            .expression_attribute_values(":store_id", text(store_id.to_string()))
            .expression_attribute_values(":webhook", text("webhook"))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<_, _>>()
            .await
            .map_err(StoreError::sdk("read a store's webhooks"))?;
        WebhookRows::read(items, generation)
    }

    /// Acquires the lease on a store's webhooks until `until`. False if it is taken or the store is
    /// not installed at `generation`.
    pub async fn lease(
        &self,
        store_id: &StoreId,
        generation: Generation,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let take = Update::builder()
            .update_expression("SET generation = :generation, lease_until = :until")
            .condition_expression("attribute_not_exists(lease_until) OR lease_until <= :now")
            .expression_attribute_values(":until", number(until.as_millisecond()))
            .expression_attribute_values(":now", number(now.as_millisecond()));
        self.update_summary(store_id, generation, take).await
    }

    /// Releases the lease.
    pub async fn release(&self, store_id: &StoreId) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhooks(store_id)))
            .update_expression("REMOVE lease_until")
            .condition_expression("attribute_exists(store_id)");
        applied(update.send().await, "release a webhook lease").map(drop)
    }

    /// Records whether a permission for webhooks is missing.
    pub async fn set_permission_missing(
        &self,
        store_id: &StoreId,
        generation: Generation,
        permission_missing: bool,
    ) -> Result<(), StoreError> {
        let set = Update::builder()
            .update_expression("SET generation = :generation, lacking = :lacking")
            .expression_attribute_values(":lacking", AttributeValue::Bool(permission_missing));
        self.update_summary(store_id, generation, set).await.map(drop)
    }

    /// Stores a key and, if `begin` is set, a fresh registration of its event. False, with nothing
    /// written, if the store is not installed at that generation.
    pub async fn add_key(&self, new: &NewKey<'_>, begin: bool) -> Result<bool, StoreError> {
        let (selector, verifier) = new.key.hash();
        let row = KeyRow {
            owner: new.store_id.clone(),
            generation: new.generation,
            event: new.event,
            verifier: verifier.as_bytes().to_vec(),
            created_at: new.now,
            valid_until: None,
        };
        let note = KeyNote {
            selector: selector.as_str().to_owned(),
            generation: new.generation,
            event: new.event,
            created_at: new.now,
            valid_until: None,
        };
        let mut items = vec![
            is_installed(&self.table, new.store_id, new.generation)?,
            self.put(keys::webhook_key(&selector), row)?,
            self.put(keys::webhook_key_note(new.store_id, &selector), note)?,
        ];
        if begin {
            let registration = Registration::begun(new.generation, new.event);
            items.push(self.put(keys::webhook(new.store_id, new.event), registration)?);
        }
        self.transact(items, "store a webhook's key").await
    }

    /// Records that an event's webhook is active on the platform, at the address with that key, and
    /// was asked to send those fields.
    pub async fn registered(
        &self,
        store_id: &StoreId,
        generation: Generation,
        event: WebhookEvent,
        (id, selector): (&str, &KeySelector),
        fields: &FieldsDigest,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook(store_id, event)))
            .update_expression(
                "SET id = :id, url_fingerprint = :selector, active = :active, \
                 registered_at = :now, asked_fields = :fields REMOVE listed_fields",
            )
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":id", text(id))
            .expression_attribute_values(":selector", text(selector.as_str()))
            .expression_attribute_values(":active", AttributeValue::Bool(true))
            .expression_attribute_values(":fields", text(fields.as_str()))
            .expression_attribute_values(":now", text(now.to_string()));
        applied(update.send().await, "record a registration").map(drop)
    }

    /// Records the fields that the platform lists since the last registration or correction.
    pub async fn accept_fields(
        &self,
        store_id: &StoreId,
        generation: Generation,
        event: WebhookEvent,
        fields: &FieldsDigest,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook(store_id, event)))
            .update_expression("SET listed_fields = :fields")
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":fields", text(fields.as_str()));
        applied(update.send().await, "record a webhook's fields").map(drop)
    }

    /// Records that an event's webhook is silent and about to be registered again.
    pub async fn note_silent(
        &self,
        store_id: &StoreId,
        generation: Generation,
        event: WebhookEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook(store_id, event)))
            .update_expression(
                "SET silent_since = if_not_exists(silent_since, :now), renewed_at = :now",
            )
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":now", text(now.to_string()));
        applied(update.send().await, "record a silent webhook").map(drop)
    }

    /// Deletes the registration of an event, unless it belongs to a newer install.
    pub async fn forget(
        &self,
        store_id: &StoreId,
        generation: Generation,
        event: WebhookEvent,
    ) -> Result<(), StoreError> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::webhook(store_id, event)))
            .condition_expression("generation <= :generation")
            .expression_attribute_values(":generation", number(generation));
        applied(delete.send().await, "delete a registration").map(drop)
    }

    /// Makes a key expire at `valid_until`.
    pub async fn expire_key(
        &self,
        store_id: &StoreId,
        selector: &KeySelector,
        valid_until: Timestamp,
    ) -> Result<(), StoreError> {
        for key in [keys::webhook_key(selector), keys::webhook_key_note(store_id, selector)] {
            let update = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key))
                .update_expression("SET valid_until = :end")
                .condition_expression("attribute_exists(store_id)")
                .expression_attribute_values(":end", number(valid_until.as_second()));
            applied(update.send().await, "expire a webhook's key")?;
        }
        Ok(())
    }

    /// Deletes a key. The note goes last, so that a retry after a failure still finds the key.
    pub async fn drop_key(
        &self,
        store_id: &StoreId,
        selector: &KeySelector,
    ) -> Result<(), StoreError> {
        for key in [keys::webhook_key(selector), keys::webhook_key_note(store_id, selector)] {
            let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
            delete.send().await.map_err(StoreError::sdk("delete a webhook's key"))?;
        }
        Ok(())
    }

    /// Deletes all keys and registrations of `generation` and older ones, and returns the
    /// platform's ids of the registrations. Rows of a newer install stay.
    pub async fn end(
        &self,
        store_id: &StoreId,
        generation: Generation,
    ) -> Result<Vec<String>, StoreError> {
        let rows = self.rows(store_id, generation).await?;
        for key in rows.keys.iter().filter(|key| key.generation <= generation) {
            self.drop_key(store_id, &KeySelector::stored(key.selector.clone())).await?;
        }
        let mut ids = Vec::new();
        for registration in rows.registrations {
            if registration.generation <= generation {
                self.forget(store_id, generation, registration.event).await?;
                ids.extend(registration.id);
            }
        }
        Ok(ids)
    }

    async fn update_summary(
        &self,
        store_id: &StoreId,
        generation: Generation,
        update: UpdateBuilder,
    ) -> Result<bool, StoreError> {
        let update = update
            .table_name(&self.table)
            .set_key(Some(keys::webhooks(store_id)))
            .expression_attribute_values(":generation", number(generation))
            .build()
            .map_err(broken)?;
        let update = TransactWriteItem::builder().update(update).build();
        let items = vec![is_installed(&self.table, store_id, generation)?, update];
        self.transact(items, "update a store's webhook summary").await
    }

    fn put(&self, key: Item, row: impl Serialize) -> Result<TransactWriteItem, StoreError> {
        let mut item: Item = to_item(row).map_err(StoreError::malformed("Stores"))?;
        item.extend(key);
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        Ok(TransactWriteItem::builder().put(put.build().map_err(broken)?).build())
    }

    async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
        operation: &'static str,
    ) -> Result<bool, StoreError> {
        Ok(transact(&self.client, items, operation).await? == Transacted::Done)
    }
}

impl WebhookRows {
    /// Sorts the rows of a store's partition by kind; rows unrelated to webhooks are skipped.
    pub(in crate::storage) fn read(
        items: impl IntoIterator<Item = Item>,
        generation: Generation,
    ) -> Result<Self, StoreError> {
        let malformed = StoreError::malformed("Stores");
        let mut rows = Self::default();
        for item in items {
            let kind = item.get("kind").and_then(|kind| kind.as_s().ok());
            let kind = kind.map(String::as_str).unwrap_or_default();
            if kind == "webhooks" {
                let summary: Summary = from_item(item).map_err(&malformed)?;
                rows.is_permission_missing =
                    summary.permission_missing && summary.generation == generation;
            } else if kind.starts_with("webhook#") {
                rows.registrations.push(from_item(item).map_err(&malformed)?);
            } else if kind.starts_with("webhook-key#") {
                rows.keys.push(from_item(item).map_err(&malformed)?);
            }
        }
        Ok(rows)
    }
}

fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Stores" }
}
