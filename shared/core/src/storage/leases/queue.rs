//! A queue of one run behind the run in progress.

use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;

use super::LeaseRepository;
use crate::domain::{RequestedMode, Resource, RunId, StoreId};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, text};

/// A run requested for when the current one has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// Id of the run.
    pub run_id: RunId,
    /// Requested mode.
    pub mode: RequestedMode,
}

impl LeaseRepository {
    /// Queues a run for when the current one has ended. A later request replaces an earlier one,
    /// unless it may read less. False if no run holds the lease by now.
    pub async fn queue(
        &self,
        store_id: &StoreId,
        resource: Resource,
        wanted: &Queued,
    ) -> Result<bool, StoreError> {
        let lesser = match wanted.mode {
            RequestedMode::Full => RequestedMode::Auto,
            mode => mode,
        };
        let value = to_attribute_value(wanted).map_err(StoreError::malformed("Stores"))?;
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(store_id, resource)))
            .update_expression("SET queued = :wanted")
            .condition_expression(
                "attribute_exists(lease_until) AND \
                 (attribute_not_exists(queued) OR queued.#mode IN (:mode, :lesser, :least))",
            )
            .expression_attribute_names("#mode", "mode")
            .expression_attribute_values(":wanted", value)
            .expression_attribute_values(":mode", text(wanted.mode.as_str()))
            .expression_attribute_values(":lesser", text(lesser.as_str()))
            .expression_attribute_values(":least", text(RequestedMode::Incremental.as_str()));
        if applied(update.send().await, "queue a run")?.is_some() {
            return Ok(true);
        }
        let row = self.look(store_id, resource).await?;
        Ok(row.is_some_and(|row| row.lease_until.is_some() && row.queued.is_some()))
    }

    /// Returns the queued run.
    pub async fn queued(
        &self,
        store_id: &StoreId,
        resource: Resource,
    ) -> Result<Option<Queued>, StoreError> {
        Ok(self.look(store_id, resource).await?.and_then(|row| row.queued))
    }

    /// Removes the queued run, once it has been requested.
    pub async fn unqueue(
        &self,
        store_id: &StoreId,
        resource: Resource,
        asked_for: &Queued,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(store_id, resource)))
            .update_expression("REMOVE queued")
            .condition_expression("queued.run_id = :run_id")
            .expression_attribute_values(":run_id", text(asked_for.run_id.as_str()));
        applied(update.send().await, "unqueue a run").map(drop)
    }
}
