//! Limits webhooks to one requested run per store and resource a minute.

use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure as OnRefusal;
use jiff::{SignedDuration, Timestamp};

use super::HintRepository;
use crate::domain::{Generation, Resource, RunId, StoreId};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, number, text};
use crate::storage::lost_response::written_by;

/// How long a requested run blocks further ones.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

impl HintRepository {
    /// Claims the right to request the run `run_id`. False if one was requested for the same
    /// install within the last minute.
    pub async fn claim_read_back(
        &self,
        store: &StoreId,
        generation: Generation,
        resource: Resource,
        run_id: &RunId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut row = keys::read_back(store, resource);
        row.insert("generation".to_owned(), number(generation));
        row.insert("claimed_by".to_owned(), text(run_id.as_str()));
        row.insert("expires_at".to_owned(), number((now + PAUSE).as_second()));
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row))
            .condition_expression(
                "attribute_not_exists(pk) OR generation <> :generation OR expires_at <= :now",
            )
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":now", number(now.as_second()))
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let result = put.send().await;
        if result.as_ref().is_err_and(|error| written_by(error, run_id.as_str()).is_some()) {
            return Ok(true);
        }
        Ok(applied(result, "claim a read-back")?.is_some())
    }

    /// Releases the claim of a run that could not be requested.
    pub async fn release_read_back(
        &self,
        store: &StoreId,
        resource: Resource,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::read_back(store, resource)))
            .update_expression("SET expires_at = :past")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":past", number(0));
        applied(update.send().await, "release a read-back").map(drop)
    }
}
