//! One run at a time for each (store, resource): an expiring lease with a fencing number.

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

use super::echo::written_by;
use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use crate::domain::random;
use crate::domain::{Generation, Resource, RunId, StoreId};

/// How long a lease lasts without being renewed. A run renews it every 20 seconds and before each
/// write, so that what died leaves it free within the minute and a half.
const LEASE_LIFE: SignedDuration = SignedDuration::from_secs(90);
/// How long a run that goes on in another invocation keeps others out: longer than its event is
/// on the way, its retries included.
const HANDOVER_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// The Stores table, as far as it holds leases.
#[derive(Debug, Clone)]
pub struct LeaseRepository {
    client: Client,
    table: String,
}

/// What came of asking for a lease.
#[derive(Debug, Clone, PartialEq)]
pub enum Acquired {
    /// It is ours, and this is how far the same run had come before.
    Lease(Lease, Option<Box<Checkpoint>>),
    /// The same run holds it until then: it is at work elsewhere, or died there.
    HeldBySelf(Timestamp),
    /// Another run holds it, or is about to go on.
    HeldByOther,
    /// This very run has finished before, or a newer generation has begun.
    NotNeeded,
}

/// The right to synchronise one resource of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Whose.
    pub store_id: StoreId,
    /// Of what.
    pub resource: Resource,
    /// Rises with every lease of the pair: a holder with a lower number has lost it.
    pub fence: u64,
    /// How far this generation's runs have come before.
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
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Takes the lease if it is free or has run out. Where a repetition of the same request finds
    /// what the first one wrote, the lease is ours all the same.
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
        // Where it has been given back since, to ask again is right.
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
            .map_err(StoreError::sdk("look at a lease"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Stores"))
    }

    /// Extends the lease. False if it has been lost: its holder must write no more.
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

    /// Extends the lease and remembers how far its run has come. False if the lease has been lost.
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

    /// Leaves the lease to the same run in another invocation; nobody else gets it meanwhile.
    /// False if it has been lost.
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
        Ok(applied(update.send().await, "hand a lease over")?.is_some())
    }

    /// Ends the lease. `finished` is what the run has done, if it came to its end: it needs no
    /// repeating, and the cursor moves to its beginning.
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
