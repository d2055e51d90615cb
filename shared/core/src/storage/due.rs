//! Which stores the schedule has something to do for, without reading those that it has not: a
//! sparse index by due time.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, from_items};

use super::error::{StoreError, applied};
use super::keys::{self, Item, number, text};
use crate::domain::{Store, StoreId};

/// How many due stores one query names.
const PAGE: i32 = 100;

/// The index `by_due` of the Stores table.
#[derive(Debug, Clone)]
pub struct DueRepository {
    client: Client,
    table: String,
}

/// A store that is due.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Due {
    /// Which.
    pub store_id: StoreId,
    /// Since when, as the index has it: it lags a little behind the store's row.
    pub due_at: Timestamp,
}

/// Some of the stores of a shard that are due, those first that have been due longest.
#[derive(Debug, Clone, PartialEq)]
pub struct DuePage {
    /// The stores, 100 at the most.
    pub stores: Vec<Due>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Item>,
}

impl DueRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The stores of a [shard](keys::due_shards) that are due by `until`, behind `after`.
    pub async fn page(
        &self,
        shard: &str,
        until: Timestamp,
        after: Option<Item>,
    ) -> Result<DuePage, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_due")
            .key_condition_expression("due_shard = :shard AND due_at <= :until")
            .expression_attribute_values(":shard", text(shard))
            .expression_attribute_values(":until", keys::due_at(until))
            .set_exclusive_start_key(after)
            .limit(PAGE);
        let answer = query.send().await.map_err(StoreError::sdk("list due stores"))?;
        let stores = from_items(answer.items.unwrap_or_default())
            .map_err(StoreError::malformed("Stores"))?;
        Ok(DuePage { stores, next: answer.last_evaluated_key })
    }

    /// Takes what is to be done for a store, by moving its due time on to `until`: nobody else gets
    /// it before. None where it is not due any more, because somebody else was faster.
    pub async fn claim(&self, due: &Due, until: Timestamp) -> Result<Option<Store>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::store(&due.store_id)))
            // Whoever changes the store at the same time must notice.
            .update_expression("SET due_at = :until ADD revision :one")
            .condition_expression("due_at = :seen")
            .expression_attribute_values(":until", keys::due_at(until))
            .expression_attribute_values(":seen", keys::due_at(due.due_at))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew);
        let Some(answer) = applied(update.send().await, "claim a due store")? else {
            return Ok(None);
        };
        let store = from_item(answer.attributes.unwrap_or_default());
        store.map(Some).map_err(StoreError::malformed("Stores"))
    }

    /// Moves a store's due time from `from` to `to`, None for not due at all. Nothing changes where
    /// it has another one by now.
    pub async fn reschedule(
        &self,
        store_id: &StoreId,
        from: Timestamp,
        to: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::store(store_id)))
            .condition_expression("due_at = :from")
            .expression_attribute_values(":from", keys::due_at(from))
            .expression_attribute_values(":one", number(1));
        let update = match to {
            Some(to) => update
                .update_expression("SET due_at = :to ADD revision :one")
                .expression_attribute_values(":to", keys::due_at(to)),
            None => update.update_expression("REMOVE due_at, due_shard ADD revision :one"),
        };
        applied(update.send().await, "reschedule a store").map(drop)
    }
}
