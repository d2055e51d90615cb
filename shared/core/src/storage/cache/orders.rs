//! Writing orders: one by one, each on the condition that nobody else has written it since it was
//! compared, so that no order ever goes back and each change is noticed by whoever makes it.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::guarded::{Guarded, broken};
use super::newer::{self, Change, Telling, Verdict};
use super::record::{self, Cached, Draft};
use super::{CacheRepository, Drafts, Written};
use crate::domain::{Order, OrderStatus, Resource, StoreId};
use crate::storage::error::{StoreError, applied};
use crate::storage::keys::{self, Item, number, text};

/// Writes of a page that are under way at once.
const AT_ONCE: usize = 16;
/// How often a lost race for one order is tried again.
const MAX_RACES: usize = 16;

/// A change of an order that was written, as others are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChange {
    /// The platform's resource id.
    pub order_id: String,
    /// The number that merchants and customers see.
    pub inner_id: Option<String>,
    /// How far it is now; none for a cart.
    pub status: Option<OrderStatus>,
    /// Whether it is only what a webhook said.
    pub provisional: bool,
    /// Whether the order was not known before, or only as a cart.
    pub is_placed: bool,
    /// Whether it has another status than before, or was not known.
    pub is_of_status: bool,
    /// Whether a webhook had said something of the order that was not yet read back.
    pub is_announced: bool,
    /// When the shop made the change.
    pub updated_at: Option<Timestamp>,
}

/// Not all orders could be written.
#[derive(Debug)]
pub struct Interrupted {
    /// The first error.
    pub error: StoreError,
    /// What the orders changed that are written. Others must be told now: written again, they are
    /// the same.
    pub changes: Vec<OrderChange>,
}

impl From<StoreError> for Interrupted {
    fn from(error: StoreError) -> Self {
        Self { error, changes: Vec::new() }
    }
}

/// What became of an order that was to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderWrite {
    /// It is written; what that changes, if others have not been told.
    Written(Option<OrderChange>),
    /// It is there already, the same.
    Unchanged,
    /// What is there is newer, or nothing tells that it is not.
    Older,
    /// The store is not installed at the order's generation, or does not share its orders.
    NotInstalled,
}

/// Whether a write looks at the store, in one transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// The lease has been looked at instead.
    Lease,
    /// The store must be installed, and share its orders.
    Installed,
}

/// An order on its way into the table.
struct Pending<'a> {
    store: &'a StoreId,
    order: &'a Order,
    item: Item,
    telling: Telling,
}

impl CacheRepository {
    /// Brings orders up to date that were asked for at `asked_at` or later: writes those that are
    /// new or newer than what is there, and says what that changed. After an error no further
    /// write is begun; those under way are waited for.
    pub async fn put_orders(
        &self,
        store: &StoreId,
        orders: &[Cached<Order>],
        asked_at: Timestamp,
    ) -> Result<(Written, Vec<OrderChange>), Interrupted> {
        let Drafts { changed, known, all } = self.compare(store, orders).await?;
        let is_over = &AtomicBool::new(false);
        let writes = changed.into_values().map(|(place, draft)| {
            let is_known = known.contains_key(&draft.id);
            async move {
                if is_over.load(Ordering::Relaxed) {
                    return Ok(OrderWrite::Unchanged);
                }
                let Some(order) = orders.get(place) else { return Ok(OrderWrite::Unchanged) };
                let pending = pending(store, order, draft, asked_at);
                self.write_order(pending, is_known, Guard::Lease).await
            }
        });
        let mut written = Written { written: 0, unchanged: all as u64 };
        let (mut changes, mut first_error) = (Vec::new(), None);
        let mut writes = futures_util::stream::iter(writes).buffer_unordered(AT_ONCE);
        while let Some(write) = writes.next().await {
            match write {
                Ok(OrderWrite::Written(change)) => {
                    written.written += 1;
                    written.unchanged -= 1;
                    changes.extend(change);
                }
                Ok(_) => {}
                Err(error) => {
                    is_over.store(true, Ordering::Relaxed);
                    first_error.get_or_insert(error);
                }
            }
        }
        match first_error {
            Some(error) => Err(Interrupted { error, changes }),
            None => Ok((written, changes)),
        }
    }

