//! Webhooks at ShopRenter: registered at install, reconciled by every opening and every run, and
//! removed with the store.

mod failures;
mod fields;
mod keys;
mod removal;
mod repairs;

use e2e::{InProcess, PublishedEvent, Row, body_of, rows, status_of};
use serde_json::{Value, json};
use shopcall_core::access::CapabilityKey;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::random;
use shopcall_core::domain::{Generation, RunId, StoreId};
use shopcall_core::storage::KeyOwner;
use shoprenter_simulator::{RateConfig, Registration, ShopConfig, ShopHandle};

const FIRST: Generation = Generation(1);
const BEARER: (&str, &str) = ("authorization", "Bearer shopcall-bearer");

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// A small shop without a rate limit.
fn small() -> ShopConfig {
    let rate = RateConfig { per_second: 10_000, ..RateConfig::default() };
    ShopConfig { rate, ..ShopConfig::sized(1, 2, 1) }
}

async fn start() -> InProcess {
    InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await
}

/// The app, with a shop that has just installed it.
async fn installed() -> (InProcess, ShopHandle) {
    let app = start().await;
    let shop = app.shop("demo", small());
    assert_eq!(status_of(&app.open(&shop).await), 200);
    (app, shop)
}

/// Carries out a scheduled run of orders.
async fn run(app: &InProcess) {
    let detail = json!({
        "store_id": id(), "generation": store_generation(app).await, "resource": "orders",
        "mode": "incremental", "run_id": RunId::from_random(random::bytes()),
    });
    let event = PublishedEvent { detail_type: "SyncRequested".to_owned(), detail };
    app.sync(&event).await.unwrap();
}

async fn store_generation(app: &InProcess) -> Generation {
    app.services.stores().get(&id()).await.unwrap().unwrap().generation
}

/// The shop's webhooks with their ids, as the admin API lists them.
async fn listed(app: &InProcess, shop: &ShopHandle) -> Vec<Value> {
    let answer = api(app, shop, "GET", "webHooks?full=1&limit=200", None).await;
    match answer["items"].clone() {
        Value::Array(items) => items,
        Value::Object(item) => vec![Value::Object(item)],
        other => panic!("{other}"),
    }
}

/// Calls the shop's API as another client.
async fn api(
    app: &InProcess,
    shop: &ShopHandle,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Value {
    let http = shopcall_core::runtime::http_client().unwrap();
    let name = shop.state().name;
    let url = format!("{}/{name}/api/{path}", app.shoprenter.base_url());
    let request = http
        .request(method.parse().unwrap(), url)
        .bearer_auth(shop.issue_token())
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let request = match body {
        Some(body) => request.body(body.to_string()),
        None => request,
    };
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
}

/// Registered webhooks of an event.
fn webhooks_for(shop: &ShopHandle, event: &str) -> Vec<Registration> {
    shop.webhooks().into_iter().filter(|webhook| webhook.event == event).collect()
}

/// The key in an address.
fn key_in(url: &str) -> String {
    url.rsplit('/').next().unwrap().to_owned()
}

/// Current owner of the key in an address.
async fn owner_of(app: &InProcess, url: &str) -> Option<KeyOwner> {
    let key = CapabilityKey::parse(&key_in(url)).unwrap();
    app.services.webhooks().find_key(&key, app.clock.now()).await.unwrap()
}

/// Checks that each event has exactly one working webhook, with its own key.
async fn assert_right(app: &InProcess, shop: &ShopHandle) {
    let generation = store_generation(app).await;
    for event in ["order_confirm", "order_status_change"] {
        let webhooks = webhooks_for(shop, event);
        assert_eq!(webhooks.len(), 1, "{event}");
        assert!(webhooks[0].active, "{event}");
        let owner = owner_of(app, &webhooks[0].url).await.expect(event);
        assert_eq!((owner.store_id, owner.generation), (id(), generation));
        assert_eq!(owner.event.as_str(), event);
    }
}

/// Rows that concern webhooks.
async fn webhook_rows(app: &InProcess) -> Vec<Row> {
    let rows = rows(&app.dynamodb, &app.tables().stores).await;
    let is_its = |row: &Row| {
        let text = |name: &str| row.get(name).unwrap().as_s().unwrap();
        text("kind").starts_with("webhook") || text("store_id").starts_with("webhook")
    };
    let mut found: Vec<_> = rows.into_iter().filter(is_its).collect();
    found.sort_by_key(|row| format!("{:?}{:?}", row["store_id"], row["kind"]));
    found
}

/// Number of writes to the shop's webhooks.
fn writes(shop: &ShopHandle) -> u64 {
    let classes = ["POST api/webHooks", "PUT api/webHooks/{id}", "DELETE api/webHooks/{id}"];
    classes.iter().map(|class| shop.stats().count(class)).sum()
}

/// The store's status as ShopCall gets it.
async fn status(app: &InProcess) -> Value {
    let answer = app.stores("GET", "/stores/shoprenter:demo", "", &[BEARER]).await;
    serde_json::from_str(body_of(&answer)).unwrap()
}
