//! Histories of orders: when they are read, what is kept, and what the assistant is told.

use e2e::{InProcess, PublishedEvent, body_of};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shopcall_core::domain::{Order, StoreId};
use shopcall_core::storage::Cached;
use shoprenter_simulator::{Fault, FaultKind, Kind, ShopConfig, ShopHandle};

use crate::sharing::{connect, deliver};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// A shop whose changes are found by runs alone: its webhooks are never delivered.
async fn shop() -> (InProcess, ShopHandle) {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
    let config = ShopConfig { abandoned_carts: 0.0, ..ShopConfig::sized(1, 10, 0) };
    let shop = connect(&app, "demo", config).await;
    (app, shop)
}

/// Requests of histories so far.
fn asked(shop: &ShopHandle) -> u64 {
    shop.stats().count("GET api/orderHistories")
}

async fn row(app: &InProcess, shop: &ShopHandle, index: u32) -> Order {
    let truth = shop.record(Kind::Orders, index).unwrap();
    let row: Option<Cached<Order>> =
        app.services.cache().get(&id(), truth["id"].as_str().unwrap()).await.unwrap();
    row.unwrap().record
}

/// Carries out a scheduled run.
async fn run(app: &InProcess) -> Vec<PublishedEvent> {
    app.clock.advance(SignedDuration::from_hours(2));
    app.run_schedule().await.unwrap();
    deliver(app).await
}

fn note(status: u32, comment: &str, minute: u32) -> Value {
    let added = jiff::Timestamp::now() - SignedDuration::from_mins(60)
        + SignedDuration::from_mins(i64::from(minute));
    json!({ "status": status, "comment": comment, "added": added.to_string() })
}

#[tokio::test]
async fn run_reads_the_history_of_changed_orders_only() {
    let (app, shop) = shop().await;
    assert_eq!(
        asked(&shop),
        0,
        "the first run reads old orders, whose histories are not asked for"
    );
    let notes: Vec<_> = (0..11).map(|minute| note(2, "", minute)).collect();
    let last = note(3, "<p>Csomagszám: <b>GLS-1</b></p>", 11);
    let notes = [notes, vec![last]].concat();
    shop.update(Kind::Orders, 3, &json!({ "status": 3, "history": notes })).unwrap();

    run(&app).await;

    assert_eq!(asked(&shop), 1);
    let history = row(&app, &shop, 3).await.history.unwrap();
    assert_eq!(history.len(), 10, "the newest ten of twelve");
    assert_eq!(history[0].comment.as_deref(), Some("Csomagszám: GLS-1"));
    assert_eq!(history[0].status.as_ref().unwrap().names["hu"], "Kiszállítás alatt");
    assert!(history.is_sorted_by_key(|entry| std::cmp::Reverse(entry.at)));
    assert!(history.iter().all(|entry| entry.at.is_some()));
    assert_eq!(row(&app, &shop, 4).await.history, None);

    let events = run(&app).await;
    assert_eq!(asked(&shop), 1, "nothing has changed");
    assert!(!events.iter().any(|event| event.detail_type == "OrderChanged"), "{events:?}");
}

#[tokio::test]
async fn refused_history_costs_one_request_and_nothing_else() {
    let (app, shop) = shop().await;
    for index in 3..6 {
        shop.update(Kind::Orders, index, &json!({ "status": 2 })).unwrap();
    }
    let refused = FaultKind::Status { status: 400, retry_after: None };
    shop.add_fault(Fault::new(refused).on("/api/orderHistories")).unwrap();

    let events = run(&app).await;

    let is_failure = |event: &&PublishedEvent| event.detail_type == "SyncFailed";
    assert_eq!(events.iter().find(is_failure).map(|event| &event.detail), None);
    for index in 3..6 {
        let order = row(&app, &shop, index).await;
        assert_eq!(order.status.unwrap().names["hu"], "Feldolgozás alatt");
        assert_eq!(order.history, None);
    }
    let before = asked(&shop);
    run(&app).await;
    assert_eq!(asked(&shop), before, "the orders are not read again for want of a history");
}

#[tokio::test]
async fn lookup_tells_the_history_of_an_order() {
    let (app, shop) = shop().await;
    let notes = [note(1, "", 0), note(3, "Csomagszám: GLS-1", 1)];
    let patch = json!({
        "phone": "+36 20 123 4567", "phone_e164": "+36201234567", "status": 3, "history": notes,
    });
    shop.update(Kind::Orders, 3, &patch).unwrap();
    run(&app).await;

    let bearer = [("authorization", "Bearer shopcall-bearer")];
    let path = "/stores/shoprenter:demo/lookup?phone=%2B36201234567";
    let answer = app.lookup("GET", path, &bearer).await;
    let found: Value = serde_json::from_str(body_of(&answer)).unwrap();

    let history = &found["orders"][0]["history"];
    assert_eq!(history[0]["comment"], "Csomagszám: GLS-1");
    assert_eq!(history[0]["status"]["names"]["hu"], "Kiszállítás alatt");
    assert!(history[0]["at"].is_string() && history[1].get("comment").is_none(), "{history}");
}
