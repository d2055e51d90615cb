use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use shoprenter_simulator::{ShopConfig, TokenConfig};

use crate::{Bench, answer, send};

fn credentials() -> Value {
    json!({
        "grant_type": "client_credentials",
        "client_id": "simulated-client",
        "client_secret": "simulated-secret",
    })
}

fn with(mut body: Value, name: &str, value: &str) -> Value {
    body[name] = json!(value);
    body
}

#[tokio::test]
async fn client_credentials_return_jwt_with_scopes_and_expiry() {
    let bench = Bench::sized(1, 0, 0);
    let (status, body) = bench.post("/bolt/app/token", &credentials()).await;
    assert_eq!(
        (status, &body["token_type"], &body["expires_in"]),
        (200, &json!("Bearer"), &json!(3600))
    );
    assert!(body.get("refresh_token").is_none());

    let token = body["access_token"].as_str().expect("a token");
    let parts: Vec<_> = token.split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part)).collect();
    let part = |at: usize| -> Value {
        serde_json::from_slice(parts[at].as_ref().expect("base64")).expect("json")
    };
    assert_eq!(part(0)["alg"], json!("RS256"));
    assert_eq!(part(1)["aud"], json!(["simulated-client"]));
    assert_eq!(part(1)["realm"], json!("bolt"));
    assert!(part(1)["scopes"].as_array().expect("scopes").contains(&json!("order.order:read")));
    let lifetime = part(1)["exp"].as_i64().expect("exp") - part(1)["iat"].as_i64().expect("iat");
    assert_eq!(lifetime, 3600);

    let request = bench.api("languages").header("authorization", format!("Bearer {token}"));
    assert_eq!(answer(request).await.0, 200);
    assert_eq!(bench.shop.stats().tokens_issued, 2);
}

#[tokio::test]
async fn wrong_client_and_malformed_request_get_different_errors() {
    let bench = Bench::sized(1, 0, 0);
    let (status, body) =
        bench.post("/bolt/app/token", &with(credentials(), "client_secret", "wrong")).await;
    assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
    let (status, body) = bench.post("/bolt/app/token", &with(credentials(), "client_id", "")).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_request")));
    assert!(body["hint"].as_str().is_some_and(|hint| hint.contains("client_id")));
    let (status, _) = bench.post("/nincs/app/token", &credentials()).await;
    assert_eq!(status, 404);
    let basic = bench.client.post(bench.url("/bolt/app/token")).basic_auth("a", Some("b"));
    assert_eq!(answer(basic.json(&credentials())).await.0, 403);
}

#[tokio::test]
async fn uninstalled_shop_gets_no_token_and_loses_existing_ones() {
    let bench = Bench::sized(1, 0, 0);
    bench.shop.set_installed(false);
    assert_eq!(bench.post("/bolt/app/token", &credentials()).await.0, 401);
    assert_eq!(bench.read("languages").await.0, 401);
    bench.shop.configure(|config| config.uninstalled_status = 403).expect("a configuration");
    assert_eq!(bench.post("/bolt/app/token", &credentials()).await.0, 403);
}

#[tokio::test]
async fn expired_and_revoked_tokens_are_refused() {
    let token =
        TokenConfig { lifetime_seconds: 0, omit_expires_in: true, ..TokenConfig::default() };
    let bench = Bench::new(ShopConfig { token, ..ShopConfig::default() });
    assert_eq!(bench.read("languages").await.0, 401);
    let (_, body) = bench.post("/bolt/app/token", &credentials()).await;
    assert!(body.get("expires_in").is_none());

    let bench = Bench::sized(1, 0, 0);
    assert_eq!(bench.read("languages").await.0, 200);
    assert_eq!(bench.shop.revoke_tokens(), 1);
    assert_eq!(bench.read("languages").await.0, 401);
}

#[tokio::test]
async fn brief_refresh_tokens_rotate_and_work_once() {
    let bench = Bench::sized(1, 0, 0);
    let call = shoprenter_simulator::SignedCall {
        code: None,
        ..shoprenter_simulator::SignedCall::default()
    };
    let url = bench.shop.open(&call).await.expect("a call").url;
    let code = url.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    let redirect_uri = bench.simulator.app().redirect_uri;
    let grant = with(with(credentials(), "grant_type", "authorization_code"), "code", code);
    assert_eq!(bench.post("/bolt/oauth/token", &grant).await.0, 400, "no redirect_uri");
    let first = with(grant, "redirect_uri", &redirect_uri);
    let (status, granted) = bench.post("/bolt/oauth/token", &first).await;
    assert_eq!(status, 200);
    assert_eq!(bench.post("/bolt/oauth/token", &first).await.0, 400);

    let refresh = granted["refresh_token"].as_str().expect("a refresh token");
    let form = format!(
        "grant_type=refresh_token&client_id=simulated-client&client_secret=simulated-secret&refresh_token={refresh}&redirect_uri={redirect_uri}"
    );
    let request = || {
        let post = bench.client.post(bench.url("/bolt/oauth/token")).body(form.clone());
        post.header("content-type", "application/x-www-form-urlencoded")
    };
    let (status, renewed) = answer(request()).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["refresh_token"], granted["refresh_token"]);
    assert_eq!(send(request()).await.status(), 400);

    assert!(renewed["scope"].as_str().is_some_and(|scope| scope.contains("product:read")));
    bench.shop.configure(|config| config.token.rotates_refresh = false).expect("a configuration");
    let refresh = renewed["refresh_token"].as_str().expect("a refresh token");
    let grant = with(with(credentials(), "grant_type", "refresh_token"), "refresh_token", refresh);
    for _ in 0..2 {
        let grant = with(grant.clone(), "redirect_uri", &redirect_uri);
        let (status, answer) = bench.post("/bolt/oauth/token", &grant).await;
        assert_eq!((status, answer.get("refresh_token")), (200, None));
    }
}
