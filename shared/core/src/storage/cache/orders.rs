//! Writes of orders: one by one, each on the condition that the row has not changed since it was
//! compared, so that no order is ever reverted and each change is reported by the write that makes
//! it.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_attribute_value};

use super::guarded::{Guarded, broken};
use super::newer::{self, Change, OrderVersion, Verdict};
use super::record::{self, Cached, Draft};
use super::twins::Twin;
use super::{CacheRepository, Drafts, Written};
use crate::domain::{History, Order, OrderStatus, Resource, StoreId};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, Item, number, text};
use crate::storage::transaction::{Transacted, transact};

/// Concurrent writes of a page.
const CONCURRENT_WRITES: usize = 16;
/// Attempts to write one order that changes concurrently.
const MAX_ATTEMPTS: usize = 16;

/// A written change of an order, as published in events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChange {
    /// Resource id on the platform.
    pub order_id: String,
    /// Order number that merchants and customers see.
    pub inner_id: Option<String>,
    /// Current status; None for a cart.
    pub status: Option<OrderStatus>,
    /// Whether the data comes from a webhook and was not read back.
    pub provisional: bool,
    /// Whether the order was unknown before, or a cart.
    pub is_placed: bool,
    /// Whether the status changed, or the order was unknown.
    pub is_of_status: bool,
    /// Whether the order was stored from a webhook that had not been read back yet.
    pub is_published_by_webhook: bool,
    /// When the shop made the change.
    pub updated_at: Option<Timestamp>,
}

/// A failure before all orders were written.
#[derive(Debug)]
pub struct Interrupted {
    /// The first error.
    pub error: StoreError,
    /// Changes of the orders that were written. Publish them now: a retry finds these orders
    /// unchanged.
    pub changes: Vec<OrderChange>,
}

impl From<StoreError> for Interrupted {
    fn from(error: StoreError) -> Self {
        Self { error, changes: Vec::new() }
    }
}

/// Result of writing an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderWrite {
    /// Written; the change, unless it has already been published.
    Written(Option<OrderChange>),
    /// The stored order is identical.
    Unchanged,
    /// The stored order is newer, or not known to be older.
    Outdated,
    /// The store is not installed at the order's generation, or does not share orders.
    NotInstalled,
}

/// Orders compared with the stored ones, about to be written.
pub struct ComparedOrders<'a> {
    store: &'a StoreId,
    orders: &'a [Cached<Order>],
    drafts: Drafts,
}

/// How a write is protected from an uninstall.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// The caller has checked its lease.
    Lease,
    /// The write checks in one transaction that the store is installed and shares orders.
    Installed,
}

/// An order about to be written.
struct Pending<'a> {
    store: &'a StoreId,
    order: &'a Order,
    draft: Draft,
    version: OrderVersion,
}

