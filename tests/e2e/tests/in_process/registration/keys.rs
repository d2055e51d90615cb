//! Keys: how they are found, replaced, and kept to themselves.

use jiff::SignedDuration;
use shopcall_core::access::CapabilityKey;
use shopcall_core::domain::WebhookEvent;
use shopcall_core::storage::Missed;

use super::*;
use crate::traces::{Log, stored_and_published};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn a_key_is_found_by_one_read_whoever_asks_and_by_no_other_spelling() {
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
async fn a_key_is_replaced_after_ninety_days_and_both_are_good_for_a_day() {
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
        assert!(owner_of(&app, &webhook.url).await.is_some(), "deliveries may be on their way");
    }
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
    let url = telling_of(&shop, "order_confirm")[0].url.clone();
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

    // Of an install that is none, nothing is counted and nothing comes to be.
    let rows = webhook_rows(&app).await;
    let other = KeyOwner { generation: Generation(2), ..owner };
    repository.note_received(&other, app.clock.now()).await.unwrap();
    repository.note_missed(&id(), Generation(2), missed).await.unwrap();
    repository.note_missed(&"shoprenter:other".parse().unwrap(), FIRST, missed).await.unwrap();
    assert_eq!(webhook_rows(&app).await, rows);
}

#[tokio::test]
async fn a_webhook_that_falls_silent_is_registered_anew_once_a_day() {
    let (app, shop) = installed().await;
    let repository = app.services.webhooks();
    let confirm = || telling_of(&shop, "order_confirm")[0].url.clone();
    let (old, change) = (confirm(), telling_of(&shop, "order_status_change"));
    repository.note_missed(&id(), FIRST, Missed { placed: 2, changed: 0 }).await.unwrap();
    run(&app).await;
    assert_eq!(confirm(), old);

    repository.note_missed(&id(), FIRST, Missed { placed: 1, changed: 0 }).await.unwrap();
    run(&app).await;
    assert_right(&app, &shop).await;
    let renewed = confirm();
    assert_ne!(renewed, old);
    assert_eq!(telling_of(&shop, "order_status_change"), change);
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
async fn a_key_stands_in_no_row_no_event_no_log_line_and_no_answer() {
    let log = Log::listen();

    let (app, shop) = installed().await;
    let mut urls: Vec<_> = shop.webhooks().into_iter().map(|webhook| webhook.url).collect();
    app.clock.advance(HOUR * 24 * 91);
    run(&app).await;
    urls.extend(shop.webhooks().into_iter().map(|webhook| webhook.url));
    assert_eq!(urls.len(), 4);

    let seen = stored_and_published(&app).await + &status(&app).await.to_string();
    let logged = log.text();
    assert!(logged.contains("webhooks are looked after"), "{logged}");
    for url in urls {
        let key = key_in(&url);
        assert!(!seen.contains(&key));
        assert!(!logged.contains(&key));
        let half = &key[..16];
        assert!(!seen.contains(half) && !logged.contains(half));
    }
}
