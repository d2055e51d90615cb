//! Writes that want the store to be installed: what is still at work when the app is removed
//! writes nothing any more.

use std::time::Duration;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem};

use super::record::{self, CacheRecord, Cached};
use super::{CacheRepository, FIRST_WAIT};
use crate::domain::{Generation, Resource, StoreId};
use crate::random;
use crate::store::error::StoreError;
use crate::store::keys::{self, number, text};

/// How often a transaction is tried that met another at the store's row.
const MAX_CONFLICTS: u32 = 8;
const REFUSED: &str = "ConditionalCheckFailed";

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guarded {
    /// It is done.
    Done,
    /// Its own condition refused it.
    Refused,
    /// The store is not installed at that generation.
    NotInstalled,
}

impl CacheRepository {
    /// Writes a record that is not an order over whatever is there, if the store is installed at
    /// the record's generation; false if it is not.
    pub async fn put_if_installed<T: CacheRecord>(
        &self,
        store: &StoreId,
        record: &Cached<T>,
    ) -> Result<bool, StoreError> {
        let draft = record::draft(store, &keys::cache_partition(store, T::RESOURCE), record)?;
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(draft.item))
            .condition_expression("attribute_not_exists(id) OR generation <= :generation")
            .expression_attribute_values(":generation", number(record.generation))
            .build()
            .map_err(broken)?;
        let write = TransactWriteItem::builder().put(put).build();
        Ok(self.write_if_installed(store, record.generation, write).await? != Guarded::NotInstalled)
    }

    /// Deletes a record, if the store is installed at `generation`; false if it is not.
    pub async fn delete_if_installed(
        &self,
        store: &StoreId,
        generation: Generation,
        resource: Resource,
        id: &str,
    ) -> Result<bool, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(store, resource)))
            .key("id", text(id))
            .condition_expression("attribute_not_exists(id) OR generation <= :generation")
            .expression_attribute_values(":generation", number(generation))
            .build()
            .map_err(broken)?;
        let write = TransactWriteItem::builder().delete(delete).build();
        Ok(self.write_if_installed(store, generation, write).await? != Guarded::NotInstalled)
    }

    /// Carries `write` out in one transaction with a look at the store.
    pub(super) async fn write_if_installed(
        &self,
        store: &StoreId,
        generation: Generation,
        write: TransactWriteItem,
    ) -> Result<Guarded, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.stores_table)
            .set_key(Some(keys::store(store)))
            .condition_expression("generation = :generation AND #state <> :uninstalled")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":uninstalled", text("uninstalled"))
            .build()
            .map_err(broken)?;
        let check = TransactWriteItem::builder().condition_check(check).build();
        let mut wait = FIRST_WAIT;
        for _ in 0..MAX_CONFLICTS {
            let items = [check.clone(), write.clone()];
            let transaction =
                self.client.transact_write_items().set_transact_items(Some(items.into()));
            let error = match transaction.send().await {
                Ok(_) => return Ok(Guarded::Done),
                Err(error) => error,
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(StoreError::sdk("write if installed")(error));
            };
            let codes: Vec<_> =
                cancelled.cancellation_reasons().iter().map(|reason| reason.code()).collect();
            match codes.as_slice() {
                [Some(REFUSED), ..] => return Ok(Guarded::NotInstalled),
                [_, Some(REFUSED)] => return Ok(Guarded::Refused),
                // Another transaction was at one of the rows.
                _ => tokio::time::sleep(jittered(wait)).await,
            }
            wait *= 2;
        }
        Err(StoreError::Contended { operation: "writing if installed" })
    }
}

/// Between half of it and all of it.
fn jittered(wait: Duration) -> Duration {
    let half = u64::try_from(wait.as_millis()).unwrap_or(0) / 2;
    Duration::from_millis(half + random::number() % (half + 1))
}

pub(super) fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Cache" }
}
