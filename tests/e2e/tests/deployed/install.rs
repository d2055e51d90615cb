//! Install and uninstall through the HTTP API.

use e2e::eventually;
use reqwest::Method;
use serde_json::json;
use url::Url;

use crate::{Shop, TIMEOUT, get, text};

#[tokio::test]
async fn install_creates_active_store() {
    for form in 1..=4 {
        let shop = Shop::open("install", json!({ "products": 2 })).await;
        let call = json!({ "follow": true, "form": form });
        let story = shop.control(Method::POST, "/install", &call).await;
        let statuses: Vec<_> =
            story["steps"].as_array().unwrap().iter().map(|step| &step["status"]).collect();
        assert_eq!(statuses.first().unwrap().as_u64(), Some(302), "form {form}: {story}");
        assert_eq!(statuses.last().unwrap().as_u64(), Some(200), "form {form}: {story}");
        let store = shop.store_row().await.unwrap();
        assert_eq!(text(&store, "state"), "active");
        assert!(!text(&store, "sr_install").is_empty(), "the install's id came back");
        assert!(shop.token_row().await.unwrap().contains_key("sealed"));
    }
}

#[tokio::test]
async fn wrong_signature_is_refused_and_not_logged() {
    let shop = Shop::open("forged", json!({ "products": 1 })).await;
    let url = shop.signed("/install", json!({ "bad_hmac": true })).await;
    let (status, page) = get(&url).await;
    assert_eq!(status, 403);
    assert!(page.contains("A cím aláírása nem érvényes"));
    let query: Vec<(String, String)> =
        Url::parse(&url).unwrap().query_pairs().into_owned().collect();
    let value_of = |name: &str| &query.iter().find(|(key, _)| key == name).unwrap().1;
    let logs = eventually("the refusal is logged", TIMEOUT, || async {
        let logs = shop.stack.function_logs().await;
        logs.contains("the signature does not match").then_some(logs)
    })
    .await;
    for credential in ["hmac", "code"] {
        assert!(!page.contains(value_of(credential)));
        assert!(!logs.contains(value_of(credential)), "{credential} is in the log");
    }
    assert!(!logs.contains(&shop.stack.client_secret));
    assert!(shop.store_row().await.is_none());
}

#[tokio::test]
async fn timestamp_older_than_five_minutes_is_refused() {
    let shop = Shop::open("late", json!({ "products": 1 })).await;
    for call in ["/install", "/open", "/uninstall"] {
        let url = shop.signed(call, json!({ "skew_seconds": -301, "mark": false })).await;
        let (status, page) = get(&url).await;
        assert_eq!(status, 403, "{call}");
        assert!(page.contains("A cím érvényessége lejárt"), "{call}");
    }
    assert!(shop.store_row().await.is_none());
}

#[tokio::test]
async fn uninstall_deactivates_store_and_deletes_tokens() {
    let shop = Shop::open("leaving", json!({ "products": 1 })).await;
    shop.install().await;
    assert!(shop.token_row().await.is_some());
    let url = shop.signed("/uninstall", json!({ "skew_seconds": 1 })).await;
    assert_eq!(get(&url).await.0, 200);
    assert_eq!(text(&shop.store_row().await.unwrap(), "state"), "uninstalled");
    assert!(shop.token_row().await.is_none());
    assert_eq!(get(&url).await.0, 200, "a repeated uninstall changes nothing");

    shop.control(Method::PUT, "/installed", &json!({ "installed": true })).await;
    let url = shop.signed("/open", json!({ "skew_seconds": 2 })).await;
    assert_eq!(get(&url).await.0, 200);
    let store = shop.store_row().await.unwrap();
    assert_eq!(
        (text(&store, "state"), store["generation"].as_n().unwrap().as_str()),
        ("active", "2")
    );
}

#[tokio::test]
async fn browser_answers_carry_restrictive_headers() {
    let shop = Shop::open("headers", json!({ "products": 1 })).await;
    let http = shopcall_core::runtime::http_client().unwrap();
    for path in [
        "/auth/shoprenter/callback",
        "/integrations/shoprenter/entry?shopname=%3Cscript%3E&code=1&timestamp=1&hmac=x",
        "/webhooks/shoprenter/uninstall?a=1&a=2",
    ] {
        let answer = http.get(format!("{}{path}", shop.stack.api_url)).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("default-src 'none'"));
        assert!(!answer.text().await.unwrap().contains("<script"));
    }
}
