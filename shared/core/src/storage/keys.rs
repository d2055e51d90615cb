//! Every key of every table.
//!
//! | table | partition key | sort key |
//! |---|---|---|
//! | Stores | `store_id` | `kind`: `store`, `sync#<resource>`, `rate` |
//! | Stores | `store_id` | `kind`: `webhooks`, `webhook#<event>`, `webhook-key#<selector>` |
//! | Stores | `store_id`: `webhook-key#<selector>` | `kind`: `key` |
//! | Stores, `by_due` | `due_shard`: `due#<0 to 7>` | `due_at` |
//! | Tokens | `store_id` | |
//! | Cache | `pk`: `<store_id>#<resource>` | `id`: the platform's resource id |
//! | Cache | `pk`: `<store_id>#<resource>#phones` | `id`: `<resource id> <place of the number>` |
//! | SyncRuns | `store_id` | `run`: `<start, RFC 3339>#<run id>#<resource>` |
//! | Stores | `store_id` | `kind`: `context` |
//! | Installs | `pk`: `install#<sr_install>`, `seen#<digest>`, `hint#<digest>`, `read-back#<digest>`, `once#<digest>` | |

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::access::KeySelector;
use crate::domain::{Email, Phone, Resource, RunId, StoreId, WebhookEvent};

/// A key or a whole row.
pub type Item = HashMap<String, AttributeValue>;

/// A string attribute.
pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn key<const N: usize>(parts: [(&str, String); N]) -> Item {
    parts.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect()
}

/// The sort key of a store's own row.
pub(super) const STORE_KIND: &str = "store";

/// Stores: the store itself.
pub fn store(id: &StoreId) -> Item {
    key([("store_id", id.to_string()), ("kind", STORE_KIND.to_owned())])
}

/// Stores: a store's row of any kind.
pub(super) fn in_stores(id: &StoreId, kind: &str) -> Item {
    key([("store_id", id.to_string()), ("kind", kind.to_owned())])
}

/// Partitions of the index `by_due`. Stores within a partition are read in sequence, partitions
/// concurrently.
const DUE_SHARDS: u8 = 8;

/// Stores, index `by_due`: all partitions.
pub fn due_shards() -> impl Iterator<Item = String> {
    (0..DUE_SHARDS).map(due_shard)
}

/// Stores, index `by_due`: partition of a store.
pub fn due_shard_of(id: &StoreId) -> String {
    let digest = Sha256::digest(id.to_string());
    due_shard(digest.last().map_or(0, |byte| byte % DUE_SHARDS))
}

fn due_shard(number: u8) -> String {
    format!("due#{number}")
}

/// Stores, index `by_due`: a time in whole seconds that sorts as text.
pub(super) fn due_at(at: Timestamp) -> AttributeValue {
    text(format!("{at:.0}"))
}

/// Stores: the lease and the cursor of one resource.
pub fn sync(id: &StoreId, resource: Resource) -> Item {
    key([("store_id", id.to_string()), ("kind", format!("sync#{resource}"))])
}

/// Stores: the schedule of requests to the shop.
pub fn rate(id: &StoreId) -> Item {
    key([("store_id", id.to_string()), ("kind", "rate".to_owned())])
}

/// Stores: the registration of one event's webhook.
pub fn webhook(id: &StoreId, event: WebhookEvent) -> Item {
    in_stores(id, &format!("webhook#{event}"))
}

/// Stores: a webhook's key, in a partition named after half of the key's hash.
pub fn webhook_key(selector: &KeySelector) -> Item {
    let partition = format!("webhook-key#{}", selector.as_str());
    key([("store_id", partition), ("kind", "key".to_owned())])
}

/// Stores: the note of a webhook's key, in the store's own partition.
pub fn webhook_key_note(id: &StoreId, selector: &KeySelector) -> Item {
    in_stores(id, &format!("webhook-key#{}", selector.as_str()))
}

/// Stores: state shared by all webhooks of a store.
pub fn webhooks(id: &StoreId) -> Item {
    in_stores(id, "webhooks")
}

/// Tokens: the store's tokens.
pub fn token(id: &StoreId) -> Item {
    key([("store_id", id.to_string())])
}

/// Cache: the partition of one resource of a store.
pub fn cache_partition(id: &StoreId, resource: Resource) -> String {
    format!("{id}#{resource}")
}

