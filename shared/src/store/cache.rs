//! What the assistant looks things up in.

mod product;
mod record;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::StoreError;
use super::keys::{self, text};
use crate::domain::StoreId;

pub use record::{CacheRecord, Cached, Lookups};

/// DynamoDB's own limit for a batch of writes.
const BATCH: usize = 25;
/// How often what DynamoDB left of a batch is sent again.
const MAX_ROUNDS: u32 = 8;
/// The first wait before that; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(25);

/// The Cache table.
#[derive(Debug, Clone)]
pub struct CacheRepository {
    client: Client,
    table: String,
}

impl CacheRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Writes records over whatever is there, each id once: DynamoDB refuses a batch that names
    /// one twice, so of several the last is taken. Returns the number of rows.
    pub async fn put<T: CacheRecord>(
        &self,
        store: &StoreId,
        records: Vec<Cached<T>>,
    ) -> Result<u64, StoreError> {
        let pk = keys::cache_partition(store, T::RESOURCE);
        let by_id: BTreeMap<_, _> =
            records.into_iter().map(|cached| (cached.record.id().to_owned(), cached)).collect();
        let records: Vec<_> = by_id.into_values().collect();
        for batch in records.chunks(BATCH) {
            let mut writes = Vec::with_capacity(batch.len());
            for cached in batch {
                let item = record::row(store, &pk, cached)?;
                let put = PutRequest::builder().set_item(Some(item)).build();
                let put = put.map_err(|_| StoreError::Malformed { table: "Cache" })?;
                writes.push(WriteRequest::builder().put_request(put).build());
            }
            self.write_batch(writes).await?;
        }
        Ok(records.len() as u64)
    }

    /// One record by ShopRenter's id.
    pub async fn get<T: CacheRecord>(
        &self,
        store: &StoreId,
        id: &str,
    ) -> Result<Option<Cached<T>>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(store, T::RESOURCE)))
            .key("id", text(id))
            .send()
            .await
            .map_err(StoreError::sdk("read a record"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Cache"))
    }

    async fn write_batch(&self, mut writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        let mut wait = FIRST_WAIT;
        for _ in 0..MAX_ROUNDS {
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.table, writes)
                .send()
                .await
                .map_err(StoreError::sdk("write a batch"))?;
            writes = match answer.unprocessed_items.and_then(|mut left| left.remove(&self.table)) {
                Some(left) if !left.is_empty() => left,
                _ => return Ok(()),
            };
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        Err(StoreError::Contended { operation: "writing a batch" })
    }
}
