//! `POST /sync/products`: who may ask, for what, and what comes of it.

use e2e::{InProcess, body_of, header_of, status_of};
use serde_json::Value;
use shoprenter_simulator::ShopConfig;

const BEARER: (&str, &str) = ("authorization", "Bearer shopcall-bearer");
const BODY: &str = r#"{"store_id":"shoprenter:demo","mode":"full"}"#;

async fn installed() -> InProcess {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 0, 0));
    app.open(&shop).await;
    app.aws.take_events();
    app
}

#[tokio::test]
async fn a_run_is_asked_for_and_named() {
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
async fn without_the_right_bearer_nobody_learns_or_changes_anything() {
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
            let answer = app.post_products(body, headers).await;
            assert_eq!(status_of(&answer), 401, "{headers:?}");
            assert_eq!(header_of(&answer, "www-authenticate"), "Bearer");
        }
    }
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn a_body_that_is_not_a_command_is_a_400_that_says_what_is_expected() {
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
        let answer = app.post_products(body, &[BEARER]).await;
        assert_eq!(status_of(&answer), 400, "{body}");
        assert_eq!(header_of(&answer, "content-type"), "application/problem+json");
        assert!(body_of(&answer).contains("full|incremental"));
    }
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn a_store_that_is_not_installed_is_a_404() {
    let app = installed().await;
    let body = r#"{"store_id":"shoprenter:nobody","mode":"full"}"#;
    let answer = app.post_products(body, &[BEARER]).await;
    assert_eq!(status_of(&answer), 404);
    assert!(body_of(&answer).contains("urn:shopcall:problem:unknown-store"));
}

#[tokio::test]
async fn where_the_bus_fails_the_caller_is_told_to_come_back() {
    let app = installed().await;
    app.aws.refuse_events(usize::MAX);
    assert_eq!(status_of(&app.post_products(BODY, &[BEARER]).await), 503);
}
