//! Erasing a store from every table, its own row last.
//!
//! Records and runs are numerous, so they are deleted in batches, each row only if its generation
//! is the ended one or an older one: rows that a reinstall writes meanwhile stay. Everything else,
//! including the store's own row, goes in one transaction conditional on the store still being
//! uninstalled. Until then the store exists and can be purged again.
//!
//! For an installed store, records of a resource that it does not share are erased.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata as _};
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, TransactWriteItem};
use futures_util::future::join_all;

use super::error::{StoreError, applied};
use super::keys::{self, Item, number, text};
use super::transaction::{Transacted, stops_sharing, transact};
use crate::domain::{Generation, Resource, Store, StoreId};
use crate::runtime::config::Tables;

/// Rows listed and deleted at a time.
const BATCH: i32 = 25;
/// Rows deleted in one transaction, below DynamoDB's limit of a hundred.
const TRANSACTION: usize = 90;
/// Condition on the store's own row for the final deletions.
const ENDED: &str = "generation = :generation AND #state = :uninstalled";

/// All tables that hold rows of a store.
#[derive(Debug, Clone)]
pub struct PurgeRepository {
    client: Client,
    tables: Tables,
}

/// Rows of a store that are too many for one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErasedRows {
    /// Records of one resource.
    Records(Resource),
    /// The pointers to records of one resource.
    Pointers(Resource),
    /// The log of runs.
    Runs,
}

impl ErasedRows {
    /// All kinds, in the order of deletion.
    pub const ALL: [Self; 6] = [
        Self::Records(Resource::Products),
        Self::Pointers(Resource::Orders),
        Self::Records(Resource::Orders),
        Self::Pointers(Resource::Customers),
        Self::Records(Resource::Customers),
        Self::Runs,
    ];
}

/// A page of rows to delete.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPage {
    /// At most 25 keys.
    pub keys: Vec<Item>,
    /// Start of the next page, if there may be one.
    pub next: Option<Item>,
}

impl PurgeRepository {
    /// Creates a repository over all tables.
    pub fn new(client: Client, tables: Tables) -> Self {
        Self { client, tables }
    }

    /// Lists the next rows of a kind after `after`.
    pub async fn page(
        &self,
        store_id: &StoreId,
        rows: ErasedRows,
        after: Option<Item>,
    ) -> Result<RowPage, StoreError> {
        let (name, value, sort) = match rows {
            ErasedRows::Records(kind) => ("pk", keys::cache_partition(store_id, kind), "id"),
            ErasedRows::Pointers(kind) => ("pk", keys::pointer_partition(store_id, kind), "id"),
            ErasedRows::Runs => ("store_id", store_id.to_string(), "run"),
        };
        let query = self
            .client
            .query()
            .table_name(self.table(rows))
            .key_condition_expression("#partition = :partition")
            .projection_expression("#partition, #sort")
            .expression_attribute_names("#partition", name)
            .expression_attribute_names("#sort", sort)
            .expression_attribute_values(":partition", text(value))
            .consistent_read(true)
            .set_exclusive_start_key(after)
            .limit(BATCH);
        let answer = query.send().await.map_err(StoreError::sdk("list rows to erase"))?;
        Ok(RowPage { keys: answer.items.unwrap_or_default(), next: answer.last_evaluated_key })
    }

    /// Deletes the rows in `keys` that belong to `generation` or an older one, and returns their
    /// number.
    ///
    /// Sends concurrent single deletes: batch deletes take no condition, and without one a
    /// reinstall's rows could be deleted.
    pub async fn delete(
        &self,
        rows: ErasedRows,
        keys: Vec<Item>,
        generation: Generation,
    ) -> Result<u64, StoreError> {
        let deletes = keys.into_iter().map(|key| {
            let delete = self
                .client
                .delete_item()
                .table_name(self.table(rows))
                .set_key(Some(key))
                .condition_expression("generation <= :generation")
                .expression_attribute_values(":generation", number(generation));
            async { applied(delete.send().await, "erase a row") }
        });
        let mut erased = 0;
        for outcome in join_all(deletes).await {
            erased += u64::from(outcome?.is_some());
        }
        Ok(erased)
    }

