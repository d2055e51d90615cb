//! Contexts for decoding shops' records, stored by runs so that a single order can be read back
//! without requesting the context first.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata as _};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::StoreError;
use super::keys::{self, Item, number, text};
use super::transaction::is_installed;
use crate::domain::{Generation, ShopContext, StoreId};

/// Context rows of the Stores table.
#[derive(Debug, Clone)]
pub struct ContextRepository {
    client: Client,
    table: String,
}

#[derive(Deserialize)]
struct Row {
    generation: Generation,
    shop_context: String,
}

impl ContextRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads the context last stored by a run of `generation`. None if there is none or a newer
    /// version wrote it in a form that cannot be decoded.
    pub async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<ShopContext>, StoreError> {
        Ok(parse(self.text(store, generation).await?.as_deref()))
    }

    async fn text(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<String>, StoreError> {
        let get = self.client.get_item().table_name(&self.table);
        let answer = get.set_key(Some(keys::context(store))).send().await;
        let row = answer.map_err(StoreError::sdk("read a context"))?.item;
        kept(row, generation)
    }

    /// Stores a context, unless it is unchanged or the store is not installed at `generation`. An
    /// unchanged one costs a small read. A context whose time zone has no name cannot be stored.
    pub async fn save(
        &self,
        store: &StoreId,
        generation: Generation,
        context: &ShopContext,
    ) -> Result<(), StoreError> {
        let Ok(context) = serde_json::to_string(context) else { return Ok(()) };
        if self.text(store, generation).await?.as_deref() == Some(context.as_str()) {
            return Ok(());
        }
        let is_installed = is_installed(&self.table, store, generation)?;
        let mut row = keys::context(store);
        row.insert("generation".to_owned(), number(generation));
        row.insert("shop_context".to_owned(), text(context));
        let put =
            Put::builder().table_name(&self.table).set_item(Some(row)).build().map_err(broken)?;
        let transaction = self
            .client
            .transact_write_items()
            .transact_items(is_installed)
            .transact_items(TransactWriteItem::builder().put(put).build());
        match transaction.send().await {
            // The store was uninstalled, or another transaction holds its row; the next run stores
            // it.
            Err(error) if error.code() != Some("TransactionCanceledException") => {
                Err(StoreError::sdk("store a context")(error))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the context text of a row, if it belongs to `generation`.
pub(super) fn kept(
    row: Option<Item>,
    generation: Generation,
) -> Result<Option<String>, StoreError> {
    let row: Option<Row> =
        row.map(from_item).transpose().map_err(StoreError::malformed("Stores"))?;
    Ok(row.filter(|row| row.generation == generation).map(|row| row.shop_context))
}

/// Decodes the context text of a row.
pub(super) fn parse(text: Option<&str>) -> Option<ShopContext> {
    text.and_then(|text| serde_json::from_str(text).ok())
}

fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Stores" }
}
