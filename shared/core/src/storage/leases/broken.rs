//! Revoking leases: their runs write no more than the current page.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};

use super::LeaseRepository;
use crate::domain::{Generation, Resource, StoreId};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, number};
use crate::storage::transaction::{Transacted, stops_sharing, transact};

/// Revokes the lease. Needs `:one`.
const BREAK: &str = "REMOVE lease_until, run_id, checkpoint, queued, handed_over ADD fence :one";
/// Revokes the lease and deletes all progress, so that the next run reads everything. Needs `:one`
/// and `#cursor`.
const BREAK_AND_FORGET: &str = "REMOVE lease_until, run_id, checkpoint, queued, handed_over, \
     finished_run, #cursor ADD fence :one";
/// Condition for revoking a lease. Needs `:generation`.
const OLD_ENOUGH: &str = "attribute_exists(store_id) AND generation <= :generation";

impl LeaseRepository {
    /// Revokes all leases of a generation and older ones.
    pub async fn break_all(
        &self,
        store_id: &StoreId,
        generation: Generation,
    ) -> Result<(), StoreError> {
        for resource in Resource::ALL {
            let update = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(keys::sync(store_id, resource)))
                .update_expression(BREAK)
                .condition_expression(OLD_ENOUGH)
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":generation", number(generation));
            applied(update.send().await, "break a lease")?;
        }
        Ok(())
    }

    /// Revokes the lease of a resource that the store does not share, and deletes its progress.
    /// Changes nothing if the store shares the resource.
    pub async fn break_not_shared(
        &self,
        store_id: &StoreId,
        generation: Generation,
        resource: Resource,
    ) -> Result<(), StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::sync(store_id, resource)))
            .update_expression(BREAK_AND_FORGET)
            .condition_expression(OLD_ENOUGH)
            .expression_attribute_names("#cursor", "cursor")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":generation", number(generation))
            .build()
            .map_err(|_| StoreError::Malformed { table: "Stores" })?;
        let items = vec![
            stops_sharing(&self.table, store_id, generation, resource)?,
            TransactWriteItem::builder().update(update).build(),
        ];
        // Refused: the resource is shared, or was never synchronised.
        let (Transacted::Done | Transacted::Refused(_)) =
            transact(&self.client, items, "break the lease of a resource that is not shared")
                .await?;
        Ok(())
    }

    /// Whether the lease is held, even if it has expired: its run may still write the current page.
    pub async fn is_held(
        &self,
        store_id: &StoreId,
        resource: Resource,
    ) -> Result<bool, StoreError> {
        let row = self.look(store_id, resource).await?;
        Ok(row.is_some_and(|row| row.lease_until.is_some()))
    }
}
