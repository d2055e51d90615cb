//! The shop's rate limit, shared by every function and run: a schedule of evenly spaced slots.
//!
//! One row a store says when the next slot is free. A slot is taken by moving that on, so no two
//! requests get the same one, whichever Lambda they come from (the generic cell rate algorithm,
//! with a burst of one). Several are not taken at a time: one that its taker cannot use in time
//! is lost to all, and the write is small beside what a page costs.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use jiff::{SignedDuration, Timestamp};

use super::error::{StoreError, applied};
use super::keys::{self, Item, number};
use crate::domain::StoreId;

/// How often a lost race for a slot is run again.
const MAX_RACES: usize = 20;

/// The Stores table, as far as it holds the schedules.
#[derive(Debug, Clone)]
pub struct RateRepository {
    client: Client,
    table: String,
}

impl RateRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Takes the next free slot at or after `now`; the one after it is free `interval` later.
    pub async fn take_slot(
        &self,
        store: &StoreId,
        now: Timestamp,
        interval: SignedDuration,
    ) -> Result<Timestamp, StoreError> {
        for _ in 0..MAX_RACES {
            if let Some(slot) = self.queue(store, now, interval).await? {
                return Ok(slot);
            }
            if self.begin(store, now, interval).await? {
                return Ok(now);
            }
        }
        Err(StoreError::Contended { operation: "taking a slot" })
    }

    /// Takes the slot behind those that are taken. None where all of them have passed.
    async fn queue(
        &self,
        store: &StoreId,
        now: Timestamp,
        interval: SignedDuration,
    ) -> Result<Option<Timestamp>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::rate(store)))
            .update_expression("ADD next_ms :interval")
            .condition_expression("next_ms >= :now")
            .expression_attribute_values(":interval", number(interval.as_millis()))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .return_values(ReturnValue::UpdatedOld);
        let answer = applied(update.send().await, "take a slot")?;
        answer.map(|answer| slot(answer.attributes.as_ref())).transpose()
    }

    /// Takes `now`, where no slot lies ahead. False if somebody else was faster.
    async fn begin(
        &self,
        store: &StoreId,
        now: Timestamp,
        interval: SignedDuration,
    ) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::rate(store)))
            .update_expression("SET next_ms = :next")
            .condition_expression("attribute_not_exists(next_ms) OR next_ms < :now")
            .expression_attribute_values(":next", number((now + interval).as_millisecond()))
            .expression_attribute_values(":now", number(now.as_millisecond()));
        Ok(applied(update.send().await, "take a slot")?.is_some())
    }
}

fn slot(old: Option<&Item>) -> Result<Timestamp, StoreError> {
    old.and_then(|row| row.get("next_ms")?.as_n().ok()?.parse().ok())
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .ok_or(StoreError::Malformed { table: "Stores" })
}
