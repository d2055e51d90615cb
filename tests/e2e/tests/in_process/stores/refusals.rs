//! Authentication, unknown routes and unknown stores.

use e2e::{body_of, header_of, rows, status_of};
use serde_json::json;

use super::{BEARER, ask, get, id, installed, log, run};

const ROUTES: [(&str, &str, &str); 5] = [
    ("GET", "/stores/shoprenter:demo", ""),
    ("GET", "/stores/shoprenter:demo/runs", ""),
    ("GET", "/runs", ""),
    ("PUT", "/stores/shoprenter:demo/sync-config", r#"{"enabled":false,"frequency":"daily"}"#),
    ("POST", "/installs/0123456789abcdef0123456789abcdef/claim", r#"{"user_id":"somebody"}"#),
];

#[tokio::test]
async fn wrong_bearer_reads_and_changes_nothing() {
    let (app, _shop) = installed().await;
    log(&app, &run(&id(), "2026-03-15", 0)).await;
    // The secret is read once for the comparison.
    app.stores("GET", "/stores/shoprenter:demo", "", &[]).await;
    app.aws.take_usage();
    let wrong: [&[(&str, &str)]; 4] = [
        &[],
        &[("authorization", "Bearer shopcall-beare")],
        &[("authorization", "Basic shopcall-bearer")],
        &[("authorization", "Bearer ")],
    ];
    let unknown = [("GET", "/nowhere", ""), ("DELETE", "/stores/shoprenter:demo", "")];
    for headers in wrong {
        for (method, target, body) in ROUTES.into_iter().chain(unknown) {
            let answer = app.stores(method, target, body, headers).await;
            assert_eq!(status_of(&answer), 401, "{method} {target}");
            assert_eq!(header_of(&answer, "www-authenticate"), "Bearer");
            assert!(!body_of(&answer).contains("demo"));
        }
    }
    assert_eq!(app.aws.take_usage().total_calls(), 0, "no table was read");
}

#[tokio::test]
async fn other_methods_return_405_with_allow() {
    let (app, _shop) = installed().await;
    let before = rows(&app.dynamodb, &app.tables().stores).await;
    for (right, target, body) in ROUTES {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if method == right {
                continue;
            }
            let answer = app.stores(method, target, body, &[BEARER]).await;
            assert_eq!(status_of(&answer), 405, "{method} {target}");
            assert_eq!(header_of(&answer, "allow"), right);
            assert!(body_of(&answer).contains("urn:shopcall:problem:method-not-allowed"));
        }
    }
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await.len(), before.len());
}

#[tokio::test]
async fn unknown_path_returns_404() {
    let (app, _shop) = installed().await;
    for path in [
        "",
        "/",
        "/stores",
        "/stores/",
        "/stores/shoprenter:demo/",
        "/stores/shoprenter:demo/tokens",
        "/stores/shoprenter:demo/runs/1",
        "//runs",
        "/runs/",
        "/installs/0123456789abcdef0123456789abcdef",
        "/stores/%ff/runs/more",
        "/%72uns%2f",
    ] {
        let (code, problem) = get(&app, path).await;
        assert_eq!(code, 404, "{path}");
        let titled = json!({
            "type": "urn:shopcall:problem:not-found", "status": 404,
            "title": "There is nothing at this path",
        });
        assert_eq!(problem, titled, "{path}");
    }
}

#[tokio::test]
async fn invalid_store_id_returns_400_unknown_store_404() {
    let (app, _shop) = installed().await;
    let config = r#"{"enabled":true,"frequency":"daily"}"#;
    for (method, rest, body) in
        [("GET", "", ""), ("GET", "/runs", ""), ("PUT", "/sync-config", config)]
    {
        for bad in ["demo", "shoprenter:", "shoprenter:demo%2F..", "shoprenter:a%20b", "%00"] {
            let (code, problem) = ask(&app, method, &format!("/stores/{bad}{rest}"), body).await;
            assert_eq!(code, 400, "{bad}{rest}");
            assert!(problem["detail"].as_str().unwrap().contains("store_id"));
        }
        for unknown in ["shoprenter:nobody", "shoprenter:a.b", "unas:demo"] {
            let target = format!("/stores/{unknown}{rest}");
            let (code, problem) = ask(&app, method, &target, body).await;
            let unknown_store = json!("urn:shopcall:problem:unknown-store");
            assert_eq!((code, &problem["type"]), (404, &unknown_store), "{target}");
        }
    }
}
