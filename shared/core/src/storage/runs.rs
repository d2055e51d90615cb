//! The log of runs: one row per run, written at its start and its end and kept for 90 days.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_items, to_item};

use super::error::{StoreError, applied};
use super::keys::{self, Item, number, text};
use crate::domain::{ApiError, Counts, Generation, Mode, Resource, RunId, StoreId};

const RETENTION: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Maximum runs in one page of the log.
const MAX_PAGE: u8 = 100;

/// The SyncRuns table.
#[derive(Debug, Clone)]
pub struct RunRepository {
    client: Client,
    table: String,
}

/// Status of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// In progress, or stopped without reporting an outcome.
    Running,
    /// Finished everything.
    Completed,
    /// Gave up; [`RunRecord::reason`] says why.
    Failed,
}

/// Why a run gave up, as shown to a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunFailure {
    /// The platform denies the app access to the shop.
    ClientRefused,
    /// The shop's owner has to grant a permission.
    MissingPermission,
    /// The platform limited requests, was out of order or could not be reached.
    #[serde(rename = "shop_renter_unavailable")]
    PlatformUnavailable,
    /// The platform's answer could not be used.
    #[serde(rename = "shop_renter_answer")]
    PlatformAnswer,
    /// The run was stopped by an uninstall or another run, or ran out of time.
    Stopped,
    /// The run was stopped because the merchant no longer shares the resource.
    #[serde(rename = "withheld")]
    NotShared,
    /// Anything else: an error on our side.
    #[serde(other)]
    Internal,
}

impl RunFailure {
    /// Classifies the error that made a run give up.
    pub fn of(error: &ApiError) -> Self {
        match error {
            ApiError::ClientRefused { .. } | ApiError::TokenRefused => Self::ClientRefused,
            ApiError::MissingPermission { .. } => Self::MissingPermission,
            ApiError::RateLimited { .. }
            | ApiError::Unavailable { .. }
            | ApiError::Unreachable(_) => Self::PlatformUnavailable,
            ApiError::NotFound { .. }
            | ApiError::PastEnd
            | ApiError::Rejected { .. }
            | ApiError::TooLarge { .. }
            | ApiError::Endless
            | ApiError::Malformed(_) => Self::PlatformAnswer,
            ApiError::NotInstalled | ApiError::OutOfTime => Self::Stopped,
            ApiError::UnsupportedPlatform | ApiError::Store(_) | ApiError::Seal => Self::Internal,
        }
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Store that owns the run.
    pub store_id: StoreId,
    /// Install that the run belongs to.
    pub generation: Generation,
    /// Id of the run.
    pub run_id: RunId,
    /// Resource that was read.
    pub resource: Resource,
    /// Whether everything was read, or only changes.
    pub mode: Mode,
    /// Status of the run.
    pub status: RunStatus,
    /// Start of the run.
    pub started_at: Timestamp,
    /// Numbers of records by outcome.
    pub counts: Counts,
    /// Requests sent to the platform.
    pub requests: u64,
    /// Requests refused with 429.
    pub throttled: u64,
    /// Milliseconds spent waiting for the shop's rate limit and for retries.
    pub waited_ms: u64,
    /// Milliseconds from start to end.
    pub duration_ms: u64,
    /// Reason for a failure, as text.
    pub reason: Option<String>,
    /// Kind of failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<RunFailure>,
    /// Permissions, under the platform's names, that the run lacked and did without.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing_permissions: BTreeSet<String>,
    /// Records left out by a completed run, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Position of a run in the log, where the next page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunKey {
    /// Store that owns the run.
    pub store_id: StoreId,
    /// Sort key of the run.
    pub run: String,
}

/// A page of the log, newest run first.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    /// Runs of the page.
    pub runs: Vec<RunRecord>,
    /// Key of the last run, if older ones may follow.
    pub next: Option<RunKey>,
}

#[derive(Serialize)]
struct Row<'a> {
    run: String,
    platform: &'a str,
    day: String,
    expires_at: i64,
    fence: u64,
    #[serde(flatten)]
    record: &'a RunRecord,
}

impl RunRecord {
    /// Creates the record of a run that starts at `started_at`.
    pub fn begun(
        store_id: StoreId,
        generation: Generation,
        run_id: RunId,
        (resource, mode): (Resource, Mode),
        started_at: Timestamp,
    ) -> Self {
        Self {
            store_id,
            generation,
            run_id,
            resource,
            mode,
            status: RunStatus::Running,
            started_at,
            counts: Counts::default(),
            requests: 0,
            throttled: 0,
            waited_ms: 0,
            duration_ms: 0,
            reason: None,
            failure: None,
            missing_permissions: BTreeSet::new(),
            note: None,
        }
    }

