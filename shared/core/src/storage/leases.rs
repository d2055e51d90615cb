//! One run at a time for each (store, resource): an expiring lease with a fencing token.

mod broken;
mod progress;
mod queue;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_attribute_value};

pub use progress::{Checkpoint, Cursor, Phase};
pub use queue::Queued;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use super::lost_response::written_by;
use crate::domain::random;
use crate::domain::{Generation, Resource, RunId, StoreId};

/// How long a lease lasts without renewal. A run renews it every 20 seconds and before each write;
/// after a crash it expires within a minute and a half.
const LEASE_LIFE: SignedDuration = SignedDuration::from_secs(90);
/// How long a lease is reserved for its run to continue in another invocation: longer than the
/// event's delivery, including retries.
const HANDOVER_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Lease rows of the Stores table.
#[derive(Debug, Clone)]
pub struct LeaseRepository {
    client: Client,
    table: String,
}

/// Result of [`LeaseRepository::acquire`].
#[derive(Debug, Clone, PartialEq)]
pub enum Acquired {
    /// Acquired, with the checkpoint of the same run, if it has one.
    Lease(Lease, Option<Box<Checkpoint>>),
    /// The same run holds the lease until then: it is in progress in another invocation, or crashed
    /// there.
    HeldBySelf(Timestamp),
    /// Another run holds the lease, or is about to continue.
    HeldByOther,
    /// This run has already finished, or a newer generation has started.
    NotNeeded,
}

