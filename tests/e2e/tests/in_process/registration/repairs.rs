//! Differences that reconciliation finds and repairs.

use e2e::InProcess;
use serde_json::json;
use shopcall_core::access::CapabilityKey;
use shopcall_core::domain::WebhookEvent;
use shopcall_core::storage::Missed;
use shoprenter_simulator::{Dialect, ShopConfig};

use super::*;

#[tokio::test]
async fn install_registers_each_event_with_own_key() {
    let (app, shop) = installed().await;
    assert_right(&app, &shop).await;
    let webhooks = shop.webhooks();
    assert_eq!(webhooks.len(), 2);
    assert_ne!(key_in(&webhooks[0].url), key_in(&webhooks[1].url));
    for webhook in &webhooks {
        assert!(webhook.label.starts_with("ShopCall "), "{}", webhook.label);
        let has = |name: &str| webhook.fields.iter().any(|field| field == name);
        assert!(has("order_innerResourceId") && has("order_languageCode"));
        assert_eq!(has("order_expectedDeliveryDate"), webhook.event == "order_confirm");
    }
    let status = status(&app).await;
    let reported: Vec<_> = status["webhooks"].as_array().unwrap().iter().collect();
    let fresh = |event: &str| {
        json!({ "event": event, "active": true, "last_received": null, "total_received": 0,
                "missed": 0, "silent": false })
    };
    assert_eq!(reported, [&fresh("order_confirm"), &fresh("order_status_change")]);
    assert_eq!(status["missing_permissions"], json!([]));
}

#[tokio::test]
async fn correct_webhooks_cost_one_list_per_run() {
    let (app, shop) = installed().await;
    run(&app).await;
    let (rows, before) = (webhook_rows(&app).await, shop.webhooks());
    shop.reset_stats();
    run(&app).await;
    assert_eq!((shop.stats().count("GET api/webHooks"), writes(&shop)), (1, 0));
    app.open(&shop).await;
    assert_eq!((shop.stats().count("GET api/webHooks"), writes(&shop)), (2, 0));
    assert_eq!(webhook_rows(&app).await, rows);
    assert_eq!(shop.webhooks(), before);
}

#[tokio::test]
async fn deleted_webhook_is_reregistered_with_new_key() {
    for by_opening in [false, true] {
        let (app, shop) = installed().await;
        let before = shop.webhooks();
        shop.clear_webhooks();
        if by_opening {
            app.open(&shop).await;
        } else {
            run(&app).await;
        }
        assert_right(&app, &shop).await;
        for (old, new) in before.iter().zip(shop.webhooks()) {
            assert_ne!(key_in(&old.url), key_in(&new.url));
        }
    }
}

