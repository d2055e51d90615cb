//! The engine's requirements of a kind of record.

use std::future::Future;

use jiff::Timestamp;

use super::history::histories_of;
use crate::domain::{Customer, Generation, Order, Product, ShopRecord, ShopSource, StoreId};
use crate::storage::{CacheRecord, CacheRepository, Cached, Interrupted, OrderChange, Written};

/// A kind of record that can be copied from a shop into the Cache table.
pub trait SyncRecord: CacheRecord {
    /// Converts the record to a row; None for another kind of record.
    fn cached(record: ShopRecord, generation: Generation) -> Option<Cached<Self>>
    where
        Self: Sized;

    /// Writes records requested at `asked_at` or later if they differ from the rows, with what is
    /// read from `source` for those that do, and returns the changes to publish.
    fn write(
        cache: &CacheRepository,
        _source: &dyn ShopSource,
        store: &StoreId,
        records: &[Cached<Self>],
        asked_at: Timestamp,
    ) -> impl Future<Output = Result<(Written, Vec<OrderChange>), Interrupted>> + Send
    where
        Self: Sized,
    {
        async move { Ok((cache.put(store, records, asked_at).await?, Vec::new())) }
    }
}

impl SyncRecord for Product {
    fn cached(record: ShopRecord, generation: Generation) -> Option<Cached<Self>> {
        match record {
            ShopRecord::Product(record, raw) => {
                Some(Cached { generation, record: *record, raw: Some(raw.into_bytes()) })
            }
            _ => None,
        }
    }
}

impl SyncRecord for Order {
    fn cached(record: ShopRecord, generation: Generation) -> Option<Cached<Self>> {
        match record {
            ShopRecord::Order(record) => Some(Cached { generation, record: *record, raw: None }),
            _ => None,
        }
    }

    async fn write(
        cache: &CacheRepository,
        source: &dyn ShopSource,
        store: &StoreId,
        records: &[Cached<Self>],
        asked_at: Timestamp,
    ) -> Result<(Written, Vec<OrderChange>), Interrupted> {
        let compared = cache.compare_orders(store, records).await?;
        let histories = histories_of(source, compared.changed().collect(), asked_at).await;
        cache.put_orders(compared, &histories, asked_at).await
    }
}

impl SyncRecord for Customer {
    fn cached(record: ShopRecord, generation: Generation) -> Option<Cached<Self>> {
        match record {
            ShopRecord::Customer(record) => Some(Cached { generation, record: *record, raw: None }),
            _ => None,
        }
    }
}
