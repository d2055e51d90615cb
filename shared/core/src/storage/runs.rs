//! The log of runs: one row a run, written at its start and at its end, kept 90 days.

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

const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Runs that one page of the log has at most.
const MAX_PAGE: u8 = 100;

/// The SyncRuns table.
#[derive(Debug, Clone)]
pub struct RunRepository {
    client: Client,
    table: String,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// At work, or ended without a word.
    Running,
    /// Everything it was to do is done.
    Completed,
    /// It gave up; the reason says why.
    Failed,
}

/// Why a run gave up, as far as a merchant can make something of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunFailure {
    /// The platform gives the app no access to the shop.
    ClientRefused,
    /// The shop's owner has to grant a permission.
    MissingPermission,
    /// The platform limits requests, is out of order or could not be reached.
    #[serde(rename = "shop_renter_unavailable")]
    PlatformUnavailable,
    /// The platform's answer could not be used.
    #[serde(rename = "shop_renter_answer")]
    PlatformAnswer,
    /// It was stopped: by an uninstall, by another run, or because the time was over.
    Stopped,
    /// It was stopped, because the merchant shares these records no more.
    Withheld,
    /// Anything else, which is ours to look into.
    #[serde(other)]
    Internal,
}

impl RunFailure {
    /// The kind of failure of a run that gave up over `error`.
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
    /// Whose.
    pub store_id: StoreId,
    /// The install it ran for.
    pub generation: Generation,
    /// Names it.
    pub run_id: RunId,
    /// What it read.
    pub resource: Resource,
    /// How much of it.
    pub mode: Mode,
    /// How it stands.
    pub status: RunStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// What it did, record by record.
    pub counts: Counts,
    /// Requests made to the platform.
    pub requests: u64,
    /// Of those, how many were refused with 429.
    pub throttled: u64,
    /// Milliseconds spent waiting for the shop's rate limit and for retries.
    pub waited_ms: u64,
    /// Milliseconds from start to end.
    pub duration_ms: u64,
    /// Why it failed, in words.
    pub reason: Option<String>,
    /// The kind of that reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<RunFailure>,
    /// What a run that came to its end has left out, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Names a run in the log, to go on behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunKey {
    /// Whose.
    pub store_id: StoreId,
    /// Its sort key.
    pub run: String,
}

/// A part of the log, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<RunRecord>,
    /// The last of them, where older ones may follow.
    pub next: Option<RunKey>,
}

#[derive(Serialize)]
struct Row<'a> {
    run: String,
    day: String,
    expires_at: i64,
    fence: u64,
    #[serde(flatten)]
    record: &'a RunRecord,
}

impl RunRecord {
    /// One that begins then and has done nothing yet.
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
            note: None,
        }
    }

    /// Where it stands in the log.
    pub fn key(&self) -> RunKey {
        let run = keys::run(self.started_at, &self.run_id, self.resource);
        RunKey { store_id: self.store_id.clone(), run }
    }

    /// When it ended; while it runs, when its log was last written. None where no such time can be.
    pub fn ended_at(&self) -> Option<Timestamp> {
        let took = SignedDuration::from_millis(i64::try_from(self.duration_ms).ok()?);
        self.started_at.checked_add(took).ok()
    }
}

impl RunRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Logs a run that begins or goes on, in the name of the lease with that fencing number. False
    /// where a later holder has written it: the lease is lost.
    pub async fn put(&self, record: &RunRecord, fence: u64) -> Result<bool, StoreError> {
        let condition = "attribute_not_exists(fence) OR fence <= :fence";
        self.put_if(condition, record, fence).await
    }

    /// Writes a run that is in the log already as it stands now. False where a later holder has
    /// written it, or where its store has been erased: what is late brings no row back.
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
            day: day(record.started_at.to_zoned(TimeZone::UTC).date()),
            expires_at: (record.started_at + KEPT).as_second(),
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

    /// A store's last runs, newest first, 100 at the most.
    pub async fn latest(
        &self,
        store_id: &StoreId,
        limit: u8,
    ) -> Result<Vec<RunRecord>, StoreError> {
        Ok(self.of_store(store_id, limit, None).await?.runs)
    }

    /// A store's runs, newest first, 100 at the most; those that stand before the sort key
    /// `before` ([`RunKey::run`]), where one is given.
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

    /// The runs of all stores that began on that day (UTC), newest first, 100 at the most; those
    /// behind `after`, where it is given.
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
    fn a_kind_of_failure_that_is_not_known_is_one_of_ours() {
        for (stored, known) in [
            ("\"missing_permission\"", RunFailure::MissingPermission),
            ("\"withheld\"", RunFailure::Withheld),
            ("\"of_tomorrow\"", RunFailure::Internal),
        ] {
            assert_eq!(serde_json::from_str::<RunFailure>(stored).unwrap(), known);
        }
    }
}
