//! Writes that want the store to be installed: what is still at work when the app is removed
//! writes nothing any more.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::CacheRepository;
use super::record::{self, CacheRecord, Cached};
use crate::domain::{Generation, Resource, StoreId};
use crate::store::error::StoreError;
use crate::store::keys::{self, number, text};
use crate::store::transaction::{Transacted, is_installed, transact};

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
        let check = is_installed(&self.stores_table, store, generation)?;
        Ok(match transact(&self.client, vec![check, write], "write if installed").await? {
            Transacted::Done => Guarded::Done,
            Transacted::Refused(0) => Guarded::NotInstalled,
            Transacted::Refused(_) => Guarded::Refused,
        })
    }
}

pub(super) fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Cache" }
}
