//! Signed calls, tokens and the uninstall.

use std::sync::Arc;
use std::time::Duration;

use e2e::{InProcess, rows, status_of};
use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{Deadline, Generation, Priority, ShopAccess, StoreState};
use shoprenter_simulator::{ShopConfig, SignedCall};

use super::{Contract, id, sync_all};

const FIRST: Generation = Generation(1);

fn small() -> ShopConfig {
    ShopConfig::sized(2, 2, 2)
}

/// Gets a token as a function would that shares only the tables.
async fn get_token(app: &InProcess) {
    let secret = app.services.secrets.get(Timestamp::now()).await.unwrap();
    let access = ShopAccess {
        store: id(),
        generation: FIRST,
        credentials: Arc::clone(&secret.credentials),
        priority: Priority::Background,
        deadline: Deadline::after(Duration::from_secs(20)),
    };
    app.client().tokens().get(&access, None).await.unwrap();
}

pub(super) async fn signed_calls_are_accepted_and_forged_ones_refused(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, small());
    shop.set_installed(true);
    let valid = SignedCall::default;
    for forged in [
        SignedCall { bad_hmac: true, ..valid() },
        SignedCall { secret: Some("another".to_owned()), ..valid() },
        SignedCall { skew_seconds: -360, ..valid() },
    ] {
        for url in [app.install_url(&shop, &forged).await, app.open_url(&shop, &forged).await] {
            assert_eq!(status_of(&app.get(&url).await), 403, "{forged:?}");
        }
    }
    for table in [&app.tables().stores, &app.tables().installs, &app.tables().tokens] {
        assert_eq!(rows(&app.dynamodb, table).await, []);
    }
    assert_eq!(shop.stats().count(contract.token_endpoint()), 0);

    let install = app.get(&app.install_url(&shop, &valid()).await).await;
    assert_eq!(status_of(&install), 302, "{install}");
    let opening = app.get(&app.open_url(&shop, &valid()).await).await;
    assert_eq!(status_of(&opening), 200, "{opening}");
}

pub(super) async fn opening_exchanges_and_stores_tokens(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, small());
    assert_eq!(status_of(&app.open(&shop).await), 200);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!((store.generation, store.state), (FIRST, StoreState::Active));
    let stored = app.services.tokens().get(&id(), FIRST).await.unwrap().unwrap();
    assert_eq!(stored.version, 1);
    let life = stored.expires_at - Timestamp::now().as_second();
    assert!((3500..=3600).contains(&life), "{life}");
    let stored = format!("{:?}", rows(&app.dynamodb, &app.tables().tokens).await);
    assert!(!stored.contains("eyJ"), "the access token is stored in plain text");

    get_token(&app).await;
    assert_eq!(shop.stats().count(contract.token_endpoint()), 1, "the stored token is used");
}

pub(super) async fn token_about_to_expire_is_refreshed(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, small());
    assert_eq!(status_of(&app.open(&shop).await), 200);
    // The brief's codes work once, so that each of these presents the last refresh token.
    for version in 2..=3 {
        let before = app.services.tokens().get(&id(), FIRST).await.unwrap().unwrap();
        app.clock.advance(SignedDuration::from_secs(3600 - 299));
        get_token(&app).await;
        let after = app.services.tokens().get(&id(), FIRST).await.unwrap().unwrap();
        assert_eq!(after.version, version);
        assert!(after.expires_at > before.expires_at && after.sealed != before.sealed);
        assert_eq!(shop.stats().count(contract.token_endpoint()), version);
    }
}

pub(super) async fn uninstall_removes_tokens_and_webhooks(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, small());
    sync_all(&app, &shop).await;
    let webhooks = shop.webhooks();
    assert!(!webhooks.is_empty());
    assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await.len(), 1);

    // The shop leaves it to the app to remove its webhooks.
    let call = SignedCall { skew_seconds: 1, mark: false, ..SignedCall::default() };
    let answer = app.get(&app.uninstall_url(&shop, &call).await).await;
    assert_eq!(status_of(&answer), 200, "{answer}");
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::Uninstalled);
    assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await, []);
    assert_eq!(shop.webhooks(), []);
    for webhook in webhooks {
        let late = app.deliver(&webhook.url, "application/json", b"{}").await;
        assert_eq!(status_of(&late), 403, "{}", webhook.event);
    }
}
