//! `POST /sync/products` and `POST /sync`: authentication, requests and their results.

use e2e::{InProcess, body_of, header_of, status_of};
use serde_json::{Value, json};
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{ShopConfig, SignedCall};

const BEARER: (&str, &str) = ("authorization", "Bearer shopcall-bearer");
const BODY: &str = r#"{"store_id":"shoprenter:demo","mode":"full"}"#;

async fn installed() -> InProcess {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 0, 0));
    app.open(&shop).await;
    app.aws.take_events();
    app
}

/// Sends the same request to both routes.
async fn both(app: &InProcess, body: &str, headers: &[(&str, &str)]) -> [Value; 2] {
    [app.post_products(body, headers).await, app.post_sync(body, headers).await]
}

#[tokio::test]
async fn sync_request_returns_the_run_id() {
    let app = installed().await;
    let answer = app.post_products(BODY, &[BEARER]).await;
    assert_eq!(status_of(&answer), 202);
    let run_id = serde_json::from_str::<Value>(body_of(&answer)).unwrap()["run_id"].clone();
    let events = app.aws.take_events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].detail_type, "SyncRequested");
    assert_eq!(events[0].detail["run_id"], run_id);
    assert_eq!(events[0].detail["resource"], "products");
    assert_eq!(events[0].detail["generation"], 1);
}

#[tokio::test]
async fn wrong_bearer_returns_401_and_changes_nothing() {
    let app = installed().await;
    let wrong: [&[(&str, &str)]; 5] = [
        &[],
        &[("authorization", "Bearer shopcall-beare")],
        &[("authorization", "Bearer shopcall-bearer2")],
        &[("authorization", "Basic shopcall-bearer")],
        &[("authorization", "shopcall-bearer")],
    ];
    for headers in wrong {
        for body in [BODY, "", r#"{"store_id":"shoprenter:nobody","mode":"full"}"#] {
            for answer in both(&app, body, headers).await {
                assert_eq!(status_of(&answer), 401, "{headers:?}");
                assert_eq!(header_of(&answer, "www-authenticate"), "Bearer");
            }
        }
    }
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn invalid_body_returns_400_with_expected_format() {
    let app = installed().await;
    for body in [
        "",
        "{}",
        "null",
        "\u{0}",
        r#"{"store_id":"demo","mode":"full"}"#,
        r#"{"store_id":"shoprenter:demo","mode":"all"}"#,
        r#"{"store_id":"shoprenter:../x","mode":"full"}"#,
        r#"{"store_id":"shoprenter:demo","mode":"full","more":1}"#,
    ] {
        for answer in both(&app, body, &[BEARER]).await {
            assert_eq!(status_of(&answer), 400, "{body}");
            assert_eq!(header_of(&answer, "content-type"), "application/problem+json");
            assert!(body_of(&answer).contains("full|incremental|auto"));
        }
    }
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn unknown_store_returns_404() {
    let app = installed().await;
    let body = r#"{"store_id":"shoprenter:nobody","mode":"full"}"#;
    for answer in both(&app, body, &[BEARER]).await {
        assert_eq!(status_of(&answer), 404);
        assert!(body_of(&answer).contains("urn:shopcall:problem:unknown-store"));
    }
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn uninstalled_store_returns_404() {
    let app = installed().await;
    let shop = app.shoprenter.shop("demo").unwrap();
    let call = SignedCall { skew_seconds: 1, ..SignedCall::default() };
    app.get(&app.uninstall_url(&shop, &call).await).await;
    app.aws.take_events();
    for answer in both(&app, BODY, &[BEARER]).await {
        assert_eq!(status_of(&answer), 404);
    }
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn failing_bus_returns_503_with_retry_after() {
    let app = installed().await;
    app.aws.refuse_events(usize::MAX);
    for answer in both(&app, BODY, &[BEARER]).await {
        assert_eq!(status_of(&answer), 503);
        assert!(body_of(&answer).contains("urn:shopcall:problem:unavailable"));
    }
}

#[tokio::test]
async fn sync_of_everything_shares_one_run_id() {
    let app = installed().await;
    for mode in ["full", "incremental", "auto"] {
        let body = json!({ "store_id": "shoprenter:demo", "mode": mode }).to_string();
        let answer = app.post_sync(&body, &[BEARER]).await;
        assert_eq!(status_of(&answer), 202);
        let accepted: Value = serde_json::from_str(body_of(&answer)).unwrap();
        let run_id = accepted["run_id"].as_str().unwrap();
        assert_eq!(accepted, json!({ "run_id": run_id }));
        let details: Vec<_> = app.aws.take_events().into_iter().map(|event| event.detail).collect();
        let expected = ["products", "orders", "customers"].map(|resource| {
            json!({
                "store_id": "shoprenter:demo", "generation": 1, "resource": resource,
                "mode": mode, "run_id": run_id,
            })
        });
        assert_eq!(details, expected);
    }
}

#[tokio::test]
async fn sync_without_a_mode_is_automatic() {
    let app = installed().await;
    for answer in both(&app, r#"{"store_id":"shoprenter:demo"}"#, &[BEARER]).await {
        assert_eq!(status_of(&answer), 202);
    }
    let events = app.aws.take_events();
    assert_eq!(events.len(), 4);
    assert!(events.iter().all(|event| event.detail["mode"] == "auto"));
}

#[tokio::test]
async fn sync_of_everything_completes_three_runs() {
    let app = installed().await;
    let answer = app.post_sync(BODY, &[BEARER]).await;
    let accepted: Value = serde_json::from_str(body_of(&answer)).unwrap();
    for event in app.aws.take_events() {
        app.sync(&event).await.unwrap();
    }
    let id = "shoprenter:demo".parse().unwrap();
    let runs = app.services.runs().latest(&id, 10).await.unwrap();
    let named: Vec<_> =
        runs.iter().filter(|run| accepted["run_id"] == run.run_id.as_str()).collect();
    let mut resources: Vec<_> = named.iter().map(|run| run.resource.as_str()).collect();
    resources.sort_unstable();
    assert_eq!(resources, ["customers", "orders", "products"]);
    assert!(named.iter().all(|run| run.status == RunStatus::Completed), "{named:?}");
}

#[tokio::test]
async fn events_refused_by_the_bus_are_republished() {
    let app = installed().await;
    app.aws.refuse_events(2);
    assert_eq!(status_of(&app.post_sync(BODY, &[BEARER]).await), 202);
    let events = app.aws.take_events();
    let mut resources: Vec<_> =
        events.iter().map(|event| event.detail["resource"].as_str().unwrap()).collect();
    resources.sort_unstable();
    assert_eq!(resources, ["customers", "orders", "products"]);
}