impl CacheRepository {
    /// Compares orders with the stored ones.
    pub async fn compare_orders<'a>(
        &self,
        store: &'a StoreId,
        orders: &'a [Cached<Order>],
    ) -> Result<ComparedOrders<'a>, StoreError> {
        let drafts = self.compare(store, orders).await?;
        Ok(ComparedOrders { store, orders, drafts })
    }

    /// Updates orders that were requested at `asked_at` or later: writes those that are new or
    /// newer than the stored ones, with their histories by id, and returns the changes. After an
    /// error no further write starts; writes in progress complete.
    pub async fn put_orders(
        &self,
        compared: ComparedOrders<'_>,
        histories: &HashMap<String, History>,
        asked_at: Timestamp,
    ) -> Result<(Written, Vec<OrderChange>), Interrupted> {
        let ComparedOrders { store, orders, drafts } = compared;
        let Drafts { changed, known, mut twins, all } = drafts;
        let has_failed = &AtomicBool::new(false);
        let writes = changed.into_values().map(|(place, draft)| {
            let is_known = known.contains_key(&draft.id);
            let twins = twins.remove(&draft.id).unwrap_or_default();
            let history = histories.get(&draft.id).unwrap_or(&History::None);
            async move {
                if has_failed.load(Ordering::Relaxed) {
                    return Ok(OrderWrite::Unchanged);
                }
                let Some(order) = orders.get(place) else { return Ok(OrderWrite::Unchanged) };
                let pending = pending(store, order, draft, history, asked_at);
                self.write_order(pending, is_known, &twins, Guard::Lease).await
            }
        });
        let mut written = Written { written: 0, unchanged: all as u64 };
        let (mut changes, mut first_error) = (Vec::new(), None);
        let mut writes = futures_util::stream::iter(writes).buffer_unordered(CONCURRENT_WRITES);
        while let Some(write) = writes.next().await {
            match write {
                Ok(OrderWrite::Written(change)) => {
                    written.written += 1;
                    written.unchanged -= 1;
                    changes.extend(change);
                }
                Ok(_) => {}
                Err(error) => {
                    has_failed.store(true, Ordering::Relaxed);
                    first_error.get_or_insert(error);
                }
            }
        }
        match first_error {
            Some(error) => Err(Interrupted { error, changes }),
            None => Ok((written, changes)),
        }
    }

    /// Writes an order that was requested, or arrived by webhook, at `at`, if it is newer than the
    /// stored one and the store is installed at the order's generation and shares orders. A
    /// provisional order keeps the id of the row that its number has.
    pub async fn put_order_if_installed(
        &self,
        store: &StoreId,
        order: &Cached<Order>,
        history: &History,
        at: Timestamp,
    ) -> Result<OrderWrite, StoreError> {
        let pk = keys::cache_partition(store, Resource::Orders);
        let mut order = order.clone();
        let expected_delivery = order.record.expected_delivery.take();
        let mut draft = record::draft(store, &pk, &order)?;
        let mut twins = self.twins_of(&pk, &draft).await?;
        if order.record.provisional && !twins.is_empty() {
            order.record.id = twins.swap_remove(0);
            draft = record::draft(store, &pk, &order)?;
            twins.clear();
        }
        let mut pending = pending(store, &order, draft, history, at);
        pending.version.expected_delivery = expected_delivery;
        self.write_order(pending, true, &twins, Guard::Installed).await
    }

    /// Writes an order, and then removes its rows under the ids of `twins`.
    async fn write_order(
        &self,
        pending: Pending<'_>,
        may_be_known: bool,
        twins: &[String],
        guard: Guard,
    ) -> Result<OrderWrite, StoreError> {
        let mut others = Vec::new();
        for id in twins {
            let version = self.version(pending.store, id).await?;
            others.extend(version.map(|version| Twin { id: id.clone(), version }));
        }
        let twin = others.first().map(|twin| &twin.version);
        let write = self.write_row(&pending, may_be_known, twin, guard).await?;
        if matches!(write, OrderWrite::Written(_) | OrderWrite::Unchanged) {
            for twin in others.iter().filter(|twin| twin.is_superseded_by(&pending.version)) {
                self.remove_twin(pending.store, twin).await?;
            }
        }
        Ok(write)
    }

    /// Writes an order's row if it is newer than the stored one, or than its `twin` if there is
    /// none.
    async fn write_row(
        &self,
        pending: &Pending<'_>,
        may_be_known: bool,
        twin: Option<&OrderVersion>,
        guard: Guard,
    ) -> Result<OrderWrite, StoreError> {
        let id = &pending.order.id;
        let mut known = if may_be_known { self.version(pending.store, id).await? } else { None };
        for _ in 0..MAX_ATTEMPTS {
            let before = known.as_ref().or(twin);
            match newer::judge(before, &pending.version) {
                Verdict::Write => {}
                Verdict::Same if pending.adds_history(known.as_ref()) => {
                    match self
                        .put_over(pending, known.as_ref(), before, (guard, Vec::new()))
                        .await?
                    {
                        Guarded::Done => return Ok(OrderWrite::Unchanged),
                        Guarded::NotInstalled => return Ok(OrderWrite::NotInstalled),
                        Guarded::Refused => known = self.version(pending.store, id).await?,
                    }
                    continue;
                }
                Verdict::Same => return Ok(OrderWrite::Unchanged),
                Verdict::Leave => return Ok(OrderWrite::Outdated),
            }
            let of = Resource::Orders;
            let pointers =
                self.pointer_writes(pending.store, of, &pending.draft, known.is_some()).await?;
            match self.put_over(pending, known.as_ref(), before, (guard, pointers)).await? {
                Guarded::Done => return Ok(OrderWrite::Written(pending.change(before))),
                Guarded::NotInstalled => return Ok(OrderWrite::NotInstalled),
                Guarded::Refused => {
                    let before = known;
                    known = self.version(pending.store, id).await?;
                    // The SDK's retry of a put whose response was lost fails on the put's own row.
                    // (A transaction has an idempotency token instead.)
                    let is_ours = known.as_ref().is_some_and(|known| pending.is_in(known));
                    if guard == Guard::Lease && is_ours {
                        return Ok(OrderWrite::Written(pending.change(before.as_ref().or(twin))));
                    }
                }
            }
        }
        Err(StoreError::Contended { operation: "write an order" })
    }

    /// Reads the stored version of the order.
    async fn version(&self, store: &StoreId, id: &str) -> Result<Option<OrderVersion>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(store, Resource::Orders)))
            .key("id", text(id))
            .projection_expression(
                "generation, digest, updated_at, read_at, provisional, #status, \
                 expected_delivery, history",
            )
            .expression_attribute_names("#status", "status")
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("look at an order"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Cache"))
    }

    /// Replaces `known` with the order, and its pointers, if the row is unchanged. What the order
    /// lacks is kept from the version `before`.
    async fn put_over(
        &self,
        pending: &Pending<'_>,
        known: Option<&OrderVersion>,
        before: Option<&OrderVersion>,
        (guard, pointers): (Guard, Vec<TransactWriteItem>),
    ) -> Result<Guarded, StoreError> {
        let (condition, values) = still(known);
        let item = pending.item_over(before)?;
        if guard == Guard::Lease && pointers.is_empty() {
            let put = self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item))
                .condition_expression(condition)
                .set_expression_attribute_values(values);
            let is_done = applied(put.send().await, "write an order")?.is_some();
            return Ok(if is_done { Guarded::Done } else { Guarded::Refused });
        }
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .set_expression_attribute_values(values)
            .build()
            .map_err(broken)?;
        let put = TransactWriteItem::builder().put(put).build();
        let writes = std::iter::once(put).chain(pointers).collect();
        if guard == Guard::Lease {
            let outcome = transact(&self.client, writes, "write an order with its numbers").await?;
            return Ok(if outcome == Transacted::Done { Guarded::Done } else { Guarded::Refused });
        }
        let of = (Resource::Orders, pending.version.generation);
        self.write_if_installed(pending.store, of, writes).await
    }
}

