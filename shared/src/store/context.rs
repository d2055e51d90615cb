//! What a shop's records are decoded with, kept by the runs so that whoever reads one order back
//! need not ask for all of that first.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata as _};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::StoreError;
use super::keys::{self, Item, number, text};
use super::transaction::is_installed;
use crate::domain::{Generation, StoreId};

/// The Stores table, as far as it holds contexts.
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
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// What a run of `generation` kept last, as it was given.
    pub async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<String>, StoreError> {
        let get = self.client.get_item().table_name(&self.table);
        let answer = get.set_key(Some(keys::context(store))).send().await;
        let row = answer.map_err(StoreError::sdk("read a context"))?.item;
        kept(row, generation)
    }

    /// Keeps a context, if it is not the one that is kept already and the store is installed at
    /// `generation`. What is the same costs one small read.
    pub async fn save(
        &self,
        store: &StoreId,
        generation: Generation,
        context: &str,
    ) -> Result<(), StoreError> {
        if self.get(store, generation).await?.as_deref() == Some(context) {
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
            // Refused, the store is gone or another transaction was at its row: the next run keeps it.
            Err(error) if error.code() != Some("TransactionCanceledException") => {
                Err(StoreError::sdk("keep a context")(error))
            }
            _ => Ok(()),
        }
    }
}

/// The context in a row, if it is of `generation`.
pub(super) fn kept(
    row: Option<Item>,
    generation: Generation,
) -> Result<Option<String>, StoreError> {
    let row: Option<Row> =
        row.map(from_item).transpose().map_err(StoreError::malformed("Stores"))?;
    Ok(row.filter(|row| row.generation == generation).map(|row| row.shop_context))
}

fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Stores" }
}
