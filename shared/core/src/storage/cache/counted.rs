//! How many rows a store has, and which of its orders is the newest: what a merchant is shown.

use aws_sdk_dynamodb::types::Select;

use super::CacheRepository;
use crate::domain::{Order, Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, text};

/// Rows that one request counts at the most. DynamoDB stops at a megabyte of them anyway.
const PART: u64 = 10_000;
/// How many carts may have been left since the newest order.
const MAX_CARTS: i32 = 8;

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowCount {
    /// Those that were counted.
    pub rows: u64,
    /// Whether there are more.
    pub is_more: bool,
}

impl CacheRepository {
    /// Counts a store's rows, up to `most`, in the index of numbers, which can lag a little behind.
    /// Costs what reading the index costs: a request and a megabyte for some seven thousand rows.
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

    /// The order with the highest number, as far as the index knows. Carts that were left since
    /// are passed over, unless there are many of them.
    pub async fn newest_order(&self, store: &StoreId) -> Result<Option<Order>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_number")
            // What stands for the number of a record that has none sorts behind all digits.
            .key_condition_expression("pk = :pk AND #number < :behind")
            .projection_expression("id")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(
                ":pk",
                text(keys::cache_partition(store, Resource::Orders)),
            )
            .expression_attribute_values(":behind", text(keys::BEHIND_NUMBERS))
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
