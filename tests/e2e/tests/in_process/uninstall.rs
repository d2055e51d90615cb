//! Uninstall, and its races with install.

use e2e::{DynamoFault, InProcess, rows, status_of};
use shopcall_core::domain::{Generation, StoreId, StoreState};
use shoprenter_simulator::{ShopConfig, SignedCall};

fn small() -> ShopConfig {
    ShopConfig::sized(3, 0, 0)
}

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn signed_at(skew_seconds: i64) -> SignedCall {
    SignedCall { skew_seconds, ..SignedCall::default() }
}

#[tokio::test]
async fn uninstall_deletes_tokens_despite_shoprenter_failures() {
    for (shop_key, as_sent) in [("shopname", false), ("shopName", false), ("shopName", true)] {
        let app = InProcess::start().await;
        let shop = app.shop("demo", small());
        app.open(&shop).await;
        app.aws.take_events();
        assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await.len(), 1);
        let tokens_before = shop.stats().tokens_issued;

        let call =
            SignedCall { shop_key: shop_key.to_owned(), sign_key_as_sent: as_sent, ..signed_at(1) };
        let answer = app.get(&app.uninstall_url(&shop, &call).await).await;
        assert_eq!(status_of(&answer), 200, "{shop_key}");
        let store = app.services.stores().get(&id()).await.unwrap().unwrap();
        assert_eq!(store.state, StoreState::Uninstalled);
        assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await, []);
        assert_eq!(
            shop.stats().tokens_issued,
            tokens_before,
            "no token is requested after the uninstall"
        );
        let events = app.aws.take_events();
        assert_eq!(events[0].detail_type, "StoreUninstalled");
        assert_eq!(events[0].detail["generation"], 1);
    }
}

#[tokio::test]
async fn uninstall_succeeds_despite_conflicting_transactions() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", small());
    app.open(&shop).await;
    let url = app.uninstall_url(&shop, &signed_at(1)).await;
    for operation in ["PutItem", "UpdateItem", "DeleteItem"] {
        app.aws.apply_fault(operation, "", DynamoFault::Conflict, (0, 1));
    }
    assert_eq!(status_of(&app.get(&url).await), 200);
    assert_eq!(app.aws.cancel_faults(), 0);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::Uninstalled);
    assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await, []);
}

#[tokio::test]
async fn repeated_uninstall_has_no_further_effect() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", small());
    app.open(&shop).await;
    let url = app.uninstall_url(&shop, &signed_at(1)).await;
    assert_eq!(status_of(&app.get(&url).await), 200);
    assert_eq!(status_of(&app.get(&url).await), 200);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!((store.generation, store.state), (Generation(1), StoreState::Uninstalled));
}

#[tokio::test]
async fn uninstall_of_unknown_shop_does_nothing() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", small());
    let url = app.uninstall_url(&shop, &SignedCall::default()).await;
    assert_eq!(status_of(&app.get(&url).await), 200);
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await, []);
}

#[tokio::test]
async fn late_uninstall_does_not_end_new_install() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", small());
    shop.set_installed(true);
    app.get(&app.open_url(&shop, &signed_at(-100)).await).await;
    let uninstall = app.uninstall_url(&shop, &signed_at(-50)).await;
    let late = app.uninstall_url(&shop, &signed_at(-49)).await;
    assert_eq!(status_of(&app.get(&uninstall).await), 200);

    shop.set_installed(true);
    assert_eq!(status_of(&app.get(&app.open_url(&shop, &signed_at(0)).await).await), 200);
    assert_eq!(status_of(&app.get(&late).await), 200);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!((store.generation, store.state), (Generation(2), StoreState::Active));
    assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await.len(), 1);
}

#[tokio::test]
async fn old_opening_does_not_revive_uninstalled_store() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", small());
    shop.set_installed(true);
    let opening = app.open_url(&shop, &signed_at(-20)).await;
    app.get(&opening).await;
    app.get(&app.uninstall_url(&shop, &signed_at(-10)).await).await;
    app.aws.take_events();
    assert_eq!(status_of(&app.get(&opening).await), 409);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::Uninstalled);
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn opening_address_cannot_be_used_to_uninstall() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", small());
    shop.set_installed(true);
    let opening = app.open_url(&shop, &SignedCall::default()).await;
    app.get(&opening).await;
    let forged =
        opening.replace("/integrations/shoprenter/entry", "/webhooks/shoprenter/uninstall");
    assert_eq!(status_of(&app.get(&forged).await), 403);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::Active);
}
