//! ShopCall's routes for a store: status, runs, sync configuration, claim; and their authentication.

mod claim;
mod listing;
mod refusals;
mod status;
mod sync_config;

use std::collections::BTreeSet;

use e2e::{InProcess, body_of, header_of, status_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shopcall_core::domain::{Counts, Generation, Mode, Resource, RunId, Store, StoreId};
use shopcall_core::storage::{RunRecord, RunStatus};
use shoprenter_simulator::{ShopConfig, ShopHandle, SignedCall};

const BEARER: (&str, &str) = ("authorization", "Bearer shopcall-bearer");

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// The app, with the shop `demo` just installed.
async fn installed() -> (InProcess, ShopHandle) {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(2, 1, 1));
    assert_eq!(status_of(&app.open(&shop).await), 200);
    (app, shop)
}

async fn uninstall(app: &InProcess, shop: &ShopHandle) {
    let call = SignedCall { skew_seconds: 1, ..SignedCall::default() };
    assert_eq!(status_of(&app.get(&app.uninstall_url(shop, &call).await).await), 200);
}

async fn store(app: &InProcess) -> Store {
    app.services.stores().get(&id()).await.unwrap().unwrap()
}

/// Sends a request with the valid bearer; returns the status and the body.
async fn ask(app: &InProcess, method: &str, target: &str, body: &str) -> (u64, Value) {
    let answer = app.stores(method, target, body, &[BEARER]).await;
    let is_problem = status_of(&answer) >= 400;
    let expected = if is_problem { "application/problem+json" } else { "application/json" };
    assert_eq!(header_of(&answer, "content-type"), expected, "{answer}");
    (status_of(&answer), serde_json::from_str(body_of(&answer)).unwrap())
}

async fn get(app: &InProcess, target: &str) -> (u64, Value) {
    ask(app, "GET", target, "").await
}

/// A run of a store, this many seconds after a day's noon.
fn run(store_id: &StoreId, day: &str, second: i64) -> RunRecord {
    let noon: Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
    RunRecord {
        store_id: store_id.clone(),
        generation: Generation(1),
        run_id: RunId::derived(&format!("{day} {second}")),
        resource: Resource::Orders,
        mode: Mode::Incremental,
        status: RunStatus::Completed,
        started_at: noon + SignedDuration::from_secs(second),
        counts: Counts { seen: 5, written: 3, unchanged: 1, deleted: 2, quarantined: 1 },
        requests: 7,
        throttled: 1,
        waited_ms: 800,
        duration_ms: 2500,
        reason: None,
        failure: None,
        missing_permissions: BTreeSet::new(),
        note: None,
    }
}

async fn log(app: &InProcess, record: &RunRecord) {
    assert!(app.services.runs().put(record, 1).await.unwrap());
}
