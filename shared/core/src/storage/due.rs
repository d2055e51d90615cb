//! Stores due for scheduled work, found through a sparse index by due time without reading the
//! others.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, from_items};

use super::error::{StoreError, applied};
use super::keys::{self, Item, number, text};
use crate::domain::{Store, StoreId};

/// Maximum due stores per query.
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
    /// The store.
    pub store_id: StoreId,
    /// Due time according to the index, which lags slightly behind the store's row.
    pub due_at: Timestamp,
}

/// A page of a shard's due stores, longest due first.
#[derive(Debug, Clone, PartialEq)]
pub struct DuePage {
    /// At most 100 stores.
    pub stores: Vec<Due>,
    /// Start of the next page, if there may be one.
    pub next: Option<Item>,
}

impl DueRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Lists the stores of a [shard](keys::due_shards) that are due by `until`, starting after
    /// `after`.
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

    /// Claims a due store by moving its due time to `until`, before which no one else gets it. None
    /// if the store is no longer due because another invocation claimed it.
    pub async fn claim(&self, due: &Due, until: Timestamp) -> Result<Option<Store>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::store(&due.store_id)))
            // Makes concurrent changes of the store fail.
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

    /// Moves a store's due time from `from` to `to`; None removes it. Changes nothing if the due
    /// time is not `from` any more.
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