    /// Returns the run's position in the log.
    pub fn key(&self) -> RunKey {
        let run = keys::run(self.started_at, &self.run_id, self.resource);
        RunKey { store_id: self.store_id.clone(), run }
    }

    /// Returns the end of the run or, while it is in progress, the time of its last log entry. None
    /// if the time is out of range.
    pub fn ended_at(&self) -> Option<Timestamp> {
        let took = SignedDuration::from_millis(i64::try_from(self.duration_ms).ok()?);
        self.started_at.checked_add(took).ok()
    }
}

impl RunRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Logs a run that starts or continues under the lease with that fencing token. False if a
    /// later holder has written the row: the lease is lost.
    pub async fn put(&self, record: &RunRecord, fence: u64) -> Result<bool, StoreError> {
        let condition = "attribute_not_exists(fence) OR fence <= :fence";
        self.put_if(condition, record, fence).await
    }

    /// Updates a run in the log. False if a later holder has written the row or the store has been
    /// erased: a late write does not recreate a row.
    pub async fn amend(&self, record: &RunRecord, fence: u64) -> Result<bool, StoreError> {
        self.put_if("fence <= :fence", record, fence).await
    }

    async fn put_if(
        &self,
        condition: &str,
        record: &RunRecord,
        fence: u64,
    ) -> Result<bool, StoreError> {
        let row = Row {
            run: record.key().run,
            platform: record.store_id.platform().as_str(),
            day: day(record.started_at.to_zoned(TimeZone::UTC).date()),
            expires_at: (record.started_at + RETENTION).as_second(),
            fence,
            record,
        };
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item(row).map_err(StoreError::malformed("SyncRuns"))?))
            .condition_expression(condition)
            .expression_attribute_values(":fence", number(fence));
        Ok(applied(put.send().await, "log a run")?.is_some())
    }

    /// Lists a store's latest runs, newest first, at most 100.
    pub async fn latest(
        &self,
        store_id: &StoreId,
        limit: u8,
    ) -> Result<Vec<RunRecord>, StoreError> {
        Ok(self.of_store(store_id, limit, None).await?.runs)
    }

    /// Lists a store's runs, newest first, at most 100, optionally only those before the sort key
    /// `before` ([`RunKey::run`]).
    pub async fn of_store(
        &self,
        store_id: &StoreId,
        limit: u8,
        before: Option<&str>,
    ) -> Result<RunPage, StoreError> {
        let query = self.client.query().table_name(&self.table);
        let query = query.expression_attribute_values(":store_id", text(store_id.to_string()));
        let query = match before {
            None => query.key_condition_expression("store_id = :store_id"),
            Some(before) => query
                .key_condition_expression("store_id = :store_id AND run < :before")
                .expression_attribute_values(":before", text(before)),
        };
        page(query, limit).await
    }

    /// Lists the runs of all stores that started on that day (UTC), newest first, at most 100,
    /// optionally only those after `after`.
    pub async fn of_day(
        &self,
        date: Date,
        limit: u8,
        after: Option<&RunKey>,
    ) -> Result<RunPage, StoreError> {
        let day = day(date);
        let start = after.map(|key| {
            Item::from([
                ("day".to_owned(), text(&day)),
                ("run".to_owned(), text(&key.run)),
                ("store_id".to_owned(), text(key.store_id.to_string())),
            ])
        });
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_day")
            .key_condition_expression("#day = :day")
            .expression_attribute_names("#day", "day")
            .expression_attribute_values(":day", text(&day))
            .set_exclusive_start_key(start);
        page(query, limit).await
    }
}

async fn page(query: QueryFluentBuilder, limit: u8) -> Result<RunPage, StoreError> {
    let limit = i32::from(limit.clamp(1, MAX_PAGE));
    let answer = query.scan_index_forward(false).limit(limit).send().await;
    let answer = answer.map_err(StoreError::sdk("list runs"))?;
    let has_more = answer.last_evaluated_key.is_some();
    let runs: Vec<RunRecord> =
        from_items(answer.items.unwrap_or_default()).map_err(StoreError::malformed("SyncRuns"))?;
    let next = runs.last().filter(|_| has_more).map(RunRecord::key);
    Ok(RunPage { runs, next })
}

fn day(date: Date) -> String {
    date.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_failure_is_internal() {
        for (stored, known) in [
            ("\"missing_permission\"", RunFailure::MissingPermission),
            ("\"withheld\"", RunFailure::NotShared),
            ("\"of_tomorrow\"", RunFailure::Internal),
        ] {
            assert_eq!(serde_json::from_str::<RunFailure>(stored).unwrap(), known);
        }
    }
}
