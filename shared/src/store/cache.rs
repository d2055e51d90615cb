//! What the assistant looks things up in.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use super::error::StoreError;
use super::keys::{self, text};
use crate::domain::{Generation, Product, Resource, StoreId};

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

/// A product's row: the fields that are asked for, and the allow-listed record they came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CachedProduct {
    /// The install that wrote it.
    pub generation: Generation,
    /// The product.
    #[serde(flatten)]
    pub product: Product,
    /// ShopRenter's record, allow-listed, as zstd-compressed JSON.
    #[serde(with = "serde_bytes")]
    pub raw: Vec<u8>,
}

#[derive(Serialize)]
struct ProductRow<'a> {
    pk: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku_key: Option<String>,
    stock_total: Decimal,
    #[serde(flatten)]
    cached: &'a CachedProduct,
}

impl CacheRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Writes products over whatever is there, each id once: DynamoDB refuses a batch that names
    /// one twice, so of several the last is taken. Returns the number of rows.
    pub async fn put_products(
        &self,
        store: &StoreId,
        products: Vec<CachedProduct>,
    ) -> Result<u64, StoreError> {
        let pk = keys::cache_partition(store, Resource::Products);
        let by_id: BTreeMap<_, _> =
            products.into_iter().map(|cached| (cached.product.id.clone(), cached)).collect();
        let products: Vec<_> = by_id.into_values().collect();
        for batch in products.chunks(BATCH) {
            let mut writes = Vec::with_capacity(batch.len());
            for cached in batch {
                let sku_key = cached.product.sku.as_deref().map(|sku| keys::sku(store, sku));
                let stock_total = cached.product.stock.total();
                let item = to_item(ProductRow { pk: &pk, sku_key, stock_total, cached })
                    .map_err(StoreError::malformed("Cache"))?;
                let put = PutRequest::builder().set_item(Some(item)).build();
                let put = put.map_err(|_| StoreError::Malformed { table: "Cache" })?;
                writes.push(WriteRequest::builder().put_request(put).build());
            }
            self.write_batch(writes).await?;
        }
        Ok(products.len() as u64)
    }

    /// One product by ShopRenter's id.
    pub async fn product(
        &self,
        store: &StoreId,
        id: &str,
    ) -> Result<Option<CachedProduct>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(store, Resource::Products)))
            .key("id", text(id))
            .send()
            .await
            .map_err(StoreError::sdk("read a product"))?;
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
