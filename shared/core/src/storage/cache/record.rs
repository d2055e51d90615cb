//! A record as a row: what it is, what it is found by, and, of products, what it came from.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::to_item;
use sha2::{Digest, Sha256};

use crate::domain::{Generation, Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, Item};

/// 128 bits are enough to tell a record's states apart, and every byte is paid for in an index.
const DIGEST_DIGITS: usize = 32;

/// What the Cache table can hold.
pub trait CacheRecord: Serialize + DeserializeOwned + Send + Sync {
    /// Whose partition it lies in.
    const RESOURCE: Resource;

    /// The platform's id, the sort key.
    fn id(&self) -> &str;

    /// What it is found by, and what is worth having ready beside its own fields.
    fn lookups(&self, store: &StoreId) -> Lookups;
}

/// Attributes that a row has beside its record's. What is none is left out: the indexes are sparse.
///
/// Has no `Debug`: it holds phone numbers and e-mail addresses.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lookups {
    /// Sort key of the index `by_number`: the shop's own number, of ten digits. Every row has one:
    /// what stands for it where the record has none is added when the row is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Key of the index `by_sku`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_key: Option<String>,
    /// Key of the index `by_phone`, whose sort key is `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_key: Option<String>,
    /// Key of the index `by_email`, whose sort key is `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_key: Option<String>,
    /// Whether an order is a cart that was never ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_abandoned_cart: Option<bool>,
    /// Whether an order was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_cancelled: Option<bool>,
    /// Pieces on stock in all warehouses together, in decimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock_total: Option<String>,
}

/// A record with the install that wrote it and, if it is a product, the original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cached<T> {
    /// The install that wrote it.
    pub generation: Generation,
    /// The record.
    #[serde(flatten)]
    pub record: T,
    /// The platform's answer for the record, as gzip-compressed JSON. Products alone have it; in
    /// rows of orders and customers that older versions wrote there is one until the next write.
    #[serde(default, with = "serde_bytes", skip_serializing_if = "Option::is_none")]
    pub raw: Option<Vec<u8>>,
}

#[derive(Serialize)]
struct Contents<'a, T> {
    #[serde(flatten)]
    lookups: Lookups,
    #[serde(flatten)]
    cached: &'a Cached<T>,
}

/// What a row's digest covers beside the original, whose bytes are added as they are: as JSON each
/// would be a number.
#[derive(Serialize)]
struct Digested<'a, T> {
    #[serde(flatten)]
    lookups: &'a Lookups,
    generation: Generation,
    #[serde(flatten)]
    record: &'a T,
}

#[derive(Serialize)]
struct Row<'a, T> {
    pk: &'a str,
    digest: &'a str,
    #[serde(flatten)]
    contents: Contents<'a, T>,
}

/// A row that may have to be written.
pub(super) struct Draft {
    /// The platform's id.
    pub(super) id: String,
    /// The record's place in `by_number`.
    pub(super) number: String,
    /// Of everything in the row: rows of equal digests are equal.
    pub(super) digest: String,
    /// The row.
    pub(super) item: Item,
}

/// The row of a record. Its digest covers what is found by, the generation and the original too,
/// so that a change of any of them, by the shop or by a newer version of this code, is a change.
/// A row is written whole: attributes that it does not have any more are erased.
pub(super) fn draft<T: CacheRecord>(
    store: &StoreId,
    pk: &str,
    cached: &Cached<T>,
) -> Result<Draft, StoreError> {
    let malformed = || StoreError::Malformed { table: "Cache" };
    let mut lookups = cached.record.lookups(store);
    let number = lookups.number.unwrap_or_else(|| keys::number_like(cached.record.id()));
    lookups.number = Some(number.clone());
    let Cached { generation, record, raw } = cached;
    let digested = Digested { lookups: &lookups, generation: *generation, record };
    let json = serde_json::to_vec(&digested).map_err(|_| malformed())?;
    let raw = raw.as_deref().unwrap_or_default();
    let mut digest = hex::encode(Sha256::new().chain_update(&json).chain_update(raw).finalize());
    digest.truncate(DIGEST_DIGITS);
    let contents = Contents { lookups, cached };
    let item =
        to_item(Row { pk, digest: &digest, contents }).map_err(StoreError::malformed("Cache"))?;
    Ok(Draft { id: cached.record.id().to_owned(), number, digest, item })
}
