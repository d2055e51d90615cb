//! Authentication: a session is required, and expires after an hour or with its install.

use e2e::{InProcess, api_request, body_of, header_of, rows, status_of};
use jiff::SignedDuration;
use serde_json::json;
use shopcall_core::domain::{Generation, StoreState};
use shoprenter_simulator::{ShopConfig, ShopHandle, SignedCall};

use crate::recorded_data::{Log, stored_and_published};

use super::{
    ACTIONS, PATH, Page, REFRESH, act, connected, load_page, opened, reload_page, send, store,
};

/// Checks that a session neither shows nor changes anything.
async fn is_void(app: &InProcess, page: &Page) {
    let stores = rows(&app.dynamodb, &app.tables().stores).await;
    app.aws.take_events();
    let mut answers = vec![load_page(app, &page.session, &[]).await];
    for action in ACTIONS {
        answers.push(act(app, page, action).await);
    }
    for other in [&[("action", "show")][..], &[("action", "language"), ("language", "en")]] {
        answers.push(send(app, &[&[("session", &*page.session)], other].concat()).await);
    }
    for answer in answers {
        assert_eq!(status_of(&answer), 401, "{}", body_of(&answer));
        assert_eq!(header_of(&answer, "www-authenticate"), "Bearer");
        let said = ["A munkamenet véget ért", "Your session has expired"];
        assert!(said.iter().any(|said| body_of(&answer).contains(said)), "{}", body_of(&answer));
        assert!(!body_of(&answer).contains("name=\"session\""));
    }
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await, stores);
    assert_eq!(app.aws.take_events(), []);
}

async fn uninstall(app: &InProcess, shop: &ShopHandle, skew_seconds: i64) {
    let call = SignedCall { skew_seconds, ..SignedCall::default() };
    assert_eq!(status_of(&app.get(&app.uninstall_url(shop, &call).await).await), 200);
}

#[tokio::test]
async fn session_expires_an_hour_after_opening() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    app.clock.advance(SignedDuration::from_mins(59));
    reload_page(&app, &page).await;
    app.clock.advance(SignedDuration::from_mins(2));
    is_void(&app, &page).await;
}

#[tokio::test]
async fn session_ends_with_its_install() {
    let (app, shop, page) = connected(1, 1, 1).await;
    uninstall(&app, &shop, 1).await;
    is_void(&app, &page).await;
    shop.set_installed(true);
    let call = SignedCall { skew_seconds: 2, ..SignedCall::default() };
    let next = Page::of(app.get(&app.open_url(&shop, &call).await).await);
    assert_eq!(store(&app).await.generation, Generation(2));
    is_void(&app, &page).await;
    reload_page(&app, &next).await;
}

#[tokio::test]
async fn modified_session_token_is_refused() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let parts: Vec<_> = page.session.split('.').collect();
    let of_another = app.shop("other", ShopConfig::sized(0, 0, 0));
    let other = Page::of(app.open(&of_another).await);
    let others: Vec<_> = other.session.split('.').collect();
    let flipped = |text: &str| {
        let last = if text.ends_with('A') { 'B' } else { 'A' };
        format!("{}{last}", &text[..text.len() - 1])
    };
    for session in [
        format!("v2.{}.{}", parts[1], parts[2]),
        format!("v1.{}.{}", flipped(parts[1]), parts[2]),
        format!("v1.{}.{}", parts[1], flipped(parts[2])),
        format!("v1.{}.{}", others[1], parts[2]),
        format!("v1.{}.", parts[1]),
        parts[1].to_owned(),
    ] {
        is_void(&app, &Page { session, once: page.once.clone(), answer: json!({}) }).await;
    }
}

#[tokio::test]
async fn session_grants_access_to_its_store_only() {
    let (app, _shop, _) = connected(1, 1, 1).await;
    let other = app.shop("other", ShopConfig::sized(0, 0, 0));
    let page = Page::of(app.open(&other).await);
    app.aws.take_events();
    let known = store(&app).await;
    let page = Page::of(act(&app, &page, &[("action", "schedule"), ("frequency", "daily")]).await);
    assert!(page.html().contains("<bdi>other</bdi>") && !page.html().contains("<bdi>demo</bdi>"));
    Page::of(act(&app, &page, &[("action", "sync")]).await);
    let events = app.aws.take_events();
    assert!(events.iter().all(|event| event.detail["store_id"] == "shoprenter:other"));
    assert_eq!((store(&app).await, events.len()), (known, 3));
}

#[tokio::test]
async fn session_survives_data_key_rotation() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let (old, new) = (
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=",
    );
    let shoprenter = app.shoprenter.app();
    let secret = |keys: &[&str]| {
        json!({
            "client_id": shoprenter.client_id, "client_secret": shoprenter.client_secret,
            "app_id": shoprenter.app_id, "internal_sync_secret": "b", "data_key": keys,
        })
    };
    app.aws.set_secret(&secret(&[new, old]));
    app.clock.advance(SignedDuration::from_mins(6));
    let next = reload_page(&app, &page).await;
    app.aws.set_secret(&secret(&[new]));
    app.clock.advance(SignedDuration::from_mins(6));
    is_void(&app, &page).await;
    reload_page(&app, &next).await;
}

#[tokio::test]
async fn request_without_session_reveals_no_store() {
    let (app, _shop, _) = connected(1, 1, 1).await;
    let answer = app.serve(REFRESH, api_request("GET", PATH, "", "", &[])).await;
    assert_eq!(status_of(&answer), 200);
    assert!(!body_of(&answer).contains("demo") && !body_of(&answer).contains("name=\"session\""));
    assert_eq!(header_of(&answer, "etag"), "");
    for authorization in ["", "Basic abc", "Bearer", "Bearer ", "shopcall-bearer"] {
        let headers = [("authorization", authorization)];
        let answer = app.serve(REFRESH, api_request("GET", PATH, "", "", &headers)).await;
        assert_eq!(status_of(&answer), 401, "{authorization}");
    }
}

#[tokio::test]
async fn opening_from_before_uninstall_gives_no_session() {
    let (app, shop, _) = connected(1, 1, 1).await;
    let stale = app.open_url(&shop, &SignedCall::default()).await;
    uninstall(&app, &shop, 1).await;
    let answer = app.get(&stale).await;
    assert_eq!(status_of(&answer), 409);
    assert!(!body_of(&answer).contains("name=\"session\""));
    assert_eq!(store(&app).await.state, StoreState::Uninstalled);
}

#[tokio::test]
async fn session_token_is_never_stored_published_or_logged() {
    let log = Log::listen();

    let (app, _shop, page) = opened(ShopConfig::sized(1, 1, 1)).await;
    let mut carried = vec![page.session.clone(), page.once.clone()];
    let mut last = page;
    for action in ACTIONS {
        last = Page::of(act(&app, &last, action).await);
        carried.push(last.once.clone());
    }
    app.aws.refuse_events(usize::MAX);
    last = Page::of(act(&app, &last, ACTIONS[0]).await);
    app.aws.refuse_events(0);
    load_page(&app, &format!("{}x", last.session), &[]).await;
    app.clock.advance(SignedDuration::from_mins(61));
    load_page(&app, &last.session, &[]).await;
    let seen = stored_and_published(&app).await;
    let logged = log.text();
    for line in ["a merchant requested an action", "an action failed", "a session is refused"] {
        assert!(logged.contains(line), "{line} is not in {logged}");
    }
    for secret in carried {
        let half = &secret[secret.len() / 2..];
        assert!(!seen.contains(half) && !logged.contains(half), "{half}");
    }
}
