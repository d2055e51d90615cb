//! What shops publish about themselves: one row a store in the Cache table, apart from the store's
//! partition, which the merchant's page reads every few seconds.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use crate::domain::{Generation, ShopInfo, StoreId};

/// Shop rows of the Cache table.
#[derive(Debug, Clone)]
pub struct ShopInfoRepository {
    client: Client,
    table: String,
}

/// A shop's information and when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredShopInfo {
    /// When a run last read it.
    pub read_at: Timestamp,
    /// Whether no permission was missing.
    pub is_complete: bool,
    /// The information.
    pub info: ShopInfo,
}

#[derive(Deserialize)]
struct Row {
    generation: Generation,
    read_at: i64,
    #[serde(default)]
    is_complete: bool,
    shop_info: String,
}

impl ShopInfoRepository {
    /// Creates a repository over the Cache `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads what a run of `generation` stored. None if there is nothing, or a newer version wrote
    /// it in a form that cannot be decoded.
    pub async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<StoredShopInfo>, StoreError> {
        let get = self.client.get_item().table_name(&self.table);
        let answer = get.set_key(Some(keys::shop_info(store))).send().await;
        let row = answer.map_err(StoreError::sdk("read a shop's information"))?.item;
        let row: Option<Row> =
            row.map(from_item).transpose().map_err(StoreError::malformed("Cache"))?;
        let row = row.filter(|row| row.generation == generation);
        Ok(row.and_then(|row| {
            let info = serde_json::from_str(&row.shop_info).ok()?;
            let read_at = Timestamp::from_millisecond(row.read_at).ok()?;
            Some(StoredShopInfo { read_at, is_complete: row.is_complete, info })
        }))
    }

    /// Stores a shop's information, unless a newer install has stored its own.
    pub async fn save(
        &self,
        store: &StoreId,
        generation: Generation,
        read: &StoredShopInfo,
    ) -> Result<(), StoreError> {
        let Ok(info) = serde_json::to_string(&read.info) else { return Ok(()) };
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(keys::shop_info(store)))
            .item("generation", number(generation))
            .item("read_at", number(read.read_at.as_millisecond()))
            .item("is_complete", AttributeValue::Bool(read.is_complete))
            .item("shop_info", text(info))
            .condition_expression("attribute_not_exists(id) OR generation <= :generation")
            .expression_attribute_values(":generation", number(generation));
        applied(put.send().await, "store a shop's information")?;
        Ok(())
    }
}