/// The condition that a row is unchanged since it was read, and its values.
fn still(known: Option<&OrderVersion>) -> (&'static str, Option<Item>) {
    let Some(known) = known else { return ("attribute_not_exists(id)", None) };
    let mut values = Item::from([
        (":seen_generation".to_owned(), number(known.generation)),
        (":seen_digest".to_owned(), text(&known.digest)),
    ]);
    let condition = match known.read_at {
        Some(read_at) => {
            values.insert(":seen_read_at".to_owned(), number(read_at));
            "generation = :seen_generation AND digest = :seen_digest AND read_at = :seen_read_at"
        }
        None => {
            "generation = :seen_generation AND digest = :seen_digest \
             AND attribute_not_exists(read_at)"
        }
    };
    (condition, Some(values))
}

/// Adds the time of the request to the row but not to the digest: a later request with the same
/// content is not a change. A row whose history is still to be read gets a digest of its own, so
/// that the next run that sees the order writes it again, with the history.
fn pending<'a>(
    store: &'a StoreId,
    cached: &'a Cached<Order>,
    mut draft: Draft,
    history: &History,
    at: Timestamp,
) -> Pending<'a> {
    let order = &cached.record;
    let read_at = at.as_millisecond();
    let mut digest = draft.digest.clone();
    draft.item.insert("read_at".to_owned(), number(read_at));
    if !order.provisional {
        record::note_sync(&mut draft.item, at);
    }
    let history = match history {
        History::Read(entries) => Some(entries.clone()),
        History::None => None,
        History::Later => {
            digest.push('?');
            draft.item.insert("digest".to_owned(), text(&digest));
            None
        }
    };
    let version = OrderVersion {
        generation: cached.generation,
        digest,
        updated_at: order.updated_at,
        read_at: Some(read_at),
        provisional: order.provisional,
        status: order.status.clone(),
        expected_delivery: order.expected_delivery,
        history,
    };
    Pending { store, order, draft, version }
}

