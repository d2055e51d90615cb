//! Lookup of records by a caller's phone number or e-mail address: ids from an index, then the
//! records.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::{CacheRecord, CacheRepository, Cached, FIRST_WAIT, Lookups, MAX_ROUNDS};
use crate::domain::{Email, Phone, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, Item, text};

/// Longest wait before unprocessed keys are sent again, kept short because a caller is on the
/// phone.
const MAX_WAIT: Duration = Duration::from_millis(200);

/// A sparse index, its key attribute, and whether a record is to be found by a value of it.
struct Index {
    name: &'static str,
    attribute: &'static str,
    has_key: fn(&Lookups, &str) -> bool,
}

const BY_PHONE: Index = Index {
    name: "by_phone",
    attribute: "phone_key",
    has_key: |lookups, key| {
        lookups.phone_key.iter().chain(&lookups.further_phone_keys).any(|own| own == key)
    },
};
const BY_EMAIL: Index = Index {
    name: "by_email",
    attribute: "email_key",
    has_key: |lookups, key| lookups.email_key.as_deref() == Some(key),
};

impl CacheRepository {
    /// Finds records by any of their phone numbers, in no particular order. If there are more than `most` (up to
    /// 100), returns those with the highest numbers; records without a number precede all others.
    ///
    /// The index can lag slightly behind the rows: a record that has just received the number may
    /// be missing, and one that no longer has it is left out.
    pub async fn by_phone<T: CacheRecord>(
        &self,
        store: &StoreId,
        phone: &Phone,
        most: u8,
    ) -> Result<Vec<Cached<T>>, StoreError> {
        let key = keys::phone(store, T::RESOURCE, phone);
        self.find(store, &BY_PHONE, &key, most, |_| false).await
    }

    /// Finds records by e-mail address, like [`Self::by_phone`]. Records with known ids count
    /// toward `most` but are not read.
    pub async fn by_email<T: CacheRecord>(
        &self,
        store: &StoreId,
        email: &Email,
        most: u8,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Vec<Cached<T>>, StoreError> {
        let key = keys::email(store, T::RESOURCE, email);
        self.find(store, &BY_EMAIL, &key, most, is_known).await
    }

    async fn find<T: CacheRecord>(
        &self,
        store: &StoreId,
        index: &Index,
        key: &str,
        most: u8,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Vec<Cached<T>>, StoreError> {
        let pk = keys::cache_partition(store, T::RESOURCE);
        let row_key =
            |id: String| HashMap::from([("pk".to_owned(), text(&pk)), ("id".to_owned(), text(id))]);
        let ids = self.ids_of(index, key, most).await?;
        let ids = ids.into_iter().filter(|id| !is_known(id));
        let rows = self.read_batch(ids.map(row_key).collect()).await?;
        let records = rows.into_iter().filter_map(readable);
        let has_key = |row: &Cached<T>| (index.has_key)(&row.record.lookups(store), key);
        Ok(records.filter(has_key).collect())
    }

    /// Returns distinct ids: a record may have the number twice, and while its number changes, the
    /// index may hold both entries.
    async fn ids_of(
        &self,
        index: &Index,
        key: &str,
        most: u8,
    ) -> Result<BTreeSet<String>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index.name)
            .key_condition_expression("#key = :key")
            .expression_attribute_names("#key", index.attribute)
            .expression_attribute_values(":key", text(key))
            .projection_expression("pk, id")
            .scan_index_forward(false)
            .limit(i32::from(most));
        let answer = query.send().await.map_err(StoreError::sdk("find records"))?;
        let id = |row: &Item| {
            let (pk, id) = (row.get("pk")?.as_s().ok()?, row.get("id")?.as_s().ok()?);
            Some(keys::record_of(pk, id).to_owned())
        };
        Ok(answer.items().iter().filter_map(id).collect())
    }

    async fn read_batch(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let (mut rows, mut wait) = (Vec::with_capacity(keys.len()), FIRST_WAIT);
        if keys.is_empty() {
            return Ok(rows);
        }
        for _ in 0..MAX_ROUNDS {
            let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).build();
            let wanted = wanted.map_err(|_| StoreError::Malformed { table: "Cache" })?;
            let read = self.client.batch_get_item().request_items(&self.table, wanted);
            let answer = read.send().await.map_err(StoreError::sdk("read records"))?;
            rows.extend(answer.responses.into_iter().flat_map(HashMap::into_values).flatten());
            keys = match answer.unprocessed_keys.and_then(|mut left| left.remove(&self.table)) {
                Some(left) if !left.keys.is_empty() => left.keys,
                _ => return Ok(rows),
            };
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(MAX_WAIT);
        }
        Err(StoreError::Contended { operation: "read a batch" })
    }
}

/// Decodes a row, or logs the failure: one malformed row must not hide the others from the caller.
fn readable<T: CacheRecord>(row: Item) -> Option<Cached<T>> {
    from_item(row)
        .inspect_err(|_| {
            tracing::error!(resource = T::RESOURCE.as_str(), "a row cannot be decoded")
        })
        .ok()
}
