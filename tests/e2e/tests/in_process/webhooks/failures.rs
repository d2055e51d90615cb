//! Webhooks while a dependency fails.

use super::*;
use shoprenter_simulator::{Fault, FaultKind};

fn unavailable() -> Fault {
    Fault::new(FaultKind::Status { status: 503, retry_after: None }).on("/api/orderExtend")
}

#[tokio::test]
async fn webhook_data_is_kept_until_api_recovers() {
    for fault in [unavailable(), Fault::new(FaultKind::Hang).on("/api/orderExtend")] {
        let shop = Connected::small().await;
        shop.shop.add_fault(fault).unwrap();
        let index = shop.shop.place_order(&json!({ "status": 3 })).unwrap();
        let order = shop.row_that(index, "the order is there", |_| true).await;
        let truth = shop.shop.record(Kind::Orders, index).unwrap();
        assert!(order.provisional);
        assert_eq!(status_of_order(&order), Some("Kiszállítás alatt"));
        let total: rust_decimal::Decimal = truth["total"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            order.total_gross.unwrap().amount.normalize(),
            total.normalize(),
            "gross, not net"
        );
        assert_eq!(order.inner_id.as_deref(), Some(truth["inner_id"].to_string().as_str()));
        shop.delivered().await;
        assert_eq!(shop.shop.deliveries().last().unwrap().status, 200);

        shop.shop.clear_faults();
        let events = run_syncs(&shop.app).await;
        let published = changes(&events);
        assert_eq!(published.len(), 1, "{events:?}");
        assert_eq!(
            (&published[0]["provisional"], &published[0]["status"]["names"]["hu"]),
            (&json!(true), &json!("Kiszállítás alatt"))
        );
        let order = shop.row(index).await.unwrap();
        crate::orders_and_customers::assert_order(&order, &truth);
        assert!(!order.provisional);
    }
}

#[tokio::test]
async fn late_webhook_data_never_replaces_read_data() {
    let shop = Connected::small().await;
    let index = shop.shop.place_order(&json!({ "status": 1 })).unwrap();
    shop.row_that(index, "the order is there", |order| !order.provisional).await;
    let first = shop.body(index);
    let later = json!({ "status": 5, "updated": "2099-01-01T00:00:00Z" });
    shop.shop.update(Kind::Orders, index, &later).unwrap();
    let mut second = shop.body(index);
    second["orders"]["order"][0]["comment"] = json!("another digest");
    assert_eq!(status_of(&shop.post(&second).await), 200);
    shop.app.aws.take_events();
    let before = shop.cache().await;

    shop.shop.add_fault(unavailable()).unwrap();
    assert_eq!(status_of(&shop.post(&first).await), 200);
    assert_eq!(shop.cache().await, before);
    let events = shop.app.aws.take_events();
    assert_eq!(changes(&events).len(), 0);
    assert!(
        events.iter().any(|event| event.detail_type == "SyncRequested"),
        "a read-back is queued"
    );
}

#[tokio::test]
async fn unknown_status_name_keeps_webhook_data() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(0, 3, 0));
    assert_eq!(status_of(&app.open(&shop).await), 200);
    let index = shop.place_order(&json!({ "status": 1 })).unwrap();
    delivered(&shop).await;
    let order = row(&app, &shop, index).await.unwrap();
    assert!(order.provisional);
    assert_eq!(status_of_order(&order), Some("Függőben lévő"));
    run_syncs(&app).await;
    assert!(!row(&app, &shop, index).await.unwrap().provisional);
}

#[tokio::test]
async fn unpublished_change_is_published_on_webhook_retry() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let body = shop.body(index);
    shop.app.aws.refuse_events(usize::MAX);
    assert_eq!(status_of(&shop.post(&body).await), 503);
    assert_eq!(shop.app.aws.take_events(), []);
    assert!(shop.row(index).await.is_some());
    shop.app.aws.refuse_events(0);
    assert_eq!(status_of(&shop.post(&body).await), 200);
    assert_eq!(changes(&shop.app.aws.take_events()).len(), 1);
    assert_eq!(status_of(&shop.post(&body).await), 200);
    assert_eq!(shop.app.aws.take_events(), []);
}

#[tokio::test]
async fn refused_token_does_not_lose_the_order() {
    let shop = Connected::small().await;
    shop.shop.revoke_tokens();
    shop.shop
        .add_fault(
            Fault::new(FaultKind::Status { status: 401, retry_after: None }).on("/app/token"),
        )
        .unwrap();
    let index = shop.shop.place_order(&json!({ "status": 2 })).unwrap();
    let order = shop.row_that(index, "the order is there", |_| true).await;
    assert!(order.provisional);
}
