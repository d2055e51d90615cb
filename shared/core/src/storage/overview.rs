//! The full state of one store, in one read of its partition.

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

/// Partitions of the Stores table.
#[derive(Debug, Clone)]
pub struct OverviewRepository {
    client: Client,
    table: String,
}

/// A store and the state of its syncs.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreOverview {
    /// The store.
    pub store: Store,
    /// Sync state of each resource that the current generation has started to synchronise.
    pub syncs: BTreeMap<Resource, SyncState>,
    /// Webhook rows of the store.
    pub webhooks: WebhookRows,
    /// Shop context stored by the current generation's runs.
    pub context: Option<ShopContext>,
}

/// Sync state of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// Progress of completed runs.
    pub cursor: Option<Cursor>,
    /// Expiry of the lease. A crashed run leaves its lease in place until then.
    pub leased_until: Option<Timestamp>,
    /// Run that holds the lease, or held it until it expired.
    pub run_id: Option<RunId>,
    /// Progress of that run, once it has read something.
    pub progress: Option<Progress>,
}

/// Progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Completed pages.
    pub pages: u64,
    /// Number of pages, if the shop reports it.
    pub page_count: Option<u64>,
    /// Current phase.
    pub phase: Phase,
}

/// The displayed part of a checkpoint.
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
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Reads a store's state consistently, if the store exists.
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
    /// Returns the run's progress. None if the checkpoint belongs to another run: a failed run
    /// leaves its checkpoint behind.
    fn of_run(self, run_id: &RunId) -> Option<Progress> {
        let Self { record, next_page, page_count, phase } = self;
        (record.run_id == *run_id).then_some(Progress { pages: next_page, page_count, phase })
    }
}

impl SyncState {
    /// Returns the run in progress, according to its lease.
    pub fn running(&self, now: Timestamp) -> Option<&RunId> {
        self.run_id.as_ref().filter(|_| self.leased_until.is_some_and(|until| until > now))
    }
}

fn read<T: for<'a> Deserialize<'a>>(row: &Item) -> Result<T, StoreError> {
    from_item(row.clone()).map_err(StoreError::malformed("Stores"))
}