#[tokio::test]
async fn changed_webhook_is_corrected_in_place() {
    let (app, shop) = installed().await;
    let parameters = |webhook: &Value| match &webhook["webHookParameters"] {
        Value::Array(list) => list[0].clone(),
        parameters => parameters.clone(),
    };
    let before = listed(&app, &shop).await;
    for change in ["off", "elsewhere", "unknown key", "fields"] {
        // Records what the shop lists after a registration.
        run(&app).await;
        let webhook = listed(&app, &shop).await[0].clone();
        let mut wrong = webhook.clone();
        let mut inner = parameters(&webhook);
        match change {
            "off" => wrong["status"] = json!("0"),
            "elsewhere" => inner["url"] = json!("https://elsewhere.example/hook"),
            "unknown key" => {
                let url = inner["url"].as_str().unwrap();
                let base = url.strip_suffix(&key_in(url)).unwrap();
                let other = CapabilityKey::from_random([9; 32]);
                inner["url"] = json!(format!("{base}{}", other.reveal()));
            }
            _ => inner["fields"] = json!(["order_innerId"]),
        }
        wrong["webHookParameters"] = inner;
        let path = format!("webHooks/{}", webhook["id"].as_str().unwrap());
        api(&app, &shop, "PUT", &path, Some(wrong)).await;
        run(&app).await;
        assert_right(&app, &shop).await;
        let after = listed(&app, &shop).await;
        let ids = |webhooks: &[Value]| {
            webhooks.iter().map(|webhook| webhook["id"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&after), ids(&before), "{change}");
        shop.reset_stats();
        run(&app).await;
        assert_eq!(writes(&shop), 0, "{change}");
    }
}

#[tokio::test]
async fn duplicates_are_removed_foreign_webhooks_are_kept() {
    let (app, shop) = installed().await;
    let ours = shop.webhooks();
    let base = ours[0].url.strip_suffix(&key_in(&ours[0].url)).unwrap().to_owned();
    let key = CapabilityKey::from_random([3; 32]).reveal();
    let mut add = Vec::new();
    for (event, label, url) in [
        // A duplicate, one with an old key, and one at a former address of the service.
        ("order_confirm", ours[0].label.as_str(), ours[0].url.clone()),
        ("order_status_change", ours[0].label.as_str(), format!("{base}{key}")),
        ("newsletter_subscribe", "", format!("{base}{key}")),
        (
            "order_confirm",
            ours[0].label.as_str(),
            format!("https://old.example/webhooks/shoprenter/orders/{key}"),
        ),
    ] {
        add.push(json!({ "event": event, "status": "1", "label": label,
                         "webHookParameters": [{ "type": "json", "url": url }] }));
    }
    let theirs = [
        ("order_confirm", "Invoices", "https://invoices.example/hook".to_owned()),
        ("order_status_change", ours[0].label.as_str(), "https://other.example/hook".to_owned()),
        (
            "order_confirm",
            "ShopCall 999",
            format!("https://staging.example/webhooks/shoprenter/orders/{key}"),
        ),
    ];
    for (event, label, url) in &theirs {
        add.push(json!({ "event": event, "status": "0", "label": label,
                         "webHookParameters": [{ "type": "json", "url": url }] }));
    }
    for webhook in add {
        api(&app, &shop, "POST", "webHooks", Some(webhook)).await;
    }
    run(&app).await;
    let (left, others): (Vec<_>, Vec<_>) =
        shop.webhooks().into_iter().partition(|webhook| webhook.url.starts_with(&base));
    assert_eq!(left, ours);
    let others: Vec<_> = others
        .iter()
        .map(|webhook| (webhook.event.as_str(), webhook.label.as_str(), webhook.url.clone()))
        .collect();
    assert_eq!(others, theirs);
}

#[tokio::test]
async fn abandoned_cart_webhook_is_registered_by_setting() {
    let variables = [("WEBHOOK_ABANDONED_CARTS", "true"), ("SHOPRENTER_RATE_LIMIT", "1000")];
    let app = InProcess::start_with(&variables).await;
    let shop = app.shop("demo", small());
    app.open(&shop).await;
    assert_right(&app, &shop).await;
    assert_eq!(webhooks_for(&shop, "abandoned_cart").len(), 1);
}

#[tokio::test]
async fn brief_contract_registers_its_own_events() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_RATE_LIMIT", "1000"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let shop = app.shop("demo", ShopConfig { dialect: Dialect::Brief, ..small() });
    app.open(&shop).await;
    let mut events: Vec<_> = shop.webhooks().into_iter().map(|webhook| webhook.event).collect();
    events.sort_unstable();
    let expected = [
        "customer/create",
        "customer/update",
        "order/create",
        "order/update",
        "product/create",
        "product/delete",
        "product/update",
    ];
    assert_eq!(events, expected);
    run(&app).await;
    assert_eq!(shop.webhooks().len(), expected.len());

    let repository = app.services.webhooks();
    let missed = Missed { placed: 2, changed: 3 };
    repository.note_missed(&id(), FIRST, missed).await.unwrap();
    let rows = repository.rows(&id(), FIRST).await.unwrap();
    let missed = |event| rows.registration(FIRST, event).unwrap().missed;
    assert_eq!((missed(WebhookEvent::OrderCreate), missed(WebhookEvent::OrderUpdate)), (2, 3));
}

#[tokio::test]
async fn concurrent_openings_register_once() {
    let app = start().await;
    let shop = app.shop("demo", small());
    shop.set_installed(true);
    let url = app.open_url(&shop, &shoprenter_simulator::SignedCall::default()).await;
    let openings = (app.get(&url), app.get(&url), app.get(&url));
    let answers = tokio::join!(openings.0, openings.1, openings.2);
    for answer in [answers.0, answers.1, answers.2] {
        assert_eq!(status_of(&answer), 200);
    }
    run(&app).await;
    assert_right(&app, &shop).await;
    assert_eq!(shop.webhooks().len(), 2);
}
