//! Malformed and unusual bodies.

use super::*;

#[tokio::test]
async fn unreadable_body_requests_one_run() {
    let shop = Connected::small().await;
    let before = shop.cache().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let large = vec![b'x'; 2 << 20];
    let good = form(&shop.body(0)).into_bytes();
    let cut = &good[..good.len() / 2];
    let cases: Vec<(&str, &[u8])> = vec![
        ("application/json", b""),
        ("application/json", b"null"),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"{\"orders\":{\"order\":7}}"),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b"{\"event\":\"newsletter_subscribe\",\"data\":{}}"),
        ("application/json", deep.as_bytes()),
        ("application/json", &large),
        (FORM, b"data="),
        (FORM, b"other=1"),
        (FORM, b"data=%7B%22orders%22"),
        (FORM, cut),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"or",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\
              Content-Transfer-Encoding: base64\r\n\r\neyJvcmRlcnMiOnt9fQ==\r\n--x--\r\n",
        ),
        ("application/json", b"\x1f\x8b\x08\x00\x00"),
        ("text/xml", b"<orders><order/></orders>"),
        ("", b"hello"),
    ];
    for (content_type, body) in cases {
        let answer = shop.app.deliver(&shop.address(), content_type, body).await;
        let name = String::from_utf8_lossy(&body[..body.len().min(60)]);
        assert_eq!(status_of(&answer), 200, "{content_type}: {name}");
        assert_eq!(e2e::body_of(&answer), "{\"orders\":0}", "{content_type}: {name}");
    }
    assert_eq!(shop.cache().await, before);
    let is_incremental = |events: Vec<PublishedEvent>| {
        let detail = |event: &PublishedEvent| {
            assert_eq!(event.detail_type, "SyncRequested");
            (event.detail["resource"].clone(), event.detail["mode"].clone())
        };
        let requested: Vec<_> = events.iter().map(detail).collect();
        requested == [(json!("orders"), json!("incremental"))]
    };
    assert!(is_incremental(shop.app.aws.take_events()), "one run a minute");
    shop.app.clock.advance(jiff::SignedDuration::from_secs(61));
    shop.app.deliver(&shop.address(), "text/xml", b"<orders/>").await;
    assert!(is_incremental(shop.app.aws.take_events()));
}

#[tokio::test]
async fn every_body_encoding_is_decoded() {
    use shoprenter_simulator::Encoding;
    for encoding in [Encoding::Multipart, Encoding::Form, Encoding::Json] {
        for bare_order in [0.0, 1.0] {
            let shop = Connected::small().await;
            let configured = shop.shop.configure(|config| {
                config.delivery.encoding = encoding;
                config.delivery.bare_order = bare_order;
            });
            configured.unwrap();
            let index = shop.shop.place_order(&json!({ "status": 2 })).unwrap();
            let order =
                shop.row_that(index, "the order is there", |order| !order.provisional).await;
            assert_eq!(status_of_order(&order), Some("Feldolgozás alatt"), "{encoding:?}");
        }
    }
}

#[tokio::test]
async fn promised_delivery_day_outlives_reading_back() {
    let shop = Connected::small().await;
    let index = shop.shop.place_order(&json!({ "status": 2 })).unwrap();
    let has_day = |order: &Order| !order.provisional && order.expected_delivery.is_some();
    let order = shop.row_that(index, "the order is there", has_day).await;
    shop.delivered().await;
    // Neither a status change nor a run has the day.
    shop.shop.set_order_status(index, 5).unwrap();
    let is_done = |order: &Order| status_of_order(order) == Some("Teljesítve");
    let later = shop.row_that(index, "the status", is_done).await;
    assert_eq!(later.expected_delivery, order.expected_delivery);
    shop.delivered().await;
    shop.shop.update(Kind::Orders, index, &json!({ "status": 3 })).unwrap();
    shop.app.clock.advance(jiff::SignedDuration::from_hours(2));
    shop.app.run_schedule().await.unwrap();
    run_syncs(&shop.app).await;
    let synced = shop.row(index).await.unwrap();
    assert_eq!(status_of_order(&synced), Some("Kiszállítás alatt"));
    assert_eq!(synced.expected_delivery, order.expected_delivery);
}

#[tokio::test]
async fn abandoned_cart_is_never_an_order_with_a_status() {
    let variables = [("WEBHOOK_ABANDONED_CARTS", "true"), ("SHOPRENTER_RATE_LIMIT", "50")];
    let app = InProcess::start_with(&variables).await;
    let shop = connect(&app, "demo", quick(ShopConfig::sized(0, 3, 0))).await;
    let index = shop.abandon_cart().unwrap();
    delivered(&shop).await;
    let order = row(&app, &shop, index).await.expect("read back");
    assert!(order.is_abandoned_cart() && !order.provisional);
    // A cart's history may have a text; without the API, the cart is not stored.
    shop.add_fault(
        shoprenter_simulator::Fault::new(shoprenter_simulator::FaultKind::Hang)
            .on("/api/orderExtend"),
    )
    .unwrap();
    let other = shop.add(Kind::Orders, &json!({ "status": 1 })).unwrap();
    let body =
        json!({ "orders": { "order": [payload(&shop.record(Kind::Orders, other).unwrap())] } });
    let hooks = shop.webhooks();
    let cart = hooks.iter().find(|webhook| webhook.event == "abandoned_cart").unwrap();
    let answer = app.deliver(&cart.url, FORM, form(&body).as_bytes()).await;
    assert_eq!(status_of(&answer), 200);
    assert!(row(&app, &shop, other).await.is_none());
}