impl fmt::Debug for ComparedOrders<'_> {
    /// Prints the number of orders only: the rows hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComparedOrders")
            .field("store", self.store)
            .field("orders", &self.orders.len())
            .field("changed", &self.drafts.changed.len())
            .finish()
    }
}

impl ComparedOrders<'_> {
    /// The orders that are new or differ from the stored ones.
    pub fn changed(&self) -> impl Iterator<Item = &Order> {
        let places = self.drafts.changed.values().map(|(place, _)| *place);
        places.filter_map(|place| self.orders.get(place)).map(|cached| &cached.record)
    }
}

impl Pending<'_> {
    /// The row, with the day of delivery and the history that the version `before` has, where the
    /// order has none.
    fn item_over(&self, before: Option<&OrderVersion>) -> Result<Item, StoreError> {
        let (mut item, own) = (self.draft.item.clone(), &self.version);
        let kept = before.and_then(|before| before.expected_delivery);
        if let Some(day) = own.expected_delivery.or(kept) {
            item.insert("expected_delivery".to_owned(), text(day.to_string()));
        }
        let before = before.filter(|before| before.generation == own.generation);
        if let Some(history) = own.history.as_ref().or_else(|| before?.history.as_ref()) {
            let history = to_attribute_value(history).map_err(StoreError::malformed("Cache"))?;
            item.insert("history".to_owned(), history);
        }
        Ok(item)
    }

    /// Whether the shop added to the history of an order that is otherwise unchanged.
    fn adds_history(&self, known: Option<&OrderVersion>) -> bool {
        let own = self.version.history.as_ref();
        own.is_some_and(|own| known.is_some_and(|known| known.history.as_ref() != Some(own)))
    }

    /// Whether the row is this version, requested at the same instant.
    fn is_in(&self, row: &OrderVersion) -> bool {
        let own = &self.version;
        row.generation == own.generation && row.digest == own.digest && row.read_at == own.read_at
    }

    fn change(&self, known: Option<&OrderVersion>) -> Option<OrderChange> {
        let change = newer::change(known, &self.version)?;
        let is_published_by_webhook = known.is_some_and(|known| known.provisional);
        Some(OrderChange {
            is_placed: change == Change::Placed,
            is_of_status: change != Change::Other,
            is_published_by_webhook,
            ..OrderChange::of(self.order)
        })
    }
}

impl OrderChange {
    /// Describes the current order without any change.
    pub fn of(order: &Order) -> Self {
        Self {
            order_id: order.id.clone(),
            inner_id: order.inner_id.clone(),
            status: order.status.clone(),
            provisional: order.provisional,
            is_placed: false,
            is_of_status: false,
            is_published_by_webhook: false,
            updated_at: order.updated_at,
        }
    }
}
