//! A record as a row: its fields, its index keys and, for products, the platform's original answer.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::to_item;
use sha2::{Digest, Sha256};

use crate::domain::{Generation, Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, Item};

/// 128 bits distinguish a record's states; a longer digest would cost index storage.
const DIGEST_DIGITS: usize = 32;

/// A record that the Cache table can hold.
pub trait CacheRecord: Serialize + DeserializeOwned + Send + Sync {
    /// Resource whose partition holds the record.
    const RESOURCE: Resource;

    /// Id on the platform; the sort key.
    fn id(&self) -> &str;

    /// Computes index keys and derived attributes.
    fn lookups(&self, store: &StoreId) -> Lookups;
}

/// Attributes that a row has in addition to the record's fields. None is omitted: the indexes are
/// sparse.
///
/// Does not implement `Debug`, because it holds phone numbers and e-mail addresses.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lookups {
    /// Sort key of the index `by_number`: the shop's own number, padded to ten digits. Every row
    /// has one: records without a number get a substitute when the row is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Key of the index `by_sku`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku_key: Option<String>,
    /// Key of the index `by_phone`, whose sort key is `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_key: Option<String>,
    /// Keys of the index `by_phone` for further telephone numbers: each gets a pointer, a row of its
    /// own.
    #[serde(skip)]
    pub further_phone_keys: Vec<String>,
    /// Key of the index `by_email`, whose sort key is `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_key: Option<String>,
    /// Whether an order is a cart that was never ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_abandoned_cart: Option<bool>,
    /// Whether an order was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_cancelled: Option<bool>,
    /// Total stock of all warehouses, in decimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock_total: Option<String>,
}

/// A record with the install that wrote it and, for products, the original answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cached<T> {
    /// Install that wrote the record.
    pub generation: Generation,
    /// The record.
    #[serde(flatten)]
    pub record: T,
    /// The platform's answer for the record, as gzip-compressed JSON. Only products have one;
    /// orders and customers written by older versions keep theirs until the next write.
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

/// Content covered by a row's digest, besides the original answer. The answer is hashed as raw
/// bytes, because JSON would write each byte as a number.
#[derive(Serialize)]
struct Digested<'a, T> {
    #[serde(flatten)]
    lookups: &'a Lookups,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    further_phone_keys: &'a [String],
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

/// A row to compare with the table and possibly write.
pub(super) struct Draft {
    /// Id on the platform.
    pub(super) id: String,
    /// Sort key in `by_number`.
    pub(super) number: String,
    /// Digest of the whole row: rows with equal digests are equal.
    pub(super) digest: String,
    /// Install that wrote the record.
    pub(super) generation: Generation,
    /// Keys of the record's pointers in `by_phone`.
    pub(super) further_phone_keys: Vec<String>,
    /// The row itself.
    pub(super) item: Item,
}

/// Builds the row of a record. The digest also covers index keys, the generation and the original
/// answer, so that a change of any of them, by the shop or by a newer version of this code, counts
/// as a change. A row is replaced as a whole, which erases obsolete attributes.
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
    let further_phone_keys = std::mem::take(&mut lookups.further_phone_keys);
    let digested = Digested {
        lookups: &lookups,
        further_phone_keys: &further_phone_keys,
        generation: *generation,
        record,
    };
    let json = serde_json::to_vec(&digested).map_err(|_| malformed())?;
    let raw = raw.as_deref().unwrap_or_default();
    let mut digest = hex::encode(Sha256::new().chain_update(&json).chain_update(raw).finalize());
    digest.truncate(DIGEST_DIGITS);
    let contents = Contents { lookups, cached };
    let item =
        to_item(Row { pk, digest: &digest, contents }).map_err(StoreError::malformed("Cache"))?;
    let (id, generation) = (cached.record.id().to_owned(), *generation);
    Ok(Draft { id, number, digest, generation, further_phone_keys, item })
}

/// Adds the time when a row's record was requested from the platform. It is not part of the digest:
/// a later request with the same content is not a change.
pub(super) fn note_sync(item: &mut Item, asked_at: Timestamp) {
    item.insert("last_synced_at".to_owned(), keys::text(asked_at.to_string()));
}