    /// Writes an order that was asked for, or told by a webhook, at `at`, if it is newer than what
    /// is there, the store is installed at the order's generation, and it shares its orders.
    pub async fn put_order_if_installed(
        &self,
        store: &StoreId,
        order: &Cached<Order>,
        at: Timestamp,
    ) -> Result<OrderWrite, StoreError> {
        let pk = keys::cache_partition(store, Resource::Orders);
        let draft = record::draft(store, &pk, order)?;
        self.write_order(pending(store, order, draft, at), true, Guard::Installed).await
    }

    async fn write_order(
        &self,
        pending: Pending<'_>,
        may_be_known: bool,
        guard: Guard,
    ) -> Result<OrderWrite, StoreError> {
        let mut known = if may_be_known { self.telling(&pending).await? } else { None };
        for _ in 0..MAX_RACES {
            match newer::judge(known.as_ref(), &pending.telling) {
                Verdict::Write => {}
                Verdict::Same => return Ok(OrderWrite::Unchanged),
                Verdict::Leave => return Ok(OrderWrite::Older),
            }
            match self.put_over(&pending, known.as_ref(), guard).await? {
                Guarded::Done => return Ok(OrderWrite::Written(pending.change(known.as_ref()))),
                Guarded::NotInstalled => return Ok(OrderWrite::NotInstalled),
                Guarded::Refused => {
                    let before = known;
                    known = self.telling(&pending).await?;
                    // A put whose answer was lost is refused by itself when it is sent again. (A
                    // transaction has a token by which DynamoDB knows it.)
                    let is_ours = known.as_ref().is_some_and(|known| pending.is_in(known));
                    if guard == Guard::Lease && is_ours {
                        return Ok(OrderWrite::Written(pending.change(before.as_ref())));
                    }
                }
            }
        }
        Err(StoreError::Contended { operation: "writing an order" })
    }

    /// What the table has of the order.
    async fn telling(&self, pending: &Pending<'_>) -> Result<Option<Telling>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(pending.store, Resource::Orders)))
            .key("id", text(&pending.order.id))
            .projection_expression("generation, digest, updated_at, read_at, provisional, #status")
            .expression_attribute_names("#status", "status")
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("look at an order"))?;
        answer.item.map(from_item).transpose().map_err(StoreError::malformed("Cache"))
    }

    /// Puts the order in the place of `known`, if that is still there.
    async fn put_over(
        &self,
        pending: &Pending<'_>,
        known: Option<&Telling>,
        guard: Guard,
    ) -> Result<Guarded, StoreError> {
        let (condition, values) = still(known);
        let item = pending.item.clone();
        if guard == Guard::Lease {
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
        let write = TransactWriteItem::builder().put(put).build();
        let of = (Resource::Orders, pending.telling.generation);
        self.write_if_installed(pending.store, of, write).await
    }
}

/// The condition that a row is as it was seen, and what it compares with.
fn still(known: Option<&Telling>) -> (&'static str, Option<Item>) {
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

/// When it was asked for stands in the row beside what the digest covers: to ask again for the
/// same changes nothing.
fn pending<'a>(
    store: &'a StoreId,
    cached: &'a Cached<Order>,
    draft: Draft,
    at: Timestamp,
) -> Pending<'a> {
    let order = &cached.record;
    let read_at = at.as_millisecond();
    let mut item = draft.item;
    item.insert("read_at".to_owned(), number(read_at));
    let telling = Telling {
        generation: cached.generation,
        digest: draft.digest,
        updated_at: order.updated_at,
        read_at: Some(read_at),
        provisional: order.provisional,
        status: order.status.clone(),
    };
    Pending { store, order, item, telling }
}

impl Pending<'_> {
    /// Whether the row is this very one, asked for at the same instant.
    fn is_in(&self, row: &Telling) -> bool {
        let own = &self.telling;
        row.generation == own.generation && row.digest == own.digest && row.read_at == own.read_at
    }

    fn change(&self, known: Option<&Telling>) -> Option<OrderChange> {
        let change = newer::change(known, &self.telling)?;
        let is_announced = known.is_some_and(|known| known.provisional);
        Some(OrderChange {
            is_placed: change == Change::Placed,
            is_of_status: change != Change::Other,
            is_announced,
            ..OrderChange::of(self.order)
        })
    }
}

impl OrderChange {
    /// That the order is as it is, whatever was known before.
    pub fn of(order: &Order) -> Self {
        Self {
            order_id: order.id.clone(),
            inner_id: order.inner_id.clone(),
            status: order.status.clone(),
            provisional: order.provisional,
            is_placed: false,
            is_of_status: false,
            is_announced: false,
            updated_at: order.updated_at,
        }
    }
}
