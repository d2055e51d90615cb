//! Products as rows.

use super::record::{CacheRecord, Lookups};
use crate::domain::{Product, Resource, StoreId};
use crate::storage::keys;

impl CacheRecord for Product {
    const RESOURCE: Resource = Resource::Products;

    fn id(&self) -> &str {
        &self.id
    }

    fn lookups(&self, store: &StoreId) -> Lookups {
        Lookups {
            number: self.inner_id.as_deref().and_then(keys::number_of),
            sku_key: self.sku.as_deref().map(|sku| keys::sku(store, sku)),
            stock_total: self.stock.map(|stock| stock.total().to_string()),
            ..Lookups::default()
        }
    }
}
