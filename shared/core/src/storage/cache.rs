//! The Cache table: the records that the assistant looks up.

mod counted;
mod customer;
mod found;
mod guarded;
mod newer;
mod order;
mod orders;
mod pointers;
mod product;
mod record;
mod rows;
mod twins;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{Put, PutRequest, TransactWriteItem, WriteRequest};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::StoreError;
use super::keys::{self, Item, text};
use super::transaction::transact;
use crate::domain::{Resource, StoreId};
use record::Draft;

pub use counted::RowCount;
pub use orders::{ComparedOrders, Interrupted, OrderChange, OrderWrite};
pub use record::{CacheRecord, Cached, Lookups};
pub use rows::RowIds;

/// DynamoDB's limit for a batch of writes.
pub(crate) const BATCH: usize = 25;
/// How often unprocessed items of a batch are sent.
const MAX_ROUNDS: u32 = 8;
/// Bound on the digests read for a page of 200 records, however far apart its numbers are.
const MAX_COMPARED: usize = 5_000;
/// First wait before unprocessed items are sent again; doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(25);

/// Concurrent reads of records' pointers.
const CONCURRENT_READS: usize = 16;

/// Result of [`CacheRepository::put`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// New or changed rows.
    pub written: u64,
    /// Rows that were already identical.
    pub unchanged: u64,
}

/// The Cache table.
#[derive(Debug, Clone)]
pub struct CacheRepository {
    client: Client,
    table: String,
    stores_table: String,
}

/// Records as rows, compared with the table.
struct Drafts {
    /// New or changed rows by id, each with the index of its record.
    changed: BTreeMap<String, (usize, Draft)>,
    /// Existing rows, by id.
    known: HashMap<String, Known>,
    /// Other ids under which an order has a row, by its id.
    twins: BTreeMap<String, Vec<String>>,
    /// Number of distinct ids.
    all: usize,
}

/// An existing row.
struct Known {
    digest: String,
    number: String,
}

impl CacheRepository {
    /// Creates a repository over `table`; some writes check the store in `stores_table`.
    pub fn new(client: Client, table: String, stores_table: String) -> Self {
        Self { client, table, stores_table }
    }

    /// Updates rows: writes only new and changed records, which were requested at `asked_at`.
    ///
    /// If an id occurs several times, only its last record is written: DynamoDB rejects a batch
    /// that repeats a key.
    pub async fn put<T: CacheRecord>(
        &self,
        store: &StoreId,
        records: &[Cached<T>],
        asked_at: Timestamp,
    ) -> Result<Written, StoreError> {
        let Drafts { changed, known, all, .. } = self.compare(store, records).await?;
        let written = changed.len();
        let with_pointers = changed.into_values().map(|(_, draft)| {
            let is_known = known.contains_key(&draft.id);
            async move {
                let pointers = self.pointer_writes(store, T::RESOURCE, &draft, is_known).await?;
                Ok::<_, StoreError>((draft, pointers))
            }
        });
        let mut with_pointers =
            futures_util::stream::iter(with_pointers).buffered(CONCURRENT_READS);
        let mut writes = Vec::with_capacity(written);
        while let Some(next) = with_pointers.next().await {
            let (mut draft, pointers) = next?;
            record::note_sync(&mut draft.item, asked_at);
            if pointers.is_empty() {
                let put = PutRequest::builder().set_item(Some(draft.item)).build();
                let put = put.map_err(|_| StoreError::Malformed { table: "Cache" })?;
                writes.push(WriteRequest::builder().put_request(put).build());
            } else {
                self.put_with(draft.item, pointers).await?;
            }
        }
        for batch in writes.chunks(BATCH) {
            self.write_batch(batch.to_vec()).await?;
        }
        Ok(Written { written: written as u64, unchanged: (all - written) as u64 })
    }

