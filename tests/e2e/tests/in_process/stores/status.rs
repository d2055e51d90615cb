//! `GET /stores/{store_id}`.

use jiff::Timestamp;
use serde_json::{Value, json};
use shopcall_core::domain::{Attention, Generation, Resource, RunId, Store};
use shopcall_core::storage::{Acquired, RunRecord, RunStatus};

use super::{get, id, installed, log, run, store, uninstall};

const PATH: &str = "/stores/shoprenter:demo";

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn status_of_new_store_has_every_field() {
    let (app, _shop) = installed().await;
    let (code, status) = get(&app, PATH).await;
    let store = store(&app).await;
    assert_eq!(code, 200);
    let no_runs = json!({ "running": false, "cursor_until": null, "last_completed_at": null, "last_run": null });
    let fresh = |event: &str| {
        json!({
            "event": event, "active": true, "last_received": null, "total_received": 0,
            "missed": 0, "silent": false,
        })
    };
    assert_eq!(
        status,
        json!({
            "store_id": "shoprenter:demo", "state": "active", "attention": null, "paused": false,
            "generation": 1, "installed_at": store.installed_at, "opened_at": store.opened_at,
            "uninstalled_at": null, "sync": { "enabled": true, "frequency": "hourly" },
            "shared": { "products": true, "orders": true, "customers": true },
            "next_sync_at": store.due_at.unwrap(), "user_id": null, "missing_permissions": [],
            "approve_scopes_url": null,
            "resources": { "products": no_runs, "orders": no_runs, "customers": no_runs },
            "webhooks": [fresh("order_confirm"), fresh("order_status_change")],
            "shop": null,
        })
    );
}

#[tokio::test]
async fn status_has_last_run_and_cursor_per_resource() {
    let (app, _shop) = installed().await;
    for event in app.aws.take_events() {
        if event.detail_type == "SyncRequested" {
            app.sync(&event).await.unwrap();
        }
    }
    let (_, status) = get(&app, PATH).await;
    for (resource, written) in [("products", 2), ("orders", 1), ("customers", 1)] {
        let answer = &status["resources"][resource];
        let last = &answer["last_run"];
        assert_eq!(last["status"], "completed", "{answer}");
        assert_eq!((&last["resource"], &last["mode"]), (&json!(resource), &json!("full")));
        assert_eq!(last["counts"]["written"], written);
        assert_eq!(answer["running"], false);
        assert_eq!(instant(&answer["cursor_until"]), instant(&last["started_at"]));
        let ended = instant(&answer["last_completed_at"]) - instant(&last["started_at"]);
        let ms = ended.total(jiff::Unit::Millisecond).unwrap();
        assert_eq!(ms.round().to_string(), last["duration_ms"].to_string());
    }
}

#[tokio::test]
async fn failed_run_keeps_last_completed_at() {
    let (app, _shop) = installed().await;
    let completed = run(&id(), "2026-03-15", 0);
    log(&app, &completed).await;
    let reason = Some("the platform refused a token".to_owned());
    let failed = RunRecord { status: RunStatus::Failed, reason, ..run(&id(), "2026-03-15", 60) };
    log(&app, &failed).await;
    let (_, status) = get(&app, PATH).await;
    let orders = &status["resources"]["orders"];
    let mut expected = serde_json::to_value(&failed).unwrap();
    expected["platform"] = json!("shoprenter");
    assert_eq!(orders["last_run"], expected);
    assert_eq!(orders["last_completed_at"], "2026-03-15T12:00:02.5Z");
}

