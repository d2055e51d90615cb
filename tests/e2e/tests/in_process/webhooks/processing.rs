//! Effects of a webhook while everything works.

use super::*;

#[tokio::test]
async fn placed_order_is_stored_with_named_status() {
    let shop = Connected::small().await;
    let index = shop.shop.place_order(&json!({ "status": 1 })).unwrap();
    let order = shop.row_that(index, "the order is there", |order| !order.provisional).await;
    assert_eq!(status_of_order(&order), Some("Függőben lévő"));
    crate::orders_and_customers::assert_order(
        &order,
        &shop.shop.record(Kind::Orders, index).unwrap(),
    );

    shop.shop.set_order_status(index, 5).unwrap();
    let is_done = |order: &Order| status_of_order(order) == Some("Teljesítve");
    let order = shop.row_that(index, "its status changes", is_done).await;
    crate::orders_and_customers::assert_order(
        &order,
        &shop.shop.record(Kind::Orders, index).unwrap(),
    );
    shop.delivered().await;

    let events = shop.app.aws.take_events();
    let changed: Vec<_> = changes(&events)
        .into_iter()
        .map(|detail| {
            assert_eq!(detail["order_id"], order.id.as_str());
            assert_eq!(detail["inner_id"], order.inner_id.clone().unwrap());
            assert_eq!(detail["store_id"], "shoprenter:demo");
            (detail["status"]["names"]["hu"].as_str().unwrap(), &detail["provisional"])
        })
        .collect();
    assert_eq!(changed, [("Függőben lévő", &json!(false)), ("Teljesítve", &json!(false))]);
}

#[tokio::test]
async fn duplicate_delivery_is_processed_once() {
    let shop = Connected::small().await;
    let mut index = 0;
    while shop.shop.record(Kind::Orders, index).unwrap()["status"].is_null() {
        index += 1;
    }
    let mut asked = shop.asked();
    for (status, is_new) in [(2, true), (2, false), (3, true), (2, true), (2, false)] {
        let patch = json!({ "status": status, "updated": "2026-07-01T10:00:00Z" });
        shop.shop.update(Kind::Orders, index, &patch).unwrap();
        let mut body = shop.body(index);
        body["orders"]["order"][0]["orderHistory"]["dateAdded"] = Value::Null;
        assert_eq!(status_of(&shop.post(&body).await), 200);
        assert_eq!(shop.asked() - asked, u64::from(is_new), "{status}");
        asked = shop.asked();
        let order = shop.row(index).await.unwrap();
        assert_eq!(status_of_order(&order), Some(status_name(status)));
    }
    let events = shop.app.aws.take_events();
    assert_eq!(changes(&events).len(), 3, "{events:?}");
}

#[tokio::test]
async fn outdated_delivery_is_read_back_and_changes_nothing() {
    let shop = Connected::small().await;
    let index = shop.shop.place_order(&json!({})).unwrap();
    shop.delivered().await;
    shop.shop.set_order_status(index, 3).unwrap();
    shop.delivered().await;
    let before = shop.cache().await;
    shop.app.aws.take_events();
    // The first state, hours late.
    let mut late = shop.body(index);
    late["orders"]["order"][0]["orderHistory"]["statusText"] = json!("Függőben lévő");
    assert_eq!(status_of(&shop.post(&late).await), 200);
    assert_eq!(shop.cache().await, before);
    assert_eq!(changes(&shop.app.aws.take_events()).len(), 0);
}

#[tokio::test]
async fn order_known_only_by_number_is_found() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 7 })).unwrap();
    let number = shop.shop.record(Kind::Orders, index).unwrap()["inner_id"].to_string();
    let body = json!({ "orders": { "order": { "innerId": number } } });
    assert_eq!(status_of(&shop.post(&body).await), 200);
    let order = shop.row(index).await.unwrap();
    assert_eq!((status_of_order(&order), order.provisional), (Some("Fizetésre vár"), false));
    let unknown = json!({ "orders": { "order": { "innerId": "999999" } } });
    let before = shop.cache().await;
    assert_eq!(status_of(&shop.post(&unknown).await), 200);
    assert_eq!(shop.cache().await, before);
}

#[tokio::test]
async fn order_missing_in_shop_is_not_written() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 1 })).unwrap();
    let body = shop.body(index);
    shop.shop.delete(Kind::Orders, index).unwrap();
    let before = shop.cache().await;
    let answer = shop.post(&body).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(shop.cache().await, before);
    // The API may lag behind, so a run looks again.
    let kinds: Vec<_> = shop.app.aws.take_events().into_iter().map(|e| e.detail_type).collect();
    assert_eq!(kinds, ["SyncRequested"]);
}