    /// Writes a row and its pointers in one transaction.
    async fn put_with(
        &self,
        item: Item,
        pointers: Vec<TransactWriteItem>,
    ) -> Result<(), StoreError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item)).build();
        let put = TransactWriteItem::builder().put(put.map_err(guarded::broken)?).build();
        let writes = std::iter::once(put).chain(pointers).collect();
        transact(&self.client, writes, "write a record with several numbers").await.map(drop)
    }

    /// Converts records to rows, keeping the last one of each id, and finds those that differ from
    /// the table.
    async fn compare<T: CacheRecord>(
        &self,
        store: &StoreId,
        records: &[Cached<T>],
    ) -> Result<Drafts, StoreError> {
        let pk = keys::cache_partition(store, T::RESOURCE);
        let mut drafts = BTreeMap::new();
        for (place, cached) in records.iter().enumerate() {
            let draft = record::draft(store, &pk, cached)?;
            drafts.insert(draft.id.clone(), (place, draft));
        }
        // Substitutes for a missing number sort after all numbers. A range over both kinds would
        // include everything in between, so each kind is queried separately.
        let is_number = |number: &&str| number.starts_with(|first: char| first.is_ascii_digit());
        let (numbers, others): (BTreeSet<_>, BTreeSet<_>) =
            drafts.values().map(|(_, draft)| draft.number.as_str()).partition(is_number);
        let mut known = self.digests(&pk, &numbers).await?;
        known.extend(self.digests(&pk, &others).await?);
        let all = drafts.len();
        let twins = match T::RESOURCE {
            Resource::Orders => twins::of(&drafts, &known),
            Resource::Products | Resource::Customers => BTreeMap::new(),
        };
        drafts.retain(|id, (_, draft)| {
            let is_known = known.get(id).is_some_and(|known| known.digest == draft.digest);
            !is_known || twins.contains_key(id)
        });
        Ok(Drafts { changed: drafts, known, twins, all })
    }

    /// Reads the digests of the rows between the lowest and the highest of `numbers`, by id.
    ///
    /// A page lists neighbours, so the range holds little else (for records without a number it
    /// holds almost all of them); rows beyond the bound count as changed. The index can lag behind,
    /// in which case a row may be rewritten unnecessarily.
    async fn digests(
        &self,
        pk: &str,
        numbers: &BTreeSet<&str>,
    ) -> Result<HashMap<String, Known>, StoreError> {
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
            return Ok(HashMap::new());
        };
        let mut known = HashMap::new();
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_number")
            .key_condition_expression("pk = :pk AND #number BETWEEN :first AND :last")
            .projection_expression("id, digest, #number")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":first", text(*first))
            .expression_attribute_values(":last", text(*last))
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(StoreError::sdk("compare digests"))?;
            for row in page.items() {
                let attribute = |name: &str| row.get(name)?.as_s().ok().cloned();
                let row = attribute("digest").zip(attribute("number"));
                let row = row.map(|(digest, number)| Known { digest, number });
                known.extend(attribute("id").zip(row));
            }
            if known.len() > MAX_COMPARED {
                break;
            }
        }
        Ok(known)
    }

    /// Reads a record by the platform's id.
    pub async fn get<T: CacheRecord>(
        &self,
        store: &StoreId,
        id: &str,
    ) -> Result<Option<Cached<T>>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(store, T::RESOURCE)))
            .key("id", text(id))
            .send()
            .await
            .map_err(StoreError::sdk("read a record"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Cache"))
    }

    async fn write_batch(&self, mut writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        let mut wait = FIRST_WAIT;
        for _ in 0..MAX_ROUNDS {
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.table, writes)
                .send()
                .await
                .map_err(StoreError::sdk("write a batch"))?;
            writes = match answer.unprocessed_items.and_then(|mut left| left.remove(&self.table)) {
                Some(left) if !left.is_empty() => left,
                _ => return Ok(()),
            };
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        Err(StoreError::Contended { operation: "write a batch" })
    }
}
