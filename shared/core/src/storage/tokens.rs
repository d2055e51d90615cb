//! Sealed tokens, and the lease that lets only one invocation fetch a new one.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::Timestamp;
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use super::transaction::is_installed;
use crate::domain::random;
use crate::domain::{FetchLease, Generation, StoreId};

/// The Tokens table. Tokens are sealed; this repository never sees one in plain text.
#[derive(Debug, Clone)]
pub struct TokenRepository {
    client: Client,
    table: String,
    stores_table: String,
}

/// A store's token row.
#[derive(Debug, Clone, Deserialize)]
pub struct TokenRecord {
    /// Install that the tokens belong to.
    pub generation: Generation,
    /// Number of tokens fetched so far; 0 before the first.
    #[serde(default)]
    pub version: u64,
    /// Sealed tokens; absent before the first fetch.
    #[serde(default, with = "serde_bytes")]
    pub sealed: Option<Vec<u8>>,
    /// Time of the token request, in Unix seconds.
    #[serde(default)]
    pub obtained_at: i64,
    /// Expiry of the token, in Unix seconds.
    #[serde(default)]
    pub expires_at: i64,
}

impl TokenRepository {
    /// Creates a repository over `table`; `stores_table` shows which stores are installed.
    pub fn new(client: Client, table: String, stores_table: String) -> Self {
        Self { client, table, stores_table }
    }

    /// Reads the row, if it belongs to `generation`.
    pub async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<TokenRecord>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::token(store)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("read a token"))?;
        let record: Option<TokenRecord> =
            answer.item.map(from_item).transpose().map_err(StoreError::malformed("Tokens"))?;
        Ok(record.filter(|record| record.generation == generation))
    }

    /// Acquires the lease to fetch a token, if it is free at `now`, the token is still at `version`
    /// (0: none) and the store is installed at `generation`.
    ///
    /// The install is checked in the same transaction, so that work still in progress after an
    /// uninstall cannot restore a token.
    pub async fn lease_fetch(
        &self,
        store: &StoreId,
        generation: Generation,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<FetchLease>, StoreError> {
        let owner = random::hex::<16>();
        let malformed = |_| StoreError::Malformed { table: "Tokens" };
        let is_installed = is_installed(&self.stores_table, store, generation)?;
        let take = Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::token(store)))
            .update_expression(
                "SET generation = :generation, lease_owner = :owner, lease_until = :until",
            )
            .condition_expression(
                "attribute_not_exists(store_id) OR generation < :generation OR \
                 (generation = :generation \
                  AND (attribute_not_exists(lease_until) OR lease_until <= :now) \
                  AND (version = :version OR (attribute_not_exists(version) AND :version = :none)))",
            )
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":owner", text(&owner))
            .expression_attribute_values(":until", number(until.as_millisecond()))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":none", number(0))
            .build()
            .map_err(malformed)?;
        let transaction = self
            .client
            .transact_write_items()
            .transact_items(is_installed)
            .transact_items(TransactWriteItem::builder().update(take).build());
        match transaction.send().await {
            Ok(_) => Ok(Some(FetchLease { generation, owner })),
            // A condition failed, or another transaction holds the row: not possible now.
            Err(error) if error.code() == Some("TransactionCanceledException") => Ok(None),
            Err(error) => Err(StoreError::sdk("lease a token fetch")(error)),
        }
    }

    /// Stores the fetched tokens and releases the lease. False if the lease was lost by expiry or
    /// an uninstall.
    pub async fn store(
        &self,
        store: &StoreId,
        lease: &FetchLease,
        version: u64,
        sealed: Vec<u8>,
        obtained_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::token(store)))
            .update_expression(
                "SET sealed = :sealed, version = :version, obtained_at = :obtained_at, \
                 expires_at = :expires_at \
                 REMOVE lease_owner, lease_until",
            )
            .condition_expression("generation = :generation AND lease_owner = :owner")
            .expression_attribute_values(":generation", number(lease.generation))
            .expression_attribute_values(":owner", text(&lease.owner))
            .expression_attribute_values(":sealed", AttributeValue::B(sealed.into()))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":obtained_at", number(obtained_at.as_second()))
            .expression_attribute_values(":expires_at", number(expires_at.as_second()));
        Ok(applied(update.send().await, "store a token")?.is_some())
    }

    /// Releases the lease without a token, so that the next fetch need not wait for its expiry.
    pub async fn release(&self, store: &StoreId, lease: &FetchLease) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::token(store)))
            .update_expression("REMOVE lease_owner, lease_until")
            .condition_expression("generation = :generation AND lease_owner = :owner")
            .expression_attribute_values(":generation", number(lease.generation))
            .expression_attribute_values(":owner", text(&lease.owner));
        applied(update.send().await, "release a token fetch").map(drop)
    }

    /// Deletes the tokens of `generation` and of every older one.
    pub async fn delete(&self, store: &StoreId, generation: Generation) -> Result<(), StoreError> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::token(store)))
            .condition_expression("attribute_not_exists(store_id) OR generation <= :generation")
            .expression_attribute_values(":generation", number(generation));
        applied(delete.send().await, "delete a token").map(drop)
    }
}
