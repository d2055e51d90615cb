//! The row counts and the newest order shown to a merchant.

use aws_sdk_dynamodb::types::Select;

use super::CacheRepository;
use crate::domain::{Order, Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, text};

/// Maximum rows counted by one request. DynamoDB also stops at a megabyte.
const PART: u64 = 10_000;
/// How many of the newest orders are searched for one that is not an abandoned cart.
const MAX_CARTS: i32 = 8;

/// A number of rows, possibly capped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowCount {
    /// The counted rows.
    pub rows: u64,
    /// Whether more rows exist.
    pub is_more: bool,
}

impl CacheRepository {
    /// Counts a store's rows up to `most`, using the index `by_number`, which can lag slightly.
    /// Costs one request and one megabyte of reads for every seven thousand rows or so.
    pub async fn count(
        &self,
        store: &StoreId,
        resource: Resource,
        most: u64,
    ) -> Result<RowCount, StoreError> {
        let pk = keys::cache_partition(store, resource);
        let mut counted = RowCount { rows: 0, is_more: false };
        let mut start = None;
        loop {
            let part = i32::try_from(PART.min(most.saturating_sub(counted.rows)).max(1));
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("by_number")
                .select(Select::Count)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", text(&pk))
                .limit(part.unwrap_or(1))
                .set_exclusive_start_key(start);
            let answer = query.send().await.map_err(StoreError::sdk("count rows"))?;
            counted.rows += u64::try_from(answer.count).unwrap_or(0);
            start = answer.last_evaluated_key;
            counted.is_more = start.is_some();
            if !counted.is_more || counted.rows >= most {
                return Ok(counted);
            }
        }
    }

    /// Returns the order with the highest number in the index. Skips abandoned carts, unless there
    /// are too many of them.
    pub async fn newest_order(&self, store: &StoreId) -> Result<Option<Order>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_number")
            // Substitutes for a missing number sort after all digits.
            .key_condition_expression("pk = :pk AND #number < :end")
            .projection_expression("id")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(
                ":pk",
                text(keys::cache_partition(store, Resource::Orders)),
            )
            .expression_attribute_values(":end", text(keys::BEHIND_NUMBERS))
            .scan_index_forward(false)
            .limit(MAX_CARTS);
        let answer = query.send().await.map_err(StoreError::sdk("find the newest order"))?;
        for row in answer.items() {
            let Some(Ok(id)) = row.get("id").map(|id| id.as_s()) else { continue };
            let order = self.get::<Order>(store, id).await?.map(|cached| cached.record);
            if let Some(order) = order.filter(|order| !order.is_abandoned_cart()) {
                return Ok(Some(order));
            }
        }
        Ok(None)
    }
}
