//! Writes that want the store to be installed, and to share what is written: what is still at work
//! when the app is removed, or a kind of record withheld, writes nothing any more.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::CacheRepository;
use super::record::{self, CacheRecord, Cached};
use crate::domain::{Generation, Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, number, text};
use crate::storage::transaction::{Transacted, shares, transact};

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guarded {
    /// It is done.
    Done,
    /// Its own condition refused it.
    Refused,
    /// The store is not installed at that generation, or does not share such records.
    NotInstalled,
}

impl CacheRepository {
    /// Writes a record that is not an order over whatever is there, if the store is installed at
    /// the record's generation and shares such records; false if not.
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
        let of = (T::RESOURCE, record.generation);
        Ok(self.write_if_installed(store, of, write).await? != Guarded::NotInstalled)
    }

    /// Deletes a record, if the store is installed at `generation` and shares such records; false if
    /// not.
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
        let of = (resource, generation);
        Ok(self.write_if_installed(store, of, write).await? != Guarded::NotInstalled)
    }

    /// Carries `write` out in one transaction with a look at the store.
    pub(super) async fn write_if_installed(
        &self,
        store: &StoreId,
        (resource, generation): (Resource, Generation),
        write: TransactWriteItem,
    ) -> Result<Guarded, StoreError> {
        let check = shares(&self.stores_table, store, generation, resource)?;
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
