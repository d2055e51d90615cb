//! The shop's rate limit, shared by all functions and runs: a schedule of evenly spaced slots.
//!
//! One row per store holds the next free slot. A client takes the slot by advancing the row on the
//! condition that it is unchanged, so that no two requests get the same slot, from whichever
//! Lambda. `slot` decides which slot may be taken when; this module only stores the
//! schedule. Slots are not taken far ahead: an unused one is lost to everyone.

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
    /// Next free slot, unless it is in the past.
    pub next: Timestamp,
    /// Time of the first slot that background work may claim.
    pub background: Timestamp,
}

/// Result of advancing a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The schedule is advanced.
    Done,
    /// The schedule had changed; this is the current one.
    Lost(Option<Schedule>),
}

/// Schedule rows of the Stores table.
#[derive(Debug, Clone)]
pub struct RateRepository {
    client: Client,
    table: String,
}

impl RateRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads the current schedule; None before a shop's first request.
    pub async fn read(&self, store: &StoreId) -> Result<Option<Schedule>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.set_key(Some(keys::rate(store))).send().await;
        schedule(answer.map_err(StoreError::sdk("read a schedule"))?.item())
    }

    /// Replaces `seen` with `new`, if the schedule is unchanged. A slot's time is never assigned
    /// twice, so it identifies the state of the row.
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
    // Rows written by an older version have no claim.
    Ok(Some(Schedule { next, background: at("background_ms").unwrap_or(next) }))
}
