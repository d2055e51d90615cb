//! A record as a row: what it is, what it is found by, and what it came from.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::to_item;

use crate::domain::{Generation, Resource, StoreId};
use crate::store::error::StoreError;
use crate::store::keys::Item;

/// What the Cache table can hold.
pub trait CacheRecord: Serialize + DeserializeOwned + Send + Sync {
    /// Whose partition it lies in.
    const RESOURCE: Resource;

    /// ShopRenter's id, the sort key.
    fn id(&self) -> &str;

    /// What it is found by, and what is worth having ready beside its own fields.
    fn lookups(&self, store: &StoreId) -> Lookups;
}

/// Attributes that a row has beside its record's. What is none is left out: the indexes are sparse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lookups {
    /// Key of the index `by_sku`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_key: Option<String>,
    /// Pieces on stock in all warehouses together, in decimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock_total: Option<String>,
}

/// A record with the install that wrote it and the allow-listed original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cached<T> {
    /// The install that wrote it.
    pub generation: Generation,
    /// The record.
    #[serde(flatten)]
    pub record: T,
    /// ShopRenter's own, allow-listed, as zstd-compressed JSON.
    #[serde(with = "serde_bytes")]
    pub raw: Vec<u8>,
}

#[derive(Serialize)]
struct Row<'a, T> {
    pk: &'a str,
    #[serde(flatten)]
    lookups: Lookups,
    #[serde(flatten)]
    cached: &'a Cached<T>,
}

/// The row of a record.
pub(super) fn row<T: CacheRecord>(
    store: &StoreId,
    pk: &str,
    cached: &Cached<T>,
) -> Result<Item, StoreError> {
    let lookups = cached.record.lookups(store);
    to_item(Row { pk, lookups, cached }).map_err(StoreError::malformed("Cache"))
}
