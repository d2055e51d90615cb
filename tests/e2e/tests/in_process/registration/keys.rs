//! Keys: lookup, rotation and confidentiality.

use jiff::SignedDuration;
use shopcall_core::access::CapabilityKey;
use shopcall_core::domain::WebhookEvent;
use shopcall_core::storage::Missed;

use super::*;
use crate::recorded_data::{Log, stored_and_published};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn key_lookup_is_exact_and_one_read() {
    let (app, shop) = installed().await;
    let key = key_in(&shop.webhooks()[0].url);
    let repository = app.services.webhooks();
    for (key, is_known) in [
        (CapabilityKey::parse(&key).unwrap(), true),
        (CapabilityKey::from_random([5; 32]), false),
        (CapabilityKey::from_random([0; 32]), false),
    ] {
        app.aws.take_usage();
        let owner = repository.find_key(&key, app.clock.now()).await.unwrap();
        assert_eq!(owner.is_some(), is_known);
        let usage = app.aws.take_usage();
        assert_eq!((usage.calls_of("GetItem"), usage.total_calls()), (1, 1));
    }
    for text in [&key[..42], &format!("{key}A"), &key.to_uppercase(), &key.replace('A', "%41")] {
        let other = CapabilityKey::parse(text);
        let owner = match other.filter(|_| *text != key) {
            Some(other) => repository.find_key(&other, app.clock.now()).await.unwrap(),
            None => None,
        };
        assert_eq!(owner, None);
    }
}

#[tokio::test]
async fn key_rotates_after_ninety_days_with_overlap() {
    let (app, shop) = installed().await;
    let old = shop.webhooks();
    app.clock.advance(HOUR * 24 * 89);
    run(&app).await;
    assert_eq!(shop.webhooks(), old);

    app.clock.advance(HOUR * 24 + HOUR);
    run(&app).await;
    assert_right(&app, &shop).await;
    for webhook in &old {
        assert!(!shop.webhooks().iter().any(|new| new.url == webhook.url));
        assert!(owner_of(&app, &webhook.url).await.is_some(), "deliveries may be in flight");
    }
    // Records which fields the shop lists for the new addresses.
    run(&app).await;
    let rows = webhook_rows(&app).await;
    run(&app).await;
    assert_eq!(webhook_rows(&app).await, rows);

    app.clock.advance(HOUR * 24);
    for webhook in &old {
        assert_eq!(owner_of(&app, &webhook.url).await, None);
    }
    run(&app).await;
    assert_right(&app, &shop).await;
    let keys = |rows: &[Row]| rows.iter().filter(|row| row.contains_key("verifier")).count();
    assert_eq!((keys(&rows), keys(&webhook_rows(&app).await)), (4, 2));
}

#[tokio::test]
async fn deliveries_are_counted_by_event() {
    let (app, shop) = installed().await;
    let repository = app.services.webhooks();
    let url = webhooks_for(&shop, "order_confirm")[0].url.clone();
    let owner = owner_of(&app, &url).await.unwrap();
    assert_eq!(owner.event, WebhookEvent::OrderConfirm);
    let missed = Missed { placed: 1, changed: 2 };
    repository.note_missed(&id(), FIRST, missed).await.unwrap();
    for _ in 0..2 {
        repository.note_received(&owner, app.clock.now()).await.unwrap();
    }
    let status = status(&app).await;
    let (confirm, change) = (&status["webhooks"][0], &status["webhooks"][1]);
    assert_eq!((&confirm["total_received"], &confirm["missed"]), (&json!(2), &json!(0)));
    assert!(confirm["last_received"].is_string() && change["last_received"].is_null());
    assert_eq!((&change["total_received"], &change["missed"]), (&json!(0), &json!(2)));

    // For an install that does not exist, nothing is counted and no row is created.
    let rows = webhook_rows(&app).await;
    let other = KeyOwner { generation: Generation(2), ..owner };
    repository.note_received(&other, app.clock.now()).await.unwrap();
    repository.note_missed(&id(), Generation(2), missed).await.unwrap();
    repository.note_missed(&"shoprenter:other".parse().unwrap(), FIRST, missed).await.unwrap();
    assert_eq!(webhook_rows(&app).await, rows);
}

#[tokio::test]
async fn silent_webhook_is_reregistered_once_a_day() {
    let (app, shop) = installed().await;
    let repository = app.services.webhooks();
    let confirm = || webhooks_for(&shop, "order_confirm")[0].url.clone();
    let (old, change) = (confirm(), webhooks_for(&shop, "order_status_change"));
    repository.note_missed(&id(), FIRST, Missed { placed: 2, changed: 0 }).await.unwrap();
    run(&app).await;
    assert_eq!(confirm(), old);

    repository.note_missed(&id(), FIRST, Missed { placed: 1, changed: 0 }).await.unwrap();
    run(&app).await;
    assert_right(&app, &shop).await;
    let renewed = confirm();
    assert_ne!(renewed, old);
    assert_eq!(webhooks_for(&shop, "order_status_change"), change);
    assert_eq!(status(&app).await["webhooks"][0]["silent"], true);

    app.clock.advance(HOUR * 23);
    run(&app).await;
    assert_eq!(confirm(), renewed);
    app.clock.advance(HOUR * 2);
    run(&app).await;
    assert_ne!(confirm(), renewed);

    let owner = owner_of(&app, &confirm()).await.unwrap();
    repository.note_received(&owner, app.clock.now()).await.unwrap();
    let (status, last) = (status(&app).await, confirm());
    assert_eq!(status["webhooks"][0]["silent"], false);
    app.clock.advance(HOUR * 25);
    run(&app).await;
    assert_eq!(confirm(), last);
}

#[tokio::test]
async fn key_is_never_stored_published_logged_or_returned() {
    let log = Log::listen();

    let (app, shop) = installed().await;
    let mut urls: Vec<_> = shop.webhooks().into_iter().map(|webhook| webhook.url).collect();
    app.clock.advance(HOUR * 24 * 91);
    run(&app).await;
    urls.extend(shop.webhooks().into_iter().map(|webhook| webhook.url));
    assert_eq!(urls.len(), 4);

    let seen = stored_and_published(&app).await + &status(&app).await.to_string();
    let logged = log.text();
    assert!(logged.contains("webhooks reconciled"), "{logged}");
    for url in urls {
        let key = key_in(&url);
        assert!(!seen.contains(&key));
        assert!(!logged.contains(&key));
        let half = &key[..16];
        assert!(!seen.contains(half) && !logged.contains(half));
    }
}