#[tokio::test]
async fn every_order_in_a_delivery_is_processed() {
    let shop = Connected::small().await;
    shop.shop.configure(|config| config.rate.per_second = 100).unwrap();
    let indexes: Vec<_> =
        (0..3).map(|_| shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap()).collect();
    let orders: Vec<_> = indexes
        .iter()
        .map(|index| payload(&shop.shop.record(Kind::Orders, *index).unwrap()))
        .collect();
    let answer = shop.post(&json!({ "orders": { "order": orders } })).await;
    assert_eq!((status_of(&answer), e2e::body_of(&answer)), (200, r#"{"orders":3}"#));
    for index in &indexes {
        assert_eq!(
            shop.row(*index).await.as_ref().and_then(status_of_order),
            Some("Feldolgozás alatt")
        );
    }
    run_syncs(&shop.app).await;
    for index in indexes {
        assert!(!shop.row(index).await.unwrap().provisional);
    }
}

#[tokio::test]
async fn run_publishes_and_counts_orders_webhooks_missed() {
    let shop = Connected::small().await;
    shop.shop.configure(|config| config.delivery.lose = 1.0).unwrap();
    let index = shop.shop.place_order(&json!({})).unwrap();
    shop.app.clock.advance(jiff::SignedDuration::from_hours(3));
    shop.app.run_schedule().await.unwrap();
    let events = run_syncs(&shop.app).await;
    let order = shop.row(index).await.unwrap();
    let changed = changes(&events);
    assert_eq!(changed.len(), 1, "{events:?}");
    assert_eq!(changed[0]["order_id"], order.id.as_str());
    let key = shopcall_core::storage::keys::webhook(
        &store("demo"),
        shopcall_core::domain::WebhookEvent::OrderConfirm,
    );
    let get = shop.app.dynamodb.get_item().table_name(&shop.app.tables().stores);
    let row = get.set_key(Some(key)).send().await.unwrap().item.unwrap();
    assert_eq!(row["missed"].as_n().unwrap(), "1");

    // No event is published twice.
    shop.app.clock.advance(jiff::SignedDuration::from_hours(3));
    shop.app.run_schedule().await.unwrap();
    assert_eq!(changes(&run_syncs(&shop.app).await).len(), 0);
}

#[tokio::test]
async fn brief_events_read_back_products_and_customers() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let config =
        ShopConfig { dialect: shoprenter_simulator::Dialect::Brief, ..ShopConfig::sized(3, 2, 2) };
    let shop = connect(&app, "demo", config).await;
    let address = shop.webhooks().first().expect("a webhook is registered").url.clone();
    let post = async |body: Value| {
        let answer = app.deliver(&address, "application/json", body.to_string().as_bytes()).await;
        assert_eq!(status_of(&answer), 200, "{answer}");
    };
    let cache = app.services.cache();
    let store = store("demo");

    let index = shop.add(Kind::Products, &json!({ "sku": "NEW-1" })).unwrap();
    let id = shop.record(Kind::Products, index).unwrap()["id"].as_str().unwrap().to_owned();
    post(json!({ "event": "product/create", "product": { "id": id } })).await;
    let product = cache.get::<shopcall_core::domain::Product>(&store, &id).await.unwrap().unwrap();
    assert_eq!(product.record.sku.as_deref(), Some("NEW-1"));

    shop.delete(Kind::Products, index).unwrap();
    post(json!({ "event": "product/delete", "product": { "id": id } })).await;
    assert_eq!(cache.get::<shopcall_core::domain::Product>(&store, &id).await.unwrap(), None);

    let index = shop.add(Kind::Customers, &json!({ "family": "Teszt" })).unwrap();
    let id = shop.record(Kind::Customers, index).unwrap()["id"].as_str().unwrap().to_owned();
    post(json!({ "event": "customer/create", "customer": { "id": id } })).await;
    let customer =
        cache.get::<shopcall_core::domain::Customer>(&store, &id).await.unwrap().unwrap();
    assert_eq!(customer.record.name.unwrap().family.as_deref(), Some("Teszt"));

    let index = shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let truth = shop.record(Kind::Orders, index).unwrap();
    post(json!({ "event": "order/create", "order": { "id": truth["id"] } })).await;
    eventually("the order is cached", TIMEOUT, || row(&app, &shop, index)).await;
}
