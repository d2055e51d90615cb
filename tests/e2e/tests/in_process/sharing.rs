//! Sharing with the assistant: unshared records are erased and not read again, and records shared
//! again are all restored.

mod choices;
mod in_progress_runs;
mod interrupted;
mod schedule;
mod webhooks;

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use e2e::{InProcess, PublishedEvent, Row, differences, rows, status_of};
use jiff::SignedDuration;
use serde_json::json;
use shopcall_core::domain::{Generation, Resource, SCHEDULE_INTERVAL, Store, StoreId};
use shopcall_core::sync::Sharing;
use shoprenter_simulator::{Kind, RateConfig, ShopConfig, ShopHandle, SignedCall};

const FIRST: Generation = Generation(1);
/// Delay after which an erasure can be confirmed.
const LATE_ENOUGH: SignedDuration = SignedDuration::from_secs(121);
const KINDS: [(Resource, Kind); 3] = [
    (Resource::Products, Kind::Products),
    (Resource::Orders, Kind::Orders),
    (Resource::Customers, Kind::Customers),
];

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// The app, with the shop `demo` and all its records read.
async fn connected(products: u32, orders: u32, customers: u32) -> (InProcess, ShopHandle) {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
    let shop = connect(&app, "demo", ShopConfig::sized(products, orders, customers)).await;
    (app, shop)
}

pub(crate) async fn connect(app: &InProcess, name: &str, config: ShopConfig) -> ShopHandle {
    let rate = RateConfig { per_second: 10_000, ..RateConfig::default() };
    let shop = app.shop(name, ShopConfig { rate, ..config });
    assert_eq!(status_of(&app.open(&shop).await), 200);
    deliver(app).await;
    shop
}

/// Carries out the published events and their follow-ups; returns what they were.
pub(crate) async fn deliver(app: &InProcess) -> Vec<PublishedEvent> {
    let mut delivered = Vec::new();
    for _ in 0..20 {
        let events = app.aws.take_events();
        if events.is_empty() {
            return delivered;
        }
        for event in events {
            if ["SyncRequested", "EraseRequested"].contains(&event.detail_type.as_str()) {
                app.sync(&event).await.unwrap();
            }
            delivered.push(event);
        }
    }
    panic!("the events do not end");
}

pub(crate) async fn stop_sharing(app: &InProcess, resource: Resource) {
    let generation = store(app).await.generation;
    assert!(Sharing::new(&app.services).stop_sharing(&id(), generation, resource).await.unwrap());
}

pub(crate) async fn share(app: &InProcess, resource: Resource) {
    let generation = store(app).await.generation;
    assert!(Sharing::new(&app.services).share(&id(), generation, resource).await.unwrap());
}

/// Stops sharing a resource and waits until its records are erased.
async fn unshared_and_erased(app: &InProcess, resource: Resource) {
    stop_sharing(app, resource).await;
    deliver(app).await;
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    deliver(app).await;
    assert!(is_erased(app, resource).await);
}

async fn store(app: &InProcess) -> Store {
    app.services.stores().get(&id()).await.unwrap().unwrap()
}

async fn is_erased(app: &InProcess, resource: Resource) -> bool {
    store(app).await.not_shared[&resource].erased
}

/// Rows of one resource of a shop.
async fn cached(app: &InProcess, name: &str, resource: Resource) -> Vec<Row> {
    let pk = AttributeValue::S(format!("shoprenter:{name}#{resource}"));
    let all = rows(&app.dynamodb, &app.tables().cache).await;
    all.into_iter().filter(|row| row.get("pk") == Some(&pk)).collect()
}

async fn count(app: &InProcess, resource: Resource) -> usize {
    cached(app, "demo", resource).await.len()
}

/// Checks that the table equals the shop for each shared resource, and has no rows of the others.
async fn assert_only_shared_is_there(app: &InProcess, shop: &ShopHandle) {
    let store = store(app).await;
    for (resource, kind) in KINDS {
        if store.shares(resource) {
            assert_eq!(differences(app, shop, kind).await, [""; 0]);
        } else {
            assert_eq!(cached(app, "demo", resource).await, []);
        }
    }
}

fn erase_requested(resource: Resource, generation: Generation) -> PublishedEvent {
    let detail = json!({ "store_id": id(), "generation": generation, "resource": resource });
    PublishedEvent { detail_type: "EraseRequested".to_owned(), detail }
}

fn erasure_requests(events: &[PublishedEvent]) -> Vec<PublishedEvent> {
    events.iter().filter(|event| event.detail_type == "EraseRequested").cloned().collect()
}

/// Resources of the requested syncs.
fn syncs(events: &[PublishedEvent]) -> Vec<&str> {
    let syncs = events.iter().filter(|event| event.detail_type == "SyncRequested");
    syncs.map(|event| event.detail["resource"].as_str().unwrap()).collect()
}

/// Uninstalls and reinstalls the app with calls dated this much
/// later.
async fn reinstall(app: &InProcess, shop: &ShopHandle, moved: SignedDuration) {
    let at = |seconds: i64| SignedCall {
        skew_seconds: moved.as_secs() + seconds,
        ..SignedCall::default()
    };
    assert_eq!(status_of(&app.get(&app.uninstall_url(shop, &at(1)).await).await), 200);
    shop.set_installed(true);
    assert_eq!(status_of(&app.get(&app.open_url(shop, &at(2)).await).await), 200);
}
