//! Every key of every table.
//!
//! | table | partition key | sort key |
//! |---|---|---|
//! | Stores | `store_id` | `kind`: `store`, `sync#<resource>`, `rate` |
//! | Tokens | `store_id` | |
//! | Cache | `pk`: `<store_id>#<resource>` | `id`: ShopRenter's resource id |
//! | SyncRuns | `store_id` | `run`: `<start, RFC 3339>#<run id>` |
//! | Installs | `pk`: `install#<sr_install>`, `seen#<digest>` | |

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::{Email, Phone, Resource, RunId, StoreId};

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

/// Stores: the lease and the cursor of one resource.
pub fn sync(id: &StoreId, resource: Resource) -> Item {
    key([("store_id", id.to_string()), ("kind", format!("sync#{resource}"))])
}

/// Stores: when the next request to the shop may be sent.
pub fn rate(id: &StoreId) -> Item {
    key([("store_id", id.to_string()), ("kind", "rate".to_owned())])
}

/// Tokens: the store's tokens.
pub fn token(id: &StoreId) -> Item {
    key([("store_id", id.to_string())])
}

/// Cache: the partition of one resource of a store.
pub fn cache_partition(id: &StoreId, resource: Resource) -> String {
    format!("{id}#{resource}")
}

/// Cache: products by article number, within their store, without case.
pub fn sku(id: &StoreId, sku: &str) -> String {
    format!("{id}#{}", sku.to_lowercase())
}

/// Cache: orders and customers by telephone number, within their store.
pub fn phone(id: &StoreId, phone: &Phone) -> String {
    format!("{id}#{}", phone.as_str())
}

/// Cache: orders and customers by e-mail address, within their store.
pub fn email(id: &StoreId, email: &Email) -> String {
    format!("{id}#{}", email.as_str())
}

/// Cache: a shop's own number, so that text sorts as numbers do. None for what is no number of up
/// to ten digits.
pub fn number_of(inner_id: &str) -> Option<String> {
    let is_number =
        (1..=10).contains(&inner_id.len()) && inner_id.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("{inner_id:0>10}"))
}

/// SyncRuns: sorts by start.
pub fn run(started_at: Timestamp, run_id: &RunId) -> String {
    format!("{started_at:.3}#{run_id}")
}

/// Installs: one pending install.
pub fn install(sr_install: &str) -> Item {
    key([("pk", format!("install#{sr_install}"))])
}

/// Installs: a signed request that has been seen.
pub fn seen(digest: &[u8; 32]) -> Item {
    key([("pk", format!("seen#{}", hex::encode(digest)))])
}
