//! The log of runs: one row a run, written at its start and at its end, kept 90 days.

use aws_sdk_dynamodb::Client;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_items, to_item};

use super::error::StoreError;
use super::keys::{self, text};
use crate::domain::{Counts, Generation, Mode, Resource, RunId, StoreId};

const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

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
    /// Requests made to ShopRenter.
    pub requests: u64,
    /// Of those, how many ShopRenter refused with 429.
    pub throttled: u64,
    /// Milliseconds spent waiting for the shop's rate limit and for retries.
    pub waited_ms: u64,
    /// Milliseconds from start to end.
    pub duration_ms: u64,
    /// Why it failed, in words.
    pub reason: Option<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    run: String,
    day: String,
    expires_at: i64,
    #[serde(flatten)]
    record: &'a RunRecord,
}

impl RunRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Writes the run as it stands.
    pub async fn put(&self, record: &RunRecord) -> Result<(), StoreError> {
        let row = Row {
            run: keys::run(record.started_at, &record.run_id),
            day: record.started_at.strftime("%Y-%m-%d").to_string(),
            expires_at: (record.started_at + KEPT).as_second(),
            record,
        };
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item(row).map_err(StoreError::malformed("SyncRuns"))?))
            .send()
            .await
            .map_err(StoreError::sdk("log a run"))?;
        Ok(())
    }

    /// A store's last runs, newest first, 100 at the most.
    pub async fn latest(
        &self,
        store_id: &StoreId,
        limit: u8,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("store_id = :store_id")
            .expression_attribute_values(":store_id", text(store_id.to_string()))
            .scan_index_forward(false)
            .limit(i32::from(limit.min(100)))
            .send()
            .await
            .map_err(StoreError::sdk("list runs"))?;
        from_items(answer.items.unwrap_or_default()).map_err(StoreError::malformed("SyncRuns"))
    }
}