#[tokio::test]
async fn run_counts_as_running_while_leased() {
    let (app, _shop) = installed().await;
    let leases = app.services.leases();
    let run_id = RunId::derived("a run");
    let now = Timestamp::now();
    let lease = leases.acquire(&id(), Resource::Orders, Generation(1), &run_id, now).await.unwrap();
    let Acquired::Lease(lease, _) = lease else { panic!("{lease:?}") };
    let (_, status) = get(&app, PATH).await;
    let running =
        ["products", "orders", "customers"].map(|r| status["resources"][r]["running"].clone());
    assert_eq!(running, [false, true, false]);

    leases.release(&lease, None).await.unwrap();
    let (_, status) = get(&app, PATH).await;
    assert_eq!(status["resources"]["orders"]["running"], false);

    leases.acquire(&id(), Resource::Orders, Generation(1), &run_id, now).await.unwrap();
    app.clock.advance(jiff::SignedDuration::from_mins(3));
    let (_, status) = get(&app, PATH).await;
    assert_eq!(status["resources"]["orders"]["running"], false, "the worker has died");
}

#[tokio::test]
async fn attention_has_message_start_and_remedy() {
    let (app, _shop) = installed().await;
    let since: Timestamp = "2026-03-15T12:00:00Z".parse().unwrap();
    let refused = |known: &Store| {
        let missing_permissions = known.missing_permission(Generation(1), Resource::Orders)?;
        missing_permissions.needs_attention(Generation(1), Attention::ClientRefused, since)
    };
    app.services.stores().change(&id(), |known| (known.and_then(refused), ())).await.unwrap();
    let (_, status) = get(&app, PATH).await;
    assert_eq!((&status["state"], &status["paused"]), (&json!("needs_attention"), &json!(false)));
    assert_eq!(status["attention"]["kind"], "client_refused");
    assert_eq!(status["attention"]["since"], "2026-03-15T12:00:00Z");
    assert!(status["attention"]["message"].as_str().unwrap().contains("open the app"));
    let missing =
        json!([{ "resource": "orders", "permission": "order.order:read", "optional": false }]);
    assert_eq!(status["missing_permissions"], missing);
    let client_id = app.shoprenter.app().client_id;
    let expected = format!("/demo/admin/app/{client_id}/approveScopes");
    let address = status["approve_scopes_url"].as_str().unwrap();
    assert!(address.ends_with(&expected), "{address}");

    let paused = |known: &Store| {
        let later = since + jiff::SignedDuration::from_hours(1);
        known.needs_attention(Generation(1), Attention::ClientRefused, later)
    };
    app.services.stores().change(&id(), |known| (known.and_then(paused), ())).await.unwrap();
    let (_, status) = get(&app, PATH).await;
    assert_eq!((&status["paused"], &status["next_sync_at"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn uninstalled_store_still_has_a_status() {
    let (app, shop) = installed().await;
    uninstall(&app, &shop).await;
    assert!(store(&app).await.due_at.is_some(), "its purge is due");
    let (code, status) = get(&app, PATH).await;
    assert_eq!((code, &status["state"]), (200, &json!("uninstalled")));
    assert_eq!(status["uninstalled_at"], json!(store(&app).await.uninstalled_at));
    assert_eq!(status["next_sync_at"], Value::Null);
}

#[tokio::test]
async fn runs_of_older_installs_are_not_shown() {
    let (app, _shop) = installed().await;
    let older = RunRecord { generation: Generation(0), ..run(&id(), "2026-03-15", 0) };
    log(&app, &older).await;
    let (_, status) = get(&app, PATH).await;
    assert_eq!(status["resources"]["orders"]["last_run"], Value::Null);
    assert_eq!(status["resources"]["orders"]["last_completed_at"], Value::Null);
}

#[tokio::test]
async fn store_id_colon_may_be_percent_encoded() {
    let (app, _shop) = installed().await;
    for path in
        ["/stores/shoprenter%3Ademo", "/stores/shoprenter%3ademo", "/stores/shoprenter:Demo"]
    {
        assert_eq!(get(&app, path).await.1["store_id"], "shoprenter:demo", "{path}");
    }
}

#[tokio::test]
async fn status_contains_no_secret_or_token() {
    let (app, _shop) = installed().await;
    let text = get(&app, PATH).await.1.to_string();
    let secrets = app.shoprenter.app();
    for secret in [secrets.client_secret.as_str(), "shopcall-bearer", "sealed", "eyJ"] {
        assert!(!text.contains(secret));
    }
}
