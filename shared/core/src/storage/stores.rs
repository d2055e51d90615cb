//! The store's own row: read, apply one of the domain's pure transitions, write unless it changed
//! in between.

use aws_sdk_dynamodb::Client;
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use super::error::{StoreError, applied};
use super::keys;
use crate::domain::{Generation, Store, StoreId};

/// Attempts before a change gives up. Two concurrent calls for one shop are common, ten are not.
const MAX_ATTEMPTS: usize = 8;

/// Store rows of the Stores table.
#[derive(Debug, Clone)]
pub struct StoreRepository {
    client: Client,
    table: String,
}

/// A store and its revision number, which detects concurrent changes.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    kind: String,
    revision: u64,
    /// Partition of the index `by_due`; set only while the store has a due time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    #[serde(flatten)]
    store: Store,
}

impl StoreRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Returns the store, if it was ever installed.
    pub async fn get(&self, id: &StoreId) -> Result<Option<Store>, StoreError> {
        Ok(self.read(id).await?.map(|row| row.store))
    }

    /// Whether `generation` is the current one and still installed.
    pub async fn is_installed(
        &self,
        id: &StoreId,
        generation: Generation,
    ) -> Result<bool, StoreError> {
        Ok(self.get(id).await?.is_some_and(|store| store.is_installed(generation)))
    }

    /// Applies `transition` to the current store, and retries it after each concurrent change.
    ///
    /// `transition` returns the new store, None to leave it unchanged, and an outcome for the
    /// caller.
    pub async fn change<T>(
        &self,
        id: &StoreId,
        transition: impl Fn(Option<&Store>) -> (Option<Store>, T),
    ) -> Result<T, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            let known = self.read(id).await?;
            let (changed, outcome) = transition(known.as_ref().map(|row| &row.store));
            let Some(store) = changed else { return Ok(outcome) };
            let revision = known.map_or(0, |row| row.revision);
            if self.write(store, revision).await? {
                return Ok(outcome);
            }
        }
        Err(StoreError::Contended { operation: "change a store" })
    }

    async fn read(&self, id: &StoreId) -> Result<Option<Row>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::store(id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("read a store"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Stores"))
    }

    /// Replaces the row at `revision` (0: creates it). False if the row has another revision by
    /// now.
    async fn write(&self, store: Store, revision: u64) -> Result<bool, StoreError> {
        let due_shard = store.due_at.map(|_| keys::due_shard_of(&store.id));
        let kind = keys::STORE_KIND.to_owned();
        let row = Row { kind, revision: revision + 1, due_shard, store };
        let item = to_item(row).map_err(StoreError::malformed("Stores"))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = if revision == 0 {
            put.condition_expression("attribute_not_exists(store_id)")
        } else {
            put.condition_expression("revision = :revision")
                .expression_attribute_values(":revision", keys::number(revision))
        };
        Ok(applied(put.send().await, "write a store")?.is_some())
    }
}
