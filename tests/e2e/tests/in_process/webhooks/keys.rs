//! Authentication by key.

use super::*;

#[tokio::test]
async fn wrong_key_is_refused_after_one_read() {
    let shop = Connected::small().await;
    let address = shop.address();
    let (route, key) = address.rsplit_once('/').unwrap();
    let other = if key.starts_with('A') { "B" } else { "A" };
    let altered = format!("{other}{}", &key[1..]);
    let body = form(&shop.body(first_ordered(&shop)));
    let before = shop.cache().await;
    let unknown = shopcall_core::access::CapabilityKey::from_random([9; 32]).reveal();
    let truncated = key[..42].to_owned();
    let cases = [
        (altered, 1),
        (unknown, 1),
        (truncated, 0),
        (format!("{key}A"), 0),
        (format!("{key}/"), 0),
        ("%00".to_owned(), 0),
        ("x".to_owned(), 0),
    ];
    let mut answers = Vec::new();
    for (wrong, reads) in cases {
        shop.app.aws.take_usage();
        let url = format!("{route}/{wrong}");
        let answer = shop.app.deliver(&url, FORM, body.as_bytes()).await;
        let usage = shop.app.aws.take_usage();
        assert_eq!(status_of(&answer), 403, "{wrong}");
        assert_eq!((usage.total_calls(), usage.calls_of("GetItem")), (reads, reads), "{wrong}");
        answers.push(answer);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(shop.cache().await, before);
    assert_eq!(shop.app.aws.take_events(), []);
}

#[tokio::test]
async fn key_writes_only_to_its_own_store() {
    let app = InProcess::start().await;
    let one = connect(&app, "one", ShopConfig::sized(0, 5, 0)).await;
    let two = connect(&app, "two", ShopConfig::sized(0, 5, 0)).await;
    let index = one.add(Kind::Orders, &json!({ "status": 1 })).unwrap();
    let truth = one.record(Kind::Orders, index).unwrap();
    let body = form(&json!({ "orders": { "order": [payload(&truth)] } }));
    let before = sorted(rows(&app.dynamodb, &app.tables().cache).await);
    // The other shop is queried and does not have the order.
    let answer = app.deliver(&address(&two), FORM, body.as_bytes()).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(sorted(rows(&app.dynamodb, &app.tables().cache).await), before);
    // It may not have the order yet: a run of its own orders is requested, and of no other store's.
    let events = app.aws.take_events();
    let asked: Vec<_> = events.iter().map(|event| &event.detail["store_id"]).collect();
    assert_eq!(asked, ["shoprenter:two"], "{events:?}");
    assert_eq!(events[0].detail_type, "SyncRequested");
}

#[tokio::test]
async fn old_key_is_refused_after_uninstall_and_reinstall() {
    let shop = Connected::small().await;
    let old = shop.address();
    let body = form(&shop.body(first_ordered(&shop)));
    let later = shoprenter_simulator::SignedCall { skew_seconds: 1, ..Default::default() };
    let url = shop.app.uninstall_url(&shop.shop, &later).await;
    assert_eq!(status_of(&shop.app.get(&url).await), 200);
    let before = shop.cache().await;
    let answer = shop.app.deliver(&old, FORM, body.as_bytes()).await;
    assert_eq!(status_of(&answer), 403);
    assert_eq!(shop.cache().await, before);

    shop.shop.set_installed(true);
    let later = shoprenter_simulator::SignedCall { skew_seconds: 5, ..Default::default() };
    let url = shop.app.open_url(&shop.shop, &later).await;
    assert_eq!(status_of(&shop.app.get(&url).await), 200);
    assert_ne!(shop.address(), old);
    assert_eq!(status_of(&shop.app.deliver(&old, FORM, body.as_bytes()).await), 403);
    let answer = shop.app.deliver(&shop.address(), FORM, body.as_bytes()).await;
    assert_eq!(status_of(&answer), 200);
}

fn first_ordered(shop: &Connected) -> u32 {
    let ordered =
        |index: &u32| !shop.shop.record(Kind::Orders, *index).unwrap()["status"].is_null();
    (0..10).find(ordered).unwrap()
}
