//! Sharing changes and their effects, undisturbed.

use e2e::{body_of, header_of};
use serde_json::Value;

use super::*;

const BEARER: [(&str, &str); 1] = [("authorization", "Bearer shopcall-bearer")];

#[tokio::test]
async fn only_unshared_records_are_erased() {
    let (app, shop) = connected(30, 20, 10).await;
    let neighbour = connect(&app, "neighbour", ShopConfig::sized(5, 6, 7)).await;
    stop_sharing(&app, Resource::Orders).await;
    let events = deliver(&app).await;
    assert_eq!(events, [erase_requested(Resource::Orders, FIRST)]);
    assert_only_shared_is_there(&app, &shop).await;
    for (resource, kind) in KINDS {
        assert_eq!(differences(&app, &neighbour, kind).await, [""; 0], "{resource}");
    }
}

#[tokio::test]
async fn any_or_all_resources_can_be_unshared() {
    let (app, shop) = connected(3, 4, 5).await;
    for (resource, _) in KINDS {
        stop_sharing(&app, resource).await;
        deliver(&app).await;
        assert_only_shared_is_there(&app, &shop).await;
    }
    assert_eq!(store(&app).await.next_sync_at(), None);
    for (resource, _) in KINDS {
        share(&app, resource).await;
        deliver(&app).await;
        assert_only_shared_is_there(&app, &shop).await;
    }
}

#[tokio::test]
async fn shared_again_records_equal_the_current_shop() {
    let (app, shop) = connected(10, 0, 30).await;
    unshared_and_erased(&app, Resource::Customers).await;
    shop.update(Kind::Customers, 3, &json!({ "family": "Változó" })).unwrap();
    shop.delete(Kind::Customers, 4).unwrap();
    shop.add(Kind::Customers, &json!({ "family": "Új" })).unwrap();
    share(&app, Resource::Customers).await;
    let events = deliver(&app).await;
    assert_eq!(syncs(&events), ["customers"]);
    assert_eq!(events[0].detail["mode"], "full");
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn last_of_quick_sharing_changes_wins() {
    let (app, shop) = connected(0, 60, 0).await;
    stop_sharing(&app, Resource::Orders).await;
    share(&app, Resource::Orders).await;
    stop_sharing(&app, Resource::Orders).await;
    let mut events = deliver(&app).await;
    assert_only_shared_is_there(&app, &shop).await;
    share(&app, Resource::Orders).await;
    deliver(&app).await;
    assert_only_shared_is_there(&app, &shop).await;
    // The events are then delivered again, in another order.
    events.reverse();
    for event in &events {
        app.sync(event).await.unwrap();
    }
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn long_erasure_continues_in_further_invocations() {
    let (app, shop) = connected(1000, 0, 5).await;
    stop_sharing(&app, Resource::Products).await;
    let (mut left, mut invocations) = (1000, 0);
    while let Some(event) = app.aws.take_events().pop() {
        invocations += 1;
        app.sync_within(&event, Duration::ZERO).await.unwrap();
        let found = count(&app, Resource::Products).await;
        assert!(found < left, "an invocation made no progress");
        left = found;
    }
    assert_eq!((left, invocations > 10), (0, true), "{invocations} invocations");
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn unshared_records_stay_unshared_after_reinstall() {
    for is_confirmed in [false, true] {
        let (app, shop) = connected(4, 5, 6).await;
        let mut moved = SignedDuration::ZERO;
        if is_confirmed {
            unshared_and_erased(&app, Resource::Orders).await;
            moved = SCHEDULE_INTERVAL;
        } else {
            // The event is never delivered.
            stop_sharing(&app, Resource::Orders).await;
            app.aws.take_events();
        }
        reinstall(&app, &shop, moved).await;
        let events = deliver(&app).await;
        assert_eq!(syncs(&events), ["products", "customers"], "{is_confirmed}");
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
        let events = deliver(&app).await;
        assert_eq!(erasure_requests(&events).len(), usize::from(!is_confirmed));
        assert!(is_erased(&app, Resource::Orders).await);
        assert_only_shared_is_there(&app, &shop).await;
        share(&app, Resource::Orders).await;
        deliver(&app).await;
        assert_only_shared_is_there(&app, &shop).await;
    }
}

#[tokio::test]
async fn sharing_change_of_ended_install_is_ignored() {
    let (app, shop) = connected(2, 2, 2).await;
    reinstall(&app, &shop, SignedDuration::ZERO).await;
    deliver(&app).await;
    let sharing = Sharing::new(&app.services);
    assert!(!sharing.stop_sharing(&id(), FIRST, Resource::Orders).await.unwrap());
    assert!(!sharing.share(&id(), FIRST, Resource::Orders).await.unwrap());
    app.sync(&erase_requested(Resource::Orders, FIRST)).await.unwrap();
    assert_eq!(app.aws.take_events(), []);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn sync_of_unshared_resource_returns_409() {
    let (app, _shop) = connected(2, 2, 2).await;
    let body = r#"{"store_id":"shoprenter:demo","mode":"full"}"#;
    unshared_and_erased(&app, Resource::Products).await;
    let answer = app.post_products(body, &BEARER).await;
    assert_eq!(status_of(&answer), 409);
    assert_eq!(header_of(&answer, "content-type"), "application/problem+json");
    assert!(body_of(&answer).contains("does not share"), "{answer}");
    assert_eq!(status_of(&app.post_sync(body, &BEARER).await), 202);
    assert_eq!(syncs(&app.aws.take_events()), ["orders", "customers"]);
    stop_sharing(&app, Resource::Orders).await;
    stop_sharing(&app, Resource::Customers).await;
    deliver(&app).await;
    assert_eq!(status_of(&app.post_sync(body, &BEARER).await), 409);
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn status_says_what_is_shared() {
    let (app, _shop) = connected(1, 1, 1).await;
    let shared = async || {
        let answer = app.stores("GET", "/stores/shoprenter:demo", "", &BEARER).await;
        serde_json::from_str::<Value>(body_of(&answer)).unwrap()["shared"].clone()
    };
    stop_sharing(&app, Resource::Customers).await;
    let expected = json!({ "products": true, "orders": true, "customers": false });
    assert_eq!(shared().await, expected);
    share(&app, Resource::Customers).await;
    assert_eq!(shared().await["customers"], true);
}
