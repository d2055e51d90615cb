//! Writes conditional on the store being installed and sharing the resource: work still in progress
//! after an uninstall, or after the merchant stops sharing, writes nothing.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::CacheRepository;
use super::record::{self, CacheRecord, Cached};
use crate::domain::{Generation, Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, number, text};
use crate::storage::transaction::{Transacted, shares, transact};

/// Result of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guarded {
    /// The row is written.
    Done,
    /// The condition on the row itself failed.
    Refused,
    /// The store is not installed at that generation, or does not share the resource.
    NotInstalled,
}

impl CacheRepository {
    /// Writes a record other than an order, replacing any row of the same or an older generation.
    /// False if the store is not installed at the record's generation or does not share the
    /// resource.
    pub async fn put_if_installed<T: CacheRecord>(
        &self,
        store: &StoreId,
        record: &Cached<T>,
    ) -> Result<bool, StoreError> {
        let draft = record::draft(store, &keys::cache_partition(store, T::RESOURCE), record)?;
        let pointers = self.pointer_writes(store, T::RESOURCE, &draft, true).await?;
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(draft.item))
            .condition_expression("attribute_not_exists(id) OR generation <= :generation")
            .expression_attribute_values(":generation", number(record.generation))
            .build()
            .map_err(broken)?;
        let put = TransactWriteItem::builder().put(put).build();
        let writes = std::iter::once(put).chain(pointers).collect();
        let of = (T::RESOURCE, record.generation);
        Ok(self.write_if_installed(store, of, writes).await? != Guarded::NotInstalled)
    }

    /// Deletes a record. False if the store is not installed at `generation` or does not share the
    /// resource.
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
        let delete = TransactWriteItem::builder().delete(delete).build();
        let pointers = self.pointer_deletions(store, resource, id).await?;
        let writes = std::iter::once(delete).chain(pointers).collect();
        let of = (resource, generation);
        Ok(self.write_if_installed(store, of, writes).await? != Guarded::NotInstalled)
    }

    /// Runs `writes` in one transaction with a check of the store.
    pub(super) async fn write_if_installed(
        &self,
        store: &StoreId,
        (resource, generation): (Resource, Generation),
        writes: Vec<TransactWriteItem>,
    ) -> Result<Guarded, StoreError> {
        let check = shares(&self.stores_table, store, generation, resource)?;
        let all = std::iter::once(check).chain(writes).collect();
        Ok(match transact(&self.client, all, "write a record of an installed store").await? {
            Transacted::Done => Guarded::Done,
            Transacted::Refused(0) => Guarded::NotInstalled,
            Transacted::Refused(_) => Guarded::Refused,
        })
    }
}

pub(super) fn broken(_: BuildError) -> StoreError {
    StoreError::Malformed { table: "Cache" }
}