    /// Deletes records of a resource that the store does not share, whichever install wrote them.
    /// Deletes nothing and returns false if the store shares the resource at `generation`, because
    /// it would then miss the records.
    pub async fn delete_not_shared(
        &self,
        store_id: &StoreId,
        (resource, generation): (Resource, Generation),
        keys: Vec<Item>,
    ) -> Result<bool, StoreError> {
        let mut items = vec![stops_sharing(&self.tables.stores, store_id, generation, resource)?];
        for key in keys {
            let delete = delete(&self.tables.cache, key)?;
            items.push(TransactWriteItem::builder().delete(delete).build());
        }
        let outcome = transact(&self.client, items, "erase records that are not shared").await?;
        Ok(outcome == Transacted::Done)
    }

    /// Erases what remains after the batches: leases and schedules, the token, the pending install
    /// and, last, the store itself. False if the store has changed: it was installed again, or
    /// already erased.
    pub async fn finish(&self, store: &Store) -> Result<bool, StoreError> {
        let kinds = self.kinds(&store.id).await?;
        let of_store =
            |kind: &String| delete(&self.tables.stores, keys::in_stores(&store.id, kind));
        let mut rows = kinds.iter().map(of_store).collect::<Result<Vec<_>, _>>()?;
        rows.push(delete(&self.tables.tokens, keys::token(&store.id))?);
        rows.push(delete(&self.tables.cache, keys::shop_info(&store.id))?);
        if let Some(sr_install) = &store.sr_install {
            rows.push(delete(&self.tables.installs, keys::install(sr_install))?);
        }
        while rows.len() > TRANSACTION {
            let part = rows.split_off(rows.len() - TRANSACTION);
            let check = TransactWriteItem::builder().condition_check(self.is_ended(store)?).build();
            if !self.transact(check, part).await? {
                return Ok(false);
            }
        }
        let itself = TransactWriteItem::builder().delete(self.itself(store)?).build();
        self.transact(itself, rows).await
    }

    /// Lists the kinds of a store's rows in the Stores table, except its own.
    async fn kinds(&self, store_id: &StoreId) -> Result<Vec<String>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.tables.stores)
            .key_condition_expression("store_id = :store_id")
            .projection_expression("kind")
            .expression_attribute_values(":store_id", text(store_id.to_string()))
            .consistent_read(true)
            .into_paginator();
        let rows: Vec<Item> = pages
            .items()
            .send()
            .collect::<Result<_, _>>()
            .await
            .map_err(StoreError::sdk("list a store's rows"))?;
        let kind = |mut row: Item| match row.remove("kind") {
            Some(AttributeValue::S(kind)) => Some(kind),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(kind).filter(|kind| kind != keys::STORE_KIND).collect())
    }

    fn is_ended(&self, store: &Store) -> Result<ConditionCheck, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.stores)
            .set_key(Some(keys::store(&store.id)))
            .condition_expression(ENDED)
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":generation", number(store.generation))
            .expression_attribute_values(":uninstalled", text("uninstalled"));
        check.build().map_err(broken)
    }

    fn itself(&self, store: &Store) -> Result<Delete, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.tables.stores)
            .set_key(Some(keys::store(&store.id)))
            .condition_expression(ENDED)
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":generation", number(store.generation))
            .expression_attribute_values(":uninstalled", text("uninstalled"));
        delete.build().map_err(broken)
    }

    async fn transact(
        &self,
        condition: TransactWriteItem,
        rows: Vec<Delete>,
    ) -> Result<bool, StoreError> {
        let deletes = rows.into_iter().map(|row| TransactWriteItem::builder().delete(row).build());
        let transaction = self
            .client
            .transact_write_items()
            .set_transact_items(Some(std::iter::once(condition).chain(deletes).collect()));
        match transaction.send().await {
            Ok(_) => Ok(true),
            // The condition failed, or another transaction holds one of the rows: not possible now.
            Err(error) if error.code() == Some("TransactionCanceledException") => Ok(false),
            Err(error) => Err(StoreError::sdk("erase a store")(error)),
        }
    }

    fn table(&self, rows: ErasedRows) -> &str {
        match rows {
            ErasedRows::Records(_) | ErasedRows::Pointers(_) => &self.tables.cache,
            ErasedRows::Runs => &self.tables.sync_runs,
        }
    }
}

fn delete(table: &str, key: Item) -> Result<Delete, StoreError> {
    Delete::builder().table_name(table).set_key(Some(key)).build().map_err(broken)
}

fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Stores" }
}
