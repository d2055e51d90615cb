//! What the engine must know of a kind of record.

use std::future::Future;

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::config::Contract;
use crate::domain::{Customer, Order, Product, StoreId};
use crate::shoprenter::wire::{self, DecodeError, Decoded, ShopContext};
use crate::store::{CacheRecord, CacheRepository, Cached, Interrupted, OrderChange, Written};

/// A kind of record that can be brought from a shop into the Cache table.
pub trait SyncRecord: CacheRecord {
    /// The collection that lists it, under the API's base.
    fn collection(contract: Contract) -> &'static str;

    /// Makes a record of what the collection lists.
    fn decode(
        item: &RawValue,
        contract: Contract,
        context: &ShopContext,
    ) -> Result<Decoded<Self>, DecodeError>
    where
        Self: Sized;

    /// Writes what was asked for at `asked_at` or later, as far as it is new, and says what others
    /// are told of.
    fn write(
        cache: &CacheRepository,
        store: &StoreId,
        records: &[Cached<Self>],
        _asked_at: Timestamp,
    ) -> impl Future<Output = Result<(Written, Vec<OrderChange>), Interrupted>> + Send
    where
        Self: Sized,
    {
        async move { Ok((cache.put(store, records).await?, Vec::new())) }
    }
}

impl SyncRecord for Product {
    fn collection(contract: Contract) -> &'static str {
        match contract {
            Contract::Official => "productExtend",
            Contract::Brief => "products",
        }
    }

    fn decode(
        item: &RawValue,
        contract: Contract,
        context: &ShopContext,
    ) -> Result<Decoded<Self>, DecodeError> {
        match contract {
            Contract::Official => wire::decode_product(item, context),
            Contract::Brief => wire::decode_brief_product(item, context),
        }
    }
}

impl SyncRecord for Order {
    fn collection(contract: Contract) -> &'static str {
        match contract {
            Contract::Official => "orderExtend",
            Contract::Brief => "orders",
        }
    }

    fn decode(
        item: &RawValue,
        _contract: Contract,
        context: &ShopContext,
    ) -> Result<Decoded<Self>, DecodeError> {
        wire::decode_order(item, context)
    }

    async fn write(
        cache: &CacheRepository,
        store: &StoreId,
        records: &[Cached<Self>],
        asked_at: Timestamp,
    ) -> Result<(Written, Vec<OrderChange>), Interrupted> {
        cache.put_orders(store, records, asked_at).await
    }
}

impl SyncRecord for Customer {
    fn collection(contract: Contract) -> &'static str {
        match contract {
            Contract::Official => "customerExtend",
            Contract::Brief => "customers",
        }
    }

    fn decode(
        item: &RawValue,
        _contract: Contract,
        context: &ShopContext,
    ) -> Result<Decoded<Self>, DecodeError> {
        wire::decode_customer(item, context)
    }
}
