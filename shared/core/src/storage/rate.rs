//! The shop's rate limit, shared by every function and run: a schedule of evenly spaced slots.
//!
//! One row a store says when the next slot is free. Whoever takes it moves that on, on the
//! condition that nobody else has, so no two requests get the same slot, whichever Lambda they come
//! from. Which slot may be taken when is decided elsewhere; here it is only kept. A slot is not
//! taken long ahead, and never for later: one that its taker cannot use is lost to all.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use jiff::Timestamp;

use super::error::StoreError;
use super::keys::{self, Item, number};
use crate::domain::StoreId;

/// A shop's schedule, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The next free slot, if it has not passed.
    pub next: Timestamp,
    /// From which slot on background work has a claim to one.
    pub background: Timestamp,
}

/// What became of an attempt to move a schedule on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is moved on.
    Done,
    /// Somebody else was faster, and this is the schedule now.
    Lost(Option<Schedule>),
}

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

    /// The schedule as it is; none before a shop's first request.
    pub async fn read(&self, store: &StoreId) -> Result<Option<Schedule>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.set_key(Some(keys::rate(store))).send().await;
        schedule(answer.map_err(StoreError::sdk("read a schedule"))?.item())
    }

    /// Puts `new` in the place of `seen`, if that is still the schedule. A slot's time is never
    /// given twice, so it tells one state of the row from all others.
    pub async fn advance(
        &self,
        store: &StoreId,
        seen: Option<Schedule>,
        new: Schedule,
    ) -> Result<Moved, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::rate(store)))
            .update_expression("SET next_ms = :next, background_ms = :background")
            .expression_attribute_values(":next", number(new.next.as_millisecond()))
            .expression_attribute_values(":background", number(new.background.as_millisecond()))
            .return_values_on_condition_check_failure(AllOld);
        let update = match seen {
            None => update.condition_expression("attribute_not_exists(next_ms)"),
            Some(seen) => update
                .condition_expression("next_ms = :seen")
                .expression_attribute_values(":seen", number(seen.next.as_millisecond())),
        };
        match update.send().await {
            Ok(_) => Ok(Moved::Done),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Moved::Lost(schedule(refused.item())?))
                }
                _ => Err(StoreError::sdk("take a slot")(error)),
            },
        }
    }
}

fn schedule(row: Option<&Item>) -> Result<Option<Schedule>, StoreError> {
    let Some(row) = row.filter(|row| !row.is_empty()) else { return Ok(None) };
    let at = |name: &str| {
        let ms = row.get(name)?.as_n().ok()?.parse().ok()?;
        Timestamp::from_millisecond(ms).ok()
    };
    let next = at("next_ms").ok_or(StoreError::Malformed { table: "Stores" })?;
    // Rows that an older version wrote have no claim in them.
    Ok(Some(Schedule { next, background: at("background_ms").unwrap_or(next) }))
}
