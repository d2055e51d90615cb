//! Everything that is known of one store, in one read of its partition.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::context::{kept, parse};
use super::error::StoreError;
use super::keys::{self, Item, text};
use super::{Cursor, Phase, WebhookRows};
use crate::domain::{Generation, Resource, RunId, ShopContext, Store, StoreId};

/// The Stores table, read by partition.
#[derive(Debug, Clone)]
pub struct OverviewRepository {
    client: Client,
    table: String,
}

/// A store and how its syncs stand.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreOverview {
    /// The store.
    pub store: Store,
    /// What its present generation has begun to synchronise.
    pub syncs: BTreeMap<Resource, SyncState>,
    /// What is known of its webhooks.
    pub webhooks: WebhookRows,
    /// What its present generation's runs kept of the shop, as they wrote it.
    pub context: Option<ShopContext>,
}

/// How the syncs of one resource stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// How far completed runs have come.
    pub cursor: Option<Cursor>,
    /// Until when a run holds the lease. One that died leaves it behind until then.
    pub leased_until: Option<Timestamp>,
    /// The run that holds the lease, or whose lease has run out.
    pub run_id: Option<RunId>,
    /// How far the run that holds the lease has come, once it has read something.
    pub progress: Option<Progress>,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Pages that are done.
    pub pages: u64,
    /// How many there are, where the shop tells it.
    pub page_count: Option<u64>,
    /// The part of the work it is at.
    pub phase: Phase,
}

/// A checkpoint, as far as it is shown.
#[derive(Deserialize)]
struct CheckpointRow {
    record: CheckpointRecord,
    next_page: u64,
    #[serde(default)]
    page_count: Option<u64>,
    #[serde(default)]
    phase: Phase,
}

#[derive(Deserialize)]
struct CheckpointRecord {
    run_id: RunId,
}

#[derive(Deserialize)]
struct SyncRow {
    generation: Generation,
    #[serde(default)]
    cursor: Option<Cursor>,
    #[serde(default)]
    lease_until: Option<i64>,
    #[serde(default)]
    run_id: Option<RunId>,
    #[serde(default)]
    checkpoint: Option<CheckpointRow>,
}

impl OverviewRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The store, if it is known, as it is now.
    pub async fn get(&self, id: &StoreId) -> Result<Option<StoreOverview>, StoreError> {
        let rows: Vec<Item> = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("store_id = :store_id")
            .expression_attribute_values(":store_id", text(id.to_string()))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<_, _>>()
            .await
            .map_err(StoreError::sdk("read a store's partition"))?;
        let of_kind = |key: Item| rows.iter().find(move |row| row.get("kind") == key.get("kind"));
        let Some(row) = of_kind(keys::store(id)) else { return Ok(None) };
        let store: Store = read(row)?;
        let mut syncs = BTreeMap::new();
        for resource in Resource::ALL {
            let row = of_kind(keys::sync(id, resource)).map(read::<SyncRow>).transpose()?;
            if let Some(row) = row.filter(|row| row.generation == store.generation) {
                syncs.insert(resource, row.state());
            }
        }
        let context = kept(of_kind(keys::context(id)).cloned(), store.generation)?;
        let webhooks = WebhookRows::read(rows, store.generation)?;
        let context = parse(context.as_deref());
        Ok(Some(StoreOverview { store, syncs, webhooks, context }))
    }
}

impl SyncRow {
    fn state(self) -> SyncState {
        let leased_until = self.lease_until.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        SyncState {
            cursor: self.cursor.filter(|cursor| cursor.generation == self.generation),
            leased_until,
            progress: self
                .checkpoint
                .zip(self.run_id.as_ref())
                .and_then(|(at, run)| at.of_run(run)),
            run_id: self.run_id,
        }
    }
}

impl CheckpointRow {
    /// None where it is another run's: that of a run that failed stays behind.
    fn of_run(self, run_id: &RunId) -> Option<Progress> {
        let Self { record, next_page, page_count, phase } = self;
        (record.run_id == *run_id).then_some(Progress { pages: next_page, page_count, phase })
    }
}

impl SyncState {
    /// The run that is at work now, as far as its lease tells.
    pub fn running(&self, now: Timestamp) -> Option<&RunId> {
        self.run_id.as_ref().filter(|_| self.leased_until.is_some_and(|until| until > now))
    }
}

fn read<T: for<'a> Deserialize<'a>>(row: &Item) -> Result<T, StoreError> {
    from_item(row.clone()).map_err(StoreError::malformed("Stores"))
}
