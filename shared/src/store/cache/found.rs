//! Records by what a caller is known by: first which, from an index, then what they say.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use serde_dynamo::aws_sdk_dynamodb_1::from_items;

use super::{CacheRecord, CacheRepository, Cached, FIRST_WAIT, MAX_ROUNDS};
use crate::domain::{Email, Phone, StoreId};
use crate::store::error::StoreError;
use crate::store::keys::{self, Item, text};

/// DynamoDB's own limit for a batch of reads.
const READ_BATCH: usize = 100;
/// The longest wait for what DynamoDB left of a batch: somebody is on the telephone.
const MAX_WAIT: Duration = Duration::from_millis(200);

impl CacheRepository {
    /// The ids of the records with this telephone number, those with the highest numbers of their
    /// own first: no more than `most`. The index can lag a moment behind the rows.
    pub async fn ids_by_phone<T: CacheRecord>(
        &self,
        store: &StoreId,
        phone: &Phone,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let key = keys::phone(store, T::RESOURCE, phone);
        self.newest(("by_phone", "phone_key"), key, most).await
    }

    /// The same, of the records with this e-mail address.
    pub async fn ids_by_email<T: CacheRecord>(
        &self,
        store: &StoreId,
        email: &Email,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let key = keys::email(store, T::RESOURCE, email);
        self.newest(("by_email", "email_key"), key, most).await
    }

    async fn newest(
        &self,
        (index, attribute): (&str, &str),
        key: String,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression("#key = :key")
            .expression_attribute_names("#key", attribute)
            .expression_attribute_values(":key", text(key))
            .projection_expression("id")
            .scan_index_forward(false)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let answer = query.send().await.map_err(StoreError::sdk("find records"))?;
        let id = |row: &Item| row.get("id")?.as_s().ok().cloned();
        Ok(answer.items().iter().filter_map(id).collect())
    }

    /// Records by ShopRenter's ids, in no order; without those that are not there. Each id may
    /// stand once in `ids`.
    pub async fn get_many<T: CacheRecord>(
        &self,
        store: &StoreId,
        ids: &[String],
    ) -> Result<Vec<Cached<T>>, StoreError> {
        let pk = keys::cache_partition(store, T::RESOURCE);
        let mut found = Vec::with_capacity(ids.len());
        for batch in ids.chunks(READ_BATCH) {
            let key = |id: &String| {
                HashMap::from([("pk".to_owned(), text(&pk)), ("id".to_owned(), text(id))])
            };
            found.extend(self.read_batch(batch.iter().map(key).collect()).await?);
        }
        from_items(found).map_err(StoreError::malformed("Cache"))
    }

    async fn read_batch(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let (mut rows, mut wait) = (Vec::with_capacity(keys.len()), FIRST_WAIT);
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
        Err(StoreError::Contended { operation: "reading a batch" })
    }
}
