//! `POST /installs/{sr_install}/claim`.

use e2e::{InProcess, header_of, status_of};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shopcall_core::domain::UserId;
use shoprenter_simulator::{ShopConfig, ShopHandle, SignedCall};
use url::Url;

use super::{ask, get, store, uninstall};

const USER: &str = r#"{"user_id":"auth0|5f7c8ec7"}"#;

/// Starts an install with its callback; returns its id.
async fn begin(app: &InProcess, shop: &ShopHandle) -> String {
    let url = app.install_url(shop, &SignedCall::default()).await;
    let answer = app.get(&url).await;
    let location = Url::parse(header_of(&answer, "location")).unwrap();
    let named = location.query_pairs().find(|(name, _)| name == "sr_install");
    named.unwrap().1.into_owned()
}

/// Completes an install by opening the app.
async fn finish(app: &InProcess, shop: &ShopHandle, sr_install: &str, skew_seconds: i64) {
    shop.set_installed(true);
    let extra = [("sr_install".to_owned(), sr_install.to_owned())].into();
    let call = SignedCall { extra, skew_seconds, ..SignedCall::default() };
    assert_eq!(status_of(&app.get(&app.open_url(shop, &call).await).await), 200);
}

/// The app, with the shop `demo` installed; the last item is the install id.
async fn installed() -> (InProcess, ShopHandle, String) {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 0, 0));
    let sr_install = begin(&app, &shop).await;
    finish(&app, &shop, &sr_install, 0).await;
    (app, shop, sr_install)
}

async fn claim(app: &InProcess, sr_install: &str, body: &str) -> (u64, Value) {
    ask(app, "POST", &format!("/installs/{sr_install}/claim"), body).await
}

fn unknown_install() -> Value {
    json!({
        "type": "urn:shopcall:problem:unknown-install", "status": 404,
        "title": "There is no such install, or its time is over",
    })
}

#[tokio::test]
async fn repeated_claim_returns_the_same_answer() {
    let (app, _shop, sr_install) = installed().await;
    for _ in 0..2 {
        let (code, claimed) = claim(&app, &sr_install, USER).await;
        let expected = json!({ "store_id": "shoprenter:demo", "user_id": "auth0|5f7c8ec7" });
        assert_eq!((code, claimed), (200, expected));
    }
    assert_eq!(store(&app).await.user_id, UserId::try_from("auth0|5f7c8ec7".to_owned()).ok());
    let (_, status) = get(&app, "/stores/shoprenter:demo").await;
    assert_eq!(status["user_id"], "auth0|5f7c8ec7");
}

#[tokio::test]
async fn claim_by_another_user_returns_409() {
    let (app, _shop, sr_install) = installed().await;
    claim(&app, &sr_install, USER).await;
    let (code, problem) = claim(&app, &sr_install, r#"{"user_id":"somebody-else"}"#).await;
    assert_eq!((code, &problem["type"]), (409, &json!("urn:shopcall:problem:conflict")));
    assert!(!problem.to_string().contains("5f7c8ec7"), "the owner is not revealed: {problem}");
    assert_eq!(store(&app).await.user_id.unwrap().as_str(), "auth0|5f7c8ec7");
}

#[tokio::test]
async fn concurrent_claims_have_one_winner() {
    let (app, _shop, sr_install) = installed().await;
    let user = |n: usize| format!(r#"{{"user_id":"user-{n}"}}"#);
    let bodies = [user(0), user(1), user(2), user(3)];
    let [a, b, c, d] = bodies.each_ref().map(|body| claim(&app, &sr_install, body));
    let answers = tokio::join!(a, b, c, d);
    let mut codes = [answers.0.0, answers.1.0, answers.2.0, answers.3.0];
    codes.sort_unstable();
    assert_eq!(codes, [200, 409, 409, 409]);
}

#[tokio::test]
async fn unknown_install_returns_404() {
    let (app, _shop, sr_install) = installed().await;
    let long = "0".repeat(5000);
    for unknown in ["0", &"0".repeat(32), &sr_install[1..], &long, "%00", "..%2F", "é"] {
        let (code, problem) = claim(&app, unknown, USER).await;
        assert_eq!((code, problem), (404, unknown_install()), "{unknown}");
    }
    assert_eq!(store(&app).await.user_id, None);
}

#[tokio::test]
async fn claim_expires_fifteen_minutes_after_install_began() {
    let (app, _shop, sr_install) = installed().await;
    app.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(claim(&app, &sr_install, USER).await, (404, unknown_install()));
    assert_eq!(store(&app).await.user_id, None);
}

#[tokio::test]
async fn unfinished_install_cannot_be_claimed() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 0, 0));
    let sr_install = begin(&app, &shop).await;
    assert_eq!(claim(&app, &sr_install, USER).await, (404, unknown_install()));
}

#[tokio::test]
async fn install_of_older_generation_cannot_be_claimed() {
    let (app, shop, sr_install) = installed().await;
    uninstall(&app, &shop).await;
    assert_eq!(claim(&app, &sr_install, USER).await, (404, unknown_install()));

    finish(&app, &shop, "", 2).await;
    assert_eq!(claim(&app, &sr_install, USER).await, (404, unknown_install()));
    assert_eq!(store(&app).await.user_id, None);
}

#[tokio::test]
async fn body_without_user_returns_400() {
    let (app, _shop, sr_install) = installed().await;
    let long = format!(r#"{{"user_id":"{}"}}"#, "x".repeat(129));
    for body in [
        "",
        "{}",
        "null",
        r#"{"user_id":""}"#,
        r#"{"user_id":7}"#,
        r#"{"user_id":"a b"}"#,
        r#"{"user_id":"a","role":"admin"}"#,
        &long,
    ] {
        let (code, problem) = claim(&app, &sr_install, body).await;
        assert_eq!((code, &problem["type"]), (400, &json!("urn:shopcall:problem:bad-request")));
        assert!(problem["detail"].as_str().unwrap().contains("user_id"));
    }
    assert_eq!(store(&app).await.user_id, None);
}