/// Cache: what a shop publishes about itself.
pub fn shop_info(id: &StoreId) -> Item {
    key([("pk", format!("{id}#shop")), ("id", "shop".to_owned())])
}

/// Cache: the partition of the pointers to a store's orders or customers, by further telephone
/// numbers.
pub fn pointer_partition(id: &StoreId, resource: Resource) -> String {
    format!("{}{POINTERS}", cache_partition(id, resource))
}

/// Whether records of a kind can have pointers.
pub(super) fn has_pointers(resource: Resource) -> bool {
    resource != Resource::Products
}

/// Cache: how the ids of a record's pointers begin.
pub(super) fn pointers_of(record: &str) -> String {
    format!("{record} ")
}

/// Cache: a record's pointer for the telephone number at that place, counted from 1.
pub(super) fn pointer(record: &str, place: usize) -> String {
    format!("{}{place}", pointers_of(record))
}

/// Cache: the id of the record at which a row of the index `by_phone` points: its own, or the one
/// in a pointer's id.
pub(super) fn record_of<'a>(pk: &str, id: &'a str) -> &'a str {
    let pointed = id.rsplit_once(' ').filter(|_| pk.ends_with(POINTERS));
    pointed.map_or(id, |(record, _)| record)
}

/// Ends the name of a pointers' partition.
const POINTERS: &str = "#phones";

/// Cache: products by SKU, per store, case-insensitive.
pub fn sku(id: &StoreId, sku: &str) -> String {
    format!("{id}#{}", sku.to_lowercase())
}

/// Cache: orders or customers by phone number, per store.
pub fn phone(id: &StoreId, resource: Resource, phone: &Phone) -> String {
    format!("{id}#{resource}#{}", phone.as_str())
}

/// Cache: orders or customers by e-mail address, per store.
pub fn email(id: &StoreId, resource: Resource, email: &Email) -> String {
    format!("{id}#{resource}#{}", email.as_str())
}

/// Cache: a shop's own number, padded so that text sorts numerically. None unless it has one to ten
/// digits.
pub fn number_of(inner_id: &str) -> Option<String> {
    let is_number =
        (1..=10).contains(&inner_id.len()) && inner_id.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("{inner_id:0>10}"))
}

/// Cache: substitute for a missing number, so that the index of numbers has every row. Sorts after
/// all digits.
pub fn number_like(id: &str) -> String {
    const DIGITS: usize = 9;
    let mut digest = hex::encode(Sha256::digest(id));
    digest.truncate(DIGITS);
    format!("{BEHIND_NUMBERS}{digest}")
}

/// Cache: sorts after all numbers, and not after any substitute for one.
pub(super) const BEHIND_NUMBERS: &str = "~";

/// SyncRuns: sorts by start. Runs of several resources that are requested together share an id.
pub fn run(started_at: Timestamp, run_id: &RunId, resource: Resource) -> String {
    format!("{started_at:.3}#{run_id}#{resource}")
}

/// Installs: one pending install.
pub fn install(sr_install: &str) -> Item {
    key([("pk", format!("install#{sr_install}"))])
}

/// Stores: the context for decoding the shop's records.
pub fn context(id: &StoreId) -> Item {
    in_stores(id, "context")
}

/// Installs: the last webhook delivery for an order. The row expires and is never looked up by
/// store, so its key names neither store nor order: an erasure has nothing to remove.
pub fn hint(id: &StoreId, order: &str) -> Item {
    key([("pk", format!("hint#{}", digest_of(id, order)))])
}

/// Installs: a run recently requested by a webhook. The key is hashed as for a hint.
pub fn read_back(id: &StoreId, resource: Resource) -> Item {
    key([("pk", format!("read-back#{}", digest_of(id, resource.as_str())))])
}

fn digest_of(id: &StoreId, of: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(id.to_string());
    digest.update("#");
    digest.update(of);
    hex::encode(digest.finalize())
}

/// Installs: an action requested from a store's page. The key is hashed as for a hint.
pub fn once(id: &StoreId, once: &str, change: &str) -> Item {
    key([("pk", format!("once#{}", digest_of(id, &format!("{once}#{change}"))))])
}

/// Installs: an observed signed request.
pub fn seen(digest: &[u8; 32]) -> Item {
    key([("pk", format!("seen#{}", hex::encode(digest)))])
}