/// The right to synchronise one resource of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Store to synchronise.
    pub store_id: StoreId,
    /// Resource to synchronise.
    pub resource: Resource,
    /// Fencing token; increases with every lease of the store and resource. A holder with a lower
    /// one has lost its lease.
    pub fence: u64,
    /// Progress of this generation's earlier runs.
    pub cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct Taken {
    fence: u64,
    #[serde(default)]
    checkpoint: Option<Checkpoint>,
    #[serde(default)]
    cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct CursorRow {
    #[serde(default)]
    cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct Holder {
    generation: Generation,
    #[serde(default)]
    run_id: Option<RunId>,
    #[serde(default)]
    finished_run: Option<RunId>,
    #[serde(default)]
    lease_until: Option<i64>,
    #[serde(default)]
    queued: Option<Queued>,
}

impl LeaseRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads the progress of a generation's completed runs; None before the first.
    pub async fn cursor(
        &self,
        store: &StoreId,
        resource: Resource,
        generation: Generation,
    ) -> Result<Option<Cursor>, StoreError> {
        let get = self.client.get_item().table_name(&self.table);
        let get = get.set_key(Some(keys::sync(store, resource)));
        let get =
            get.projection_expression("#cursor").expression_attribute_names("#cursor", "cursor");
        let row = get.send().await.map_err(StoreError::sdk("read a cursor"))?.item;
        let row: Option<CursorRow> =
            row.map(from_item).transpose().map_err(StoreError::malformed("Stores"))?;
        let cursor = row.and_then(|row| row.cursor);
        Ok(cursor.filter(|cursor| cursor.generation == generation))
    }

    /// Acquires the lease if it is free or has expired. A retry of the same request that finds its
    /// own write gets the lease too.
    pub async fn acquire(
        &self,
        store_id: &StoreId,
        resource: Resource,
        generation: Generation,
        run_id: &RunId,
        now: Timestamp,
    ) -> Result<Acquired, StoreError> {
        let owner = random::hex::<8>();
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(store_id, resource)))
            .update_expression(
                "SET generation = :generation, run_id = :run_id, lease_until = :until, \
                 claimed_by = :owner REMOVE handed_over ADD fence :one",
            )
            .condition_expression(
                "attribute_not_exists(store_id) OR generation < :generation OR \
                 (generation = :generation \
                  AND (attribute_not_exists(lease_until) OR lease_until <= :now \
                       OR (attribute_exists(handed_over) AND run_id = :run_id)) \
                  AND (attribute_not_exists(finished_run) OR finished_run <> :run_id))",
            )
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":run_id", text(run_id.as_str()))
            .expression_attribute_values(":until", number((now + LEASE_LIFE).as_millisecond()))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .expression_attribute_values(":owner", text(&owner))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let result = update.send().await;
        let row = match result.as_ref().map_err(|error| written_by(error, &owner)) {
            Err(Some(row)) => row.clone(),
            _ => match applied(result, "take a lease")? {
                Some(answer) => answer.attributes.unwrap_or_default(),
                None => return self.why_not(store_id, resource, generation, run_id).await,
            },
        };
        let row: Taken = from_item(row).map_err(StoreError::malformed("Stores"))?;
        let lease = Lease {
            store_id: store_id.clone(),
            resource,
            fence: row.fence,
            cursor: row.cursor.filter(|cursor| cursor.generation == generation),
        };
        let own = row.checkpoint.filter(|checkpoint| checkpoint.record.run_id == *run_id);
        Ok(Acquired::Lease(lease, own.map(Box::new)))
    }

    async fn why_not(
        &self,
        store_id: &StoreId,
        resource: Resource,
        generation: Generation,
        run_id: &RunId,
    ) -> Result<Acquired, StoreError> {
        let row = self.look(store_id, resource).await?;
        // Released in the meantime: the caller may ask again at once.
        let Some(row) = row else { return Ok(Acquired::HeldBySelf(Timestamp::MIN)) };
        let until = Timestamp::from_millisecond(row.lease_until.unwrap_or_default());
        let until = until.unwrap_or(Timestamp::MIN);
        Ok(if row.generation > generation || row.finished_run.as_ref() == Some(run_id) {
            Acquired::NotNeeded
        } else if row.run_id.as_ref().is_none_or(|held| held == run_id) {
            Acquired::HeldBySelf(until)
        } else {
            Acquired::HeldByOther
        })
    }

    async fn look(
        &self,
        store_id: &StoreId,
        resource: Resource,
    ) -> Result<Option<Holder>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(store_id, resource)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("read a lease"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Stores"))
    }

    /// Extends the lease. False if it has been lost: the holder must stop writing.
    pub async fn renew(&self, lease: &Lease, now: Timestamp) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(&lease.store_id, lease.resource)))
            .update_expression("SET lease_until = :until")
            .condition_expression("fence = :fence AND attribute_exists(lease_until)")
            .expression_attribute_values(":until", number((now + LEASE_LIFE).as_millisecond()))
            .expression_attribute_values(":fence", number(lease.fence));
        Ok(applied(update.send().await, "renew a lease")?.is_some())
    }

    /// Extends the lease and stores its run's checkpoint. False if the lease has been lost.
    pub async fn checkpoint(
        &self,
        lease: &Lease,
        checkpoint: &Checkpoint,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let value = to_attribute_value(checkpoint).map_err(StoreError::malformed("Stores"))?;
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(&lease.store_id, lease.resource)))
            .update_expression("SET lease_until = :until, checkpoint = :checkpoint")
            .condition_expression("fence = :fence AND attribute_exists(lease_until)")
            .expression_attribute_values(":until", number((now + LEASE_LIFE).as_millisecond()))
            .expression_attribute_values(":checkpoint", value)
            .expression_attribute_values(":fence", number(lease.fence));
        Ok(applied(update.send().await, "write a checkpoint")?.is_some())
    }

    /// Reserves the lease for the same run in another invocation. False if it has been lost.
    pub async fn hand_over(&self, lease: &Lease, now: Timestamp) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(&lease.store_id, lease.resource)))
            .update_expression("SET lease_until = :until, handed_over = :yes")
            .condition_expression("fence = :fence AND attribute_exists(lease_until)")
            .expression_attribute_values(":until", number((now + HANDOVER_LIFE).as_millisecond()))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":fence", number(lease.fence));
        Ok(applied(update.send().await, "hand over a lease")?.is_some())
    }

    /// Releases the lease. `finished` is the final checkpoint of a completed run: the run is not
    /// repeated, and the cursor moves to its start.
    pub async fn release(
        &self,
        lease: &Lease,
        finished: Option<&Checkpoint>,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::sync(&lease.store_id, lease.resource)))
            .condition_expression("fence = :fence")
            .expression_attribute_values(":fence", number(lease.fence));
        let update = match finished {
            Some(done) => {
                let cursor = to_attribute_value(lease.cursor_after(done))
                    .map_err(StoreError::malformed("Stores"))?;
                update
                    .update_expression(
                        "SET finished_run = :run_id, #cursor = :cursor \
                         REMOVE lease_until, run_id, checkpoint",
                    )
                    .expression_attribute_names("#cursor", "cursor")
                    .expression_attribute_values(":run_id", text(done.record.run_id.as_str()))
                    .expression_attribute_values(":cursor", cursor)
            }
            None => update.update_expression("REMOVE lease_until, run_id"),
        };
        applied(update.send().await, "release a lease").map(drop)
    }
}
