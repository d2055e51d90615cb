//! Webhook requests that ShopRenter fails, refuses, or leaves unanswered.

use e2e::DynamoFault;
use jiff::SignedDuration;
use shopcall_core::storage::Missed;
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

/// Checks the repaired state: two webhooks, two keys.
async fn assert_healed(app: &InProcess, shop: &ShopHandle, case: &str) {
    run(app).await;
    assert_right(app, shop).await;
    assert_eq!(shop.webhooks().len(), 2, "{case}");
    // If a selection of fields was refused, all fields are sent.
    let is_as_asked = |webhook: &Registration| matches!(webhook.fields.len(), 0 | 11..);
    assert!(shop.webhooks().iter().all(is_as_asked), "{case}");
    app.clock.advance(SignedDuration::from_hours(25));
    run(app).await;
    let rows = webhook_rows(app).await;
    assert_eq!(rows.iter().filter(|row| row.contains_key("verifier")).count(), 2, "{case}");
    shop.reset_stats();
    run(app).await;
    assert_eq!(writes(shop), 0, "{case}");
}

#[tokio::test]
async fn failed_registration_request_is_repaired_by_runs() {
    // Two lists and two registrations; there is no fifth request.
    for skip in 0..5 {
        for kind in [
            FaultKind::Status { status: 500, retry_after: None },
            FaultKind::Status { status: 400, retry_after: None },
            // Carried out, but the answer is lost.
            FaultKind::Cut,
            FaultKind::MalformedJson,
        ] {
            let app = start().await;
            let shop = app.shop("demo", small());
            let case = format!("{kind:?} at {skip}");
            let fault = Fault::new(kind).on("/api/webHooks").after(skip).times(1);
            shop.add_fault(fault).unwrap();
            assert_eq!(status_of(&app.open(&shop).await), 200, "{case}");
            shop.clear_faults();
            assert_healed(&app, &shop, &case).await;
        }
    }
}

#[tokio::test]
async fn conflicting_transaction_is_not_taken_for_uninstall() {
    let (app, _shop) = installed().await;
    let (repository, now) = (app.services.webhooks(), app.clock.now());
    let apply_fault = |count| {
        let transaction = "(transaction)";
        app.aws.apply_fault("TransactWriteItems", transaction, DynamoFault::Conflict, (0, count));
    };
    let until = now + SignedDuration::from_mins(1);
    apply_fault(5);
    assert!(repository.lease(&id(), FIRST, now, until).await.unwrap());
    assert_eq!(app.aws.cancel_faults(), 0);
    apply_fault(6);
    repository.lease(&id(), FIRST, until, until).await.unwrap_err();
    assert_eq!(app.aws.cancel_faults(), 0);
    assert!(!repository.lease(&id(), Generation(2), until, until).await.unwrap());
}

#[tokio::test]
async fn registration_with_lost_answer_is_adopted() {
    let app = start().await;
    let shop = app.shop("demo", small());
    shop.add_fault(Fault::new(FaultKind::Cut).on("/api/webHooks").after(2)).unwrap();
    app.open(&shop).await;
    shop.clear_faults();
    let done = shop.webhooks();
    assert_eq!(done.len(), 1);
    run(&app).await;
    assert_right(&app, &shop).await;
    assert_eq!(shop.webhooks()[0], done[0]);
}

#[tokio::test]
async fn refused_update_becomes_a_new_registration() {
    for conflict in [false, true] {
        let (app, shop) = installed().await;
        shop.configure(|config| config.webhook_conflict = conflict).unwrap();
        let webhook = listed(&app, &shop).await[0].clone();
        let path = format!("webHooks/{}", webhook["id"].as_str().unwrap());
        let mut wrong = webhook.clone();
        wrong["status"] = json!("0");
        api(&app, &shop, "PUT", &path, Some(wrong)).await;
        let refusal = FaultKind::Status { status: 405, retry_after: None };
        // Two lists, then the correction.
        let fault = Fault::new(refusal).on("/api/webHooks").after(2).times(1);
        shop.add_fault(fault).unwrap();
        run(&app).await;
        assert_right(&app, &shop).await;
        assert_healed(&app, &shop, "405").await;
    }
}

#[tokio::test]
async fn slow_shop_does_not_delay_the_opening() {
    // The first list precedes the reconciliation lease, all other requests follow it.
    for skip in 0..3 {
        let app = start().await;
        let shop = app.shop("demo", small());
        let fault = Fault::new(FaultKind::Hang).on("/api/webHooks").after(skip);
        shop.add_fault(fault).unwrap();
        assert_eq!(status_of(&app.open(&shop).await), 200);
        let events = app.aws.take_events();
        assert_eq!(events.iter().filter(|event| event.detail_type == "SyncRequested").count(), 3);
        shop.clear_faults();
        // The run that the opening requests completes the registration.
        assert_healed(&app, &shop, &format!("hangs at {skip}")).await;
    }
}

#[tokio::test]
async fn missing_webhook_permission_is_reported_without_blocking() {
    for missing_permissions in ["store.webhook:write", "store.webhook:read"] {
        let app = start().await;
        let mut config = small();
        config.scopes.remove(missing_permissions);
        let shop = app.shop("demo", config);
        assert_eq!(status_of(&app.open(&shop).await), 200);
        assert_eq!(shop.webhooks(), []);
        let status_json = status(&app).await;
        let permission = "store.webhook:write";
        let missing =
            json!([{ "resource": "webhooks", "permission": permission, "optional": false }]);
        assert_eq!(status_json["missing_permissions"], missing);
        assert!(status_json["approve_scopes_url"].is_string());

        let asked = shop.stats().count("GET api/webHooks");
        run(&app).await;
        let status_json = status(&app).await;
        assert_eq!(status_json["resources"]["orders"]["last_run"]["status"], "completed");
        assert_eq!(shop.stats().count("GET api/webHooks"), asked, "runs do not ask again");

        shop.configure(|config| {
            config.scopes.insert(missing_permissions.to_owned());
        })
        .unwrap();
        assert_eq!(status_of(&app.open(&shop).await), 200);
        assert_right(&app, &shop).await;
        assert_eq!(status(&app).await["missing_permissions"], json!([]));
    }
}

#[tokio::test]
async fn shop_without_webhook_support_is_left_alone() {
    let (app, shop) = installed().await;
    shop.clear_webhooks();
    let unknown = FaultKind::Status { status: 404, retry_after: None };
    shop.add_fault(Fault::new(unknown).on("/api/webHooks")).unwrap();
    run(&app).await;
    assert_eq!((shop.webhooks(), writes(&shop)), (vec![], 2));
}

#[tokio::test]
async fn silent_webhook_stays_until_it_can_be_renewed() {
    let (app, shop) = installed().await;
    let before = shop.webhooks();
    let missed = Missed { placed: 3, changed: 0 };
    app.services.webhooks().note_missed(&id(), FIRST, missed).await.unwrap();
    // Two lists, then the registration, with a choice of fields and without.
    let refusal = FaultKind::Status { status: 400, retry_after: None };
    shop.add_fault(Fault::new(refusal).on("/api/webHooks").after(2).times(2)).unwrap();
    run(&app).await;
    assert_eq!(shop.webhooks(), before);
    shop.clear_faults();
    run(&app).await;
    assert_right(&app, &shop).await;
    let url = |webhooks: &[Registration]| {
        webhooks.iter().find(|webhook| webhook.event == "order_confirm").unwrap().url.clone()
    };
    assert_ne!(url(&shop.webhooks()), url(&before));
}
