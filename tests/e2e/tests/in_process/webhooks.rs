//! Order webhooks: deliveries, their rows, and the events published for them.

mod bodies;
mod dynamodb;
mod failures;
mod histories;
mod keys;
mod outer_ids;
mod processing;
mod storm;
mod timing;

use std::time::Duration;

use e2e::{InProcess, PublishedEvent, Row, eventually, rows, status_of};
use serde_json::{Value, json};
use shopcall_core::domain::{Order, StoreId};
use shopcall_core::storage::{Cached, RunStatus};
use shoprenter_simulator::{Kind, RateConfig, ShopConfig, ShopHandle};

/// Well above any duration here, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);
const FORM: &str = "application/x-www-form-urlencoded";

/// A shop with the app installed and the first syncs completed.
struct Connected {
    app: InProcess,
    shop: ShopHandle,
}

impl Connected {
    /// Ten orders, and a rate limit that is never reached.
    async fn small() -> Self {
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "50")]).await;
        let shop = connect(&app, "demo", quick(ShopConfig::sized(0, 10, 0))).await;
        Self { app, shop }
    }

    /// The shop's webhook address.
    fn address(&self) -> String {
        address(&self.shop)
    }

    async fn row(&self, index: u32) -> Option<Order> {
        row(&self.app, &self.shop, index).await
    }

    /// Waits for the row to satisfy a condition.
    async fn row_that(&self, index: u32, what: &str, is_wanted: impl Fn(&Order) -> bool) -> Order {
        eventually(what, TIMEOUT, || async { self.row(index).await.filter(&is_wanted) }).await
    }

    /// Waits until the shop has delivered its webhooks.
    async fn delivered(&self) {
        delivered(&self.shop).await;
    }

    /// The shop's current delivery for an order, with another status if given.
    fn body(&self, index: u32) -> Value {
        let truth = self.shop.record(Kind::Orders, index).unwrap();
        json!({ "orders": { "order": [payload(&truth)] } })
    }

    async fn post(&self, body: &Value) -> Value {
        let form = form(body);
        self.app.deliver(&self.address(), FORM, form.as_bytes()).await
    }

    /// Number of API requests for orders so far.
    fn asked(&self) -> u64 {
        self.shop.stats().count("GET api/orderExtend")
    }

    async fn cache(&self) -> Vec<Row> {
        sorted(rows(&self.app.dynamodb, &self.app.tables().cache).await)
    }
}

/// A shop without a rate limit.
fn quick(config: ShopConfig) -> ShopConfig {
    ShopConfig { rate: RateConfig { per_second: 1_000, ..RateConfig::default() }, ..config }
}

async fn connect(app: &InProcess, name: &str, config: ShopConfig) -> ShopHandle {
    let shop = app.shop(name, config);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    run_syncs(app).await;
    let runs = app.services.runs().latest(&store(name), 10).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
    shop
}

/// Carries out the requested syncs; returns the other events.
async fn run_syncs(app: &InProcess) -> Vec<PublishedEvent> {
    let mut others = Vec::new();
    for _ in 0..10 {
        let events = app.aws.take_events();
        if events.is_empty() {
            return others;
        }
        for event in events {
            if event.detail_type == "SyncRequested" {
                app.sync(&event).await.unwrap();
            } else {
                others.push(event);
            }
        }
    }
    panic!("the syncs do not end");
}

fn store(name: &str) -> StoreId {
    format!("shoprenter:{name}").parse().unwrap()
}

fn address(shop: &ShopHandle) -> String {
    let all = shop.webhooks();
    let changes = all.iter().find(|webhook| webhook.event == "order_status_change");
    changes.expect("a webhook is registered").url.clone()
}

async fn row(app: &InProcess, shop: &ShopHandle, index: u32) -> Option<Order> {
    let truth = shop.record(Kind::Orders, index).unwrap();
    let id = truth["outer_id"].as_str().or(truth["id"].as_str()).unwrap();
    let row: Option<Cached<Order>> =
        app.services.cache().get(&store(&shop.state().name), id).await.unwrap();
    row.map(|row| row.record)
}

async fn delivered(shop: &ShopHandle) {
    eventually("all webhooks are delivered", TIMEOUT, || async {
        (shop.state().pending_deliveries == 0).then_some(())
    })
    .await;
}

/// Events published for changed orders since the last call.
fn changes(events: &[PublishedEvent]) -> Vec<&Value> {
    let changes = events.iter().filter(|event| event.detail_type == "OrderChanged");
    changes.map(|event| &event.detail).collect()
}

fn form(body: &Value) -> String {
    format!("data={}", encoded(&body.to_string()))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An order as a webhook delivers it, from the simulator's record; dates are the shop's local time.
fn payload(truth: &Value) -> Value {
    let zone = jiff::tz::TimeZone::get("Europe/Budapest").unwrap();
    let local = |name: &str| {
        let at: jiff::Timestamp = truth[name].as_str().unwrap().parse().unwrap();
        zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    };
    json!({
        "innerId": truth["inner_id"].to_string(),
        "innerResourceId": format!("orders/{}", truth["id"].as_str().unwrap()),
        "firstname": truth["family"], "lastname": truth["given"],
        "phone": truth["phone"], "email": truth["email"],
        "currency": truth["currency"], "languageCode": "hu",
        "total": "1.0000", "totalGross": truth["total"],
        "orderHistory": {
            "status": truth["status"].to_string(),
            "statusText": status_name(truth["status"].as_u64().unwrap()),
            "dateAdded": local("updated"),
        },
        "orderProducts": { "orderProduct": [] },
    })
}

/// Hungarian names of the simulated shops' statuses.
fn status_name(status: u64) -> &'static str {
    match status {
        1 => "Függőben lévő",
        2 => "Feldolgozás alatt",
        3 => "Kiszállítás alatt",
        5 => "Teljesítve",
        7 => "Fizetésre vár",
        14 => "Törölve (sztornó)",
        other => panic!("{other} is not a status"),
    }
}

/// Hungarian name of an order's status.
fn status_of_order(order: &Order) -> Option<&str> {
    order.status.as_ref()?.names.get("hu").map(String::as_str)
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    let key = |row: &Row| {
        ["pk", "id"].map(|name| row.get(name).and_then(|value| value.as_s().ok()).cloned())
    };
    rows.sort_by_key(key);
    rows
}
