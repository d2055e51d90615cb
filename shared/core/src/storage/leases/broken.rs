//! Leases that are broken from outside: their runs write no more than the page in hand.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};

use super::LeaseRepository;
use crate::domain::{Generation, Resource, StoreId};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, number};
use crate::storage::transaction::{Transacted, transact, withholds};

/// Takes the lease away from whoever holds it. It needs `:one`.
const BREAK: &str = "REMOVE lease_until, run_id, checkpoint, queued, handed_over ADD fence :one";
/// The same, and forgets what the runs before have done: the next one reads everything.
const BREAK_AND_FORGET: &str = "REMOVE lease_until, run_id, checkpoint, queued, handed_over, \
     finished_run, #cursor ADD fence :one";
/// What may be broken. It needs `:generation`.
const OLD_ENOUGH: &str = "attribute_exists(store_id) AND generation <= :generation";

impl LeaseRepository {
    /// Breaks whatever leases a generation or an older one holds: its runs write no more.
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

    /// Breaks the lease of a resource that the store withholds, and forgets what its runs have
    /// done. Where the store shares the resource, by now or again, nothing is broken.
    pub async fn break_withheld(
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
            withholds(&self.table, store_id, generation, resource)?,
            TransactWriteItem::builder().update(update).build(),
        ];
        // Refused: it is shared, or nothing of it was ever begun.
        let (Transacted::Done | Transacted::Refused(_)) =
            transact(&self.client, items, "break the lease of what is withheld").await?;
        Ok(())
    }

    /// Whether anybody holds the lease, be it long overdue: such a run may still write the page in
    /// its hand.
    pub async fn is_held(
        &self,
        store_id: &StoreId,
        resource: Resource,
    ) -> Result<bool, StoreError> {
        let row = self.look(store_id, resource).await?;
        Ok(row.is_some_and(|row| row.lease_until.is_some()))
    }
}
