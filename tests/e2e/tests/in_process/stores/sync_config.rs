//! `PUT /stores/{store_id}/sync-config`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shopcall_core::domain::{Frequency, SyncConfig};

use super::{ask, get, id, installed, store, uninstall};

const PATH: &str = "/stores/shoprenter:demo/sync-config";

#[tokio::test]
async fn every_frequency_is_accepted_and_sets_next_sync() {
    let (app, _shop) = installed().await;
    for (name, frequency) in [
        ("15min", Frequency::QuarterHourly),
        ("30min", Frequency::HalfHourly),
        ("hourly", Frequency::Hourly),
        ("6hours", Frequency::SixHourly),
        ("daily", Frequency::Daily),
    ] {
        let body = json!({ "enabled": true, "frequency": name });
        let (code, answer) = ask(&app, "PUT", PATH, &body.to_string()).await;
        let store = store(&app).await;
        assert_eq!(code, 200);
        let due_at = store.due_at.unwrap();
        assert_eq!(answer, json!({ "enabled": true, "frequency": name, "next_sync_at": due_at }));
        assert_eq!(store.sync, SyncConfig { enabled: true, frequency });
        assert!(due_at <= Timestamp::now() + frequency.period());
    }
}

#[tokio::test]
async fn only_enabled_stores_have_a_next_sync() {
    let (app, _shop) = installed().await;
    let off = r#"{"enabled":false,"frequency":"daily"}"#;
    let (code, answer) = ask(&app, "PUT", PATH, off).await;
    assert_eq!(code, 200);
    assert_eq!(answer, json!({ "enabled": false, "frequency": "daily", "next_sync_at": null }));
    assert_eq!(store(&app).await.due_at, None);
    let (_, status) = get(&app, "/stores/shoprenter:demo").await;
    assert_eq!(status["sync"], json!({ "enabled": false, "frequency": "daily" }));
    assert_eq!(status["next_sync_at"], Value::Null);

    app.clock.advance(SignedDuration::from_hours(1));
    let on = r#"{"enabled":true,"frequency":"daily"}"#;
    let (_, answer) = ask(&app, "PUT", PATH, on).await;
    assert_eq!(answer["next_sync_at"], json!(store(&app).await.due_at.unwrap()));
}

#[tokio::test]
async fn unchanged_configuration_writes_nothing() {
    let (app, _shop) = installed().await;
    let body = r#"{"enabled":true,"frequency":"6hours"}"#;
    ask(&app, "PUT", PATH, body).await;
    app.aws.take_usage();
    let (code, _) = ask(&app, "PUT", PATH, body).await;
    assert_eq!(code, 200);
    assert_eq!(app.aws.take_usage().rows_written_to(&app.tables().stores), 0);
}

#[tokio::test]
async fn invalid_configuration_returns_400_with_expected_format() {
    let (app, _shop) = installed().await;
    let before = store(&app).await;
    for body in [
        "",
        "null",
        "{}",
        r#"{"enabled":true}"#,
        r#"{"frequency":"daily"}"#,
        r#"{"enabled":"true","frequency":"daily"}"#,
        r#"{"enabled":true,"frequency":"weekly"}"#,
        r#"{"enabled":true,"frequency":"daily","paused":false}"#,
        r#"{"enabled":true,"enabled":false,"frequency":"daily"}"#,
    ] {
        let (code, problem) = ask(&app, "PUT", PATH, body).await;
        assert_eq!(code, 400, "{body}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("15min|30min|hourly|6hours|daily"), "{detail}");
    }
    assert_eq!(store(&app).await, before);
}

#[tokio::test]
async fn store_not_installed_returns_404_unchanged() {
    let (app, shop) = installed().await;
    uninstall(&app, &shop).await;
    let before = store(&app).await;
    let body = r#"{"enabled":true,"frequency":"daily"}"#;
    for path in [PATH, "/stores/shoprenter:nobody/sync-config"] {
        let (code, problem) = ask(&app, "PUT", path, body).await;
        assert_eq!((code, &problem["type"]), (404, &json!("urn:shopcall:problem:unknown-store")));
    }
    assert_eq!(store(&app).await, before);
    let nobody = "shoprenter:nobody".parse().unwrap();
    assert_eq!(app.services.stores().get(&nobody).await.unwrap(), None);
    assert_ne!(before.id, nobody);
    assert_eq!(before.id, id());
}
