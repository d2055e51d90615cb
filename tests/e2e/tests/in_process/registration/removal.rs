//! Webhooks after an uninstall, a purge and a reinstall.

use jiff::SignedDuration;
use shopcall_core::storage::NewKey;
use shoprenter_simulator::{Fault, FaultKind, SignedCall};

use super::*;

async fn uninstall(app: &InProcess, shop: &ShopHandle, call: SignedCall) {
    let url = app.uninstall_url(shop, &SignedCall { skew_seconds: 1, ..call }).await;
    assert_eq!(status_of(&app.get(&url).await), 200);
}

#[tokio::test]
async fn uninstall_revokes_keys_and_removes_webhooks() {
    let (app, shop) = installed().await;
    let before = shop.webhooks();
    uninstall(&app, &shop, SignedCall { mark: false, ..SignedCall::default() }).await;
    assert_eq!(shop.webhooks(), []);
    for webhook in before {
        assert_eq!(owner_of(&app, &webhook.url).await, None);
    }
    let left = webhook_rows(&app).await;
    assert!(left.iter().all(|row| row["kind"].as_s().unwrap() == "webhooks"), "{left:?}");
    assert_eq!(status(&app).await["webhooks"], json!([]));
}

#[tokio::test]
async fn uninstall_revokes_keys_despite_shoprenter_failures() {
    for kind in [FaultKind::Status { status: 401, retry_after: None }, FaultKind::Hang] {
        let (app, shop) = installed().await;
        let before = shop.webhooks();
        shop.add_fault(Fault::new(kind).on("/api/webHooks")).unwrap();
        uninstall(&app, &shop, SignedCall { mark: false, ..SignedCall::default() }).await;
        for webhook in before {
            assert_eq!(owner_of(&app, &webhook.url).await, None);
        }
        assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await, []);
    }
}

#[tokio::test]
async fn no_key_is_created_after_uninstall() {
    let (app, shop) = installed().await;
    uninstall(&app, &shop, SignedCall::default()).await;
    let left = webhook_rows(&app).await;
    let (repository, store_id) = (app.services.webhooks(), id());
    let key = CapabilityKey::from_random([8; 32]);
    let event = shopcall_core::domain::WebhookEvent::OrderConfirm;
    let now = app.clock.now();
    let new = NewKey { key: &key, store_id: &store_id, generation: FIRST, event, now };
    for begin in [false, true] {
        assert!(!repository.add_key(&new, begin).await.unwrap());
    }
    assert!(!repository.lease(&store_id, FIRST, now, now).await.unwrap());
    repository.set_permission_missing(&store_id, FIRST, true).await.unwrap();
    assert_eq!(webhook_rows(&app).await, left);
}

#[tokio::test]
async fn reinstall_gets_new_keys_and_removes_leftovers() {
    let app = start().await;
    let shop = app.shop("demo", ShopConfig { keep_webhooks: true, ..small() });
    app.open(&shop).await;
    let before = shop.webhooks();
    shop.add_fault(Fault::new(FaultKind::Status { status: 503, retry_after: None }).on("/api/"))
        .unwrap();
    uninstall(&app, &shop, SignedCall::default()).await;
    assert_eq!(shop.webhooks(), before, "ShopRenter was unavailable");
    shop.clear_faults();

    shop.set_installed(true);
    let call = SignedCall { skew_seconds: 2, ..SignedCall::default() };
    assert_eq!(status_of(&app.get(&app.open_url(&shop, &call).await).await), 200);
    assert_eq!(store_generation(&app).await, Generation(2));
    assert_right(&app, &shop).await;
    assert_eq!(shop.webhooks().len(), 2);
    for webhook in before {
        assert_eq!(owner_of(&app, &webhook.url).await, None);
    }
}

#[tokio::test]
async fn reconciliation_revokes_leftover_keys_of_older_installs() {
    let (app, shop) = installed().await;
    let before = shop.webhooks();
    // An uninstall that was recorded but not completed.
    let stores = app.services.stores();
    let ended = |store: Option<&shopcall_core::domain::Store>| {
        let at = app.clock.now();
        match store.unwrap().uninstall(at) {
            shopcall_core::domain::Uninstall::Ends(store) => (Some(store), ()),
            other => panic!("{other:?}"),
        }
    };
    stores.change(&id(), ended).await.unwrap();
    let call = SignedCall { skew_seconds: 2, ..SignedCall::default() };
    assert_eq!(status_of(&app.get(&app.open_url(&shop, &call).await).await), 200);
    assert_right(&app, &shop).await;
    for webhook in before {
        assert_eq!(owner_of(&app, &webhook.url).await, None);
    }
}

#[tokio::test]
async fn purge_removes_webhook_rows_from_every_partition() {
    let (app, shop) = installed().await;
    let call = SignedCall { follow: Some(false), ..SignedCall::default() };
    // Recorded but not completed, so that the keys still exist.
    uninstall(&app, &shop, call).await;
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    let key = CapabilityKey::from_random([4; 32]);
    plant(&app, &key).await;
    assert!(owner_of(&app, &format!("/{}", key.reveal())).await.is_some());

    app.clock.advance(SignedDuration::from_hours(49));
    let detail = json!({ "store_id": id(), "generation": store.generation });
    let purge = PublishedEvent { detail_type: "PurgeRequested".to_owned(), detail };
    app.sync(&purge).await.unwrap();
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await, [] as [Row; 0]);
}

/// Writes a key and its index entry, as an uninstall that did not complete leaves them.
async fn plant(app: &InProcess, key: &CapabilityKey) {
    let (selector, verifier) = key.hash();
    let partition = format!("webhook-key#{}", selector.as_str());
    let row = json!({ "store_id": partition, "kind": "key", "owner": id(), "generation": 1,
                      "event": "order_confirm", "created_at": app.clock.now() });
    let note = json!({ "store_id": id(), "kind": partition, "selector": selector.as_str(),
                       "generation": 1, "event": "order_confirm", "created_at": app.clock.now() });
    for row in [row, note] {
        let mut item: Row = serde_dynamo::aws_sdk_dynamodb_1::to_item(row).unwrap();
        if item["kind"].as_s().unwrap() == "key" {
            let bytes = aws_sdk_dynamodb::primitives::Blob::new(verifier.as_bytes());
            item.insert("verifier".to_owned(), aws_sdk_dynamodb::types::AttributeValue::B(bytes));
        }
        let put = app.dynamodb.put_item().table_name(&app.tables().stores);
        put.set_item(Some(item)).send().await.unwrap();
    }
}
