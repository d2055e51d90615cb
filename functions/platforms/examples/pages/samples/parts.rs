//! Parts of sample stores.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{
    Counts, Currency, Generation, Mode, Money, Opening, Order, OrderStatus, Resource, RunId, Store,
    StoreId, WebhookEvent,
};
use shopcall_core::storage::{Registration, RunRecord, RunStatus};

use super::{LANGUAGES, now};

pub(super) fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

fn shop() -> StoreId {
    "shoprenter:mintabolt".parse().unwrap_or_else(|_| std::process::abort())
}

/// A store installed yesterday and due in half an hour.
pub(super) fn store() -> Store {
    match Store::open(None, &shop(), ago(1_500), None, ago(1_500)) {
        Opening::Begins(store) => Store { set_up: true, due_at: Some(ago(-31)), ..store },
        _ => std::process::abort(),
    }
}

pub(super) fn run(resource: Resource, mode: Mode, minutes: i64) -> RunRecord {
    RunRecord {
        store_id: shop(),
        generation: Generation::default().next(),
        run_id: RunId::from_random([u8::try_from(minutes % 250).unwrap_or(1); 16]),
        resource,
        mode,
        status: RunStatus::Completed,
        started_at: ago(minutes),
        counts: Counts { seen: 214, written: 12, unchanged: 202, deleted: 1, quarantined: 0 },
        requests: 4,
        throttled: 0,
        waited_ms: 900,
        duration_ms: 3_400,
        reason: None,
        failure: None,
        missing_permissions: BTreeSet::new(),
        note: None,
    }
}

pub(super) fn webhook(event: WebhookEvent, last_received: Option<Timestamp>) -> Registration {
    Registration {
        generation: Generation::default().next(),
        event,
        id: None,
        url_fingerprint: None,
        active: true,
        registered_at: Some(ago(1_500)),
        last_received,
        total_received: 41,
        missed: 0,
        silent_since: None,
        renewed_at: None,
        asked_fields: None,
        listed_fields: None,
    }
}

pub(super) fn order(number: &str, amount: &str, status: &str) -> Order {
    let names = LANGUAGES.map(|language| (language.as_str().to_owned(), status.to_owned()));
    let huf = Currency::parse("HUF").unwrap_or_else(|_| std::process::abort());
    let amount = amount.parse().unwrap_or_default();
    Order {
        id: "b3JkZXI=".to_owned(),
        inner_id: Some(number.to_owned()),
        status: Some(OrderStatus { id: None, names: names.into(), is_cancelled: false }),
        total_gross: Some(Money { amount, currency: huf }),
        ..Order::default()
    }
}
