//! Webhooks of unshared resources.

use e2e::eventually;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{History, Order};
use shopcall_core::storage::{Cached, OrderWrite};
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

const TIMEOUT: Duration = Duration::from_secs(30);
const JSON: &str = "application/json";

fn address(shop: &ShopHandle) -> String {
    let all = shop.webhooks();
    let changes = all.iter().find(|webhook| webhook.event == "order_status_change");
    changes.expect("a webhook is registered").url.clone()
}

/// A delivery about an order, complete enough to be stored without reading the order back.
fn body(shop: &ShopHandle, index: u32) -> Vec<u8> {
    let truth = shop.record(Kind::Orders, index).unwrap();
    let order = json!({
        "innerId": truth["inner_id"].to_string(),
        "innerResourceId": format!("orders/{}", truth["id"].as_str().unwrap()),
        "phone": truth["phone"], "totalGross": truth["total"], "currency": truth["currency"],
        "orderHistory": { "status": truth["status"].to_string(), "statusText": "Teljesítve" },
    });
    json!({ "orders": { "order": [order] } }).to_string().into_bytes()
}

#[tokio::test]
async fn delivery_for_unshared_orders_is_accepted_and_ignored() {
    let (app, shop) = connected(1, 5, 1).await;
    let url = address(&shop);
    stop_sharing(&app, Resource::Orders).await;
    deliver(&app).await;
    for is_down in [false, true] {
        if is_down {
            let down = FaultKind::Status { status: 503, retry_after: None };
            shop.add_fault(Fault::new(down).on("/api/orderExtend")).unwrap();
        }
        let index = shop.add(Kind::Orders, &json!({ "status": 5 })).unwrap();
        shop.reset_stats();
        let hints = rows(&app.dynamodb, &app.tables().installs).await.len();
        let answer = app.deliver(&url, JSON, &body(&shop, index)).await;
        assert_eq!(status_of(&answer), 200);
        assert_eq!(e2e::body_of(&answer), r#"{"orders":1}"#);
        assert_eq!(shop.stats().count("GET api/orderExtend"), 0);
        assert_eq!(app.aws.take_events(), []);
        assert_eq!(rows(&app.dynamodb, &app.tables().installs).await.len(), hints);
        assert_only_shared_is_there(&app, &shop).await;
    }
}

#[tokio::test]
async fn unsharing_during_a_delivery_leaves_no_rows() {
    let (app, shop) = connected(1, 5, 1).await;
    let index = shop.add(Kind::Orders, &json!({ "status": 5 })).unwrap();
    shop.add_fault(Fault::new(FaultKind::Hold).on("/api/orderExtend")).unwrap();
    let (url, body) = (address(&shop), body(&shop, index));
    let choosing = async {
        eventually("the order is requested", TIMEOUT, || async {
            (shop.faults()[0].harmed > 0).then_some(())
        })
        .await;
        stop_sharing(&app, Resource::Orders).await;
        shop.clear_faults();
    };
    let (answer, ()) = tokio::join!(app.deliver(&url, JSON, &body), choosing);
    assert_eq!(status_of(&answer), 200);
    deliver(&app).await;
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn earlier_read_back_is_not_written_after_unsharing() {
    let (app, shop) = connected(1, 5, 1).await;
    let truth = shop.record(Kind::Orders, 0).unwrap();
    let cache = app.services.cache();
    let id_of = truth["id"].as_str().unwrap();
    let order: Cached<Order> = cache.get(&id(), id_of).await.unwrap().unwrap();
    stop_sharing(&app, Resource::Orders).await;
    deliver(&app).await;
    let write =
        cache.put_order_if_installed(&id(), &order, &History::None, app.clock.now()).await.unwrap();
    assert_eq!(write, OrderWrite::NotInstalled);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn unsharing_removes_webhooks_sharing_restores_them() {
    let (app, shop) = connected(1, 5, 1).await;
    let url = address(&shop);
    stop_sharing(&app, Resource::Orders).await;
    deliver(&app).await;
    assert!(shop.webhooks().is_empty(), "the webhooks are removed without opening the app");
    // Deliveries in flight are still accepted.
    let index = shop.add(Kind::Orders, &json!({ "status": 5 })).unwrap();
    assert_eq!(status_of(&app.deliver(&url, JSON, &body(&shop, index)).await), 200);
    assert_only_shared_is_there(&app, &shop).await;

    share(&app, Resource::Orders).await;
    deliver(&app).await;
    assert_eq!(shop.webhooks().len(), 2);
    let index = shop.place_order(&json!({ "status": 5 })).unwrap();
    eventually("the order is stored", TIMEOUT, || async {
        let truth = shop.record(Kind::Orders, index).unwrap();
        let cache = app.services.cache();
        cache.get::<Order>(&id(), truth["id"].as_str().unwrap()).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn failed_webhook_removal_is_retried_by_schedule() {
    let (app, shop) = connected(1, 5, 1).await;
    let down = FaultKind::Status { status: 503, retry_after: None };
    shop.add_fault(Fault::new(down).on("/api/webHooks")).unwrap();
    stop_sharing(&app, Resource::Orders).await;
    deliver(&app).await;
    assert_eq!(shop.webhooks().len(), 2);
    assert_only_shared_is_there(&app, &shop).await;
    shop.clear_faults();
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    deliver(&app).await;
    assert!(shop.webhooks().is_empty());
    assert!(is_erased(&app, Resource::Orders).await);
}

#[tokio::test]
async fn erasure_of_other_records_keeps_webhooks() {
    let (app, shop) = connected(1, 1, 1).await;
    shop.reset_stats();
    unshared_and_erased(&app, Resource::Customers).await;
    assert_eq!(shop.webhooks().len(), 2);
    // The orders run has reconciled the webhooks, and no other run has.
    assert!(shop.stats().count("GET api/webHooks") <= 1);
}
