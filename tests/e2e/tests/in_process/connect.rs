//! The page on which a merchant names the shop, and the assets of all pages.

use e2e::{InProcess, api_request, body_of, header_of, status_of};
use serde_json::Value;

const PAGE: &str = "http://app.invalid/auth/shoprenter/init";

async fn typed(app: &InProcess, shop: &str) -> Value {
    let query: String = url::form_urlencoded::byte_serialize(shop.as_bytes()).collect();
    app.get(&format!("{PAGE}?shopname={query}")).await
}

/// Addresses of the assets that a page loads, resolved as in a browser.
fn files(page: &Value) -> Vec<String> {
    let parts = body_of(page).split("\"../../assets/").skip(1);
    parts.map(|rest| format!("/assets/{}", rest.split('"').next().unwrap())).collect()
}

#[tokio::test]
async fn connect_page_uses_the_requested_language() {
    let app = InProcess::start().await;
    let page = app.get(PAGE).await;
    assert_eq!(status_of(&page), 200);
    assert_eq!(header_of(&page, "content-type"), "text/html; charset=utf-8");
    assert!(body_of(&page).contains("<html lang=\"hu\">"));
    assert!(header_of(&page, "content-security-policy").contains("frame-ancestors 'none'"));
    let page = app.get(&format!("{PAGE}?lang=en")).await;
    assert!(body_of(&page).contains("<html lang=\"en\">"));
    assert!(body_of(&page).contains("name=\"lang\" value=\"en\""), "{}", body_of(&page));
    let page = app.get(&format!("{PAGE}?lang=xx")).await;
    assert!(body_of(&page).contains("<html lang=\"hu\">"));
}

#[tokio::test]
async fn shop_name_or_address_redirects_to_its_admin() {
    let app = InProcess::start().await;
    let simulator = app.shoprenter.app();
    let admin = format!("{}/demo/admin/app/{}", app.shoprenter.base_url(), simulator.client_id);
    for shop in ["demo", " Demo ", "demo.shoprenter.hu", "https://DEMO.myshoprenter.hu/admin/x?y#z"]
    {
        let answer = typed(&app, shop).await;
        assert_eq!(status_of(&answer), 302, "{shop}");
        assert_eq!(header_of(&answer, "location"), admin, "{shop}");
        assert_eq!(header_of(&answer, "cache-control"), "no-store");
    }
}

#[tokio::test]
async fn form_action_policy_allows_admin_and_its_redirects() {
    let app = InProcess::start().await;
    let policy = app.get(PAGE).await;
    let policy = header_of(&policy, "content-security-policy");
    let expected = format!("form-action 'self' https: {};", app.shoprenter.base_url());
    assert!(policy.contains(&expected), "{policy}");
    let admin = ("SHOPRENTER_ADMIN_URL", "");
    let app = InProcess::start_with(&[admin]).await;
    let policy = app.get(PAGE).await;
    let policy = header_of(&policy, "content-security-policy");
    assert!(policy.contains("form-action 'self' https:;"), "{policy}");
}

#[tokio::test]
async fn invalid_shop_is_refused_and_shown_again() {
    let app = InProcess::start().await;
    for shop in ["", "nem jó", "evil.example", "\"><script>alert(1)</script>", "a\r\nx: y"] {
        let answer = typed(&app, shop).await;
        assert_eq!(status_of(&answer), 400, "{shop}");
        assert!(body_of(&answer).contains("aria-invalid=\"true\""), "{shop}");
        assert!(!body_of(&answer).contains("<script"), "{}", body_of(&answer));
    }
    assert!(body_of(&typed(&app, "nem jó").await).contains("value=\"nem jó\""));
    let twice = app.get(&format!("{PAGE}?shopname=demo&shopname=evil")).await;
    assert_eq!(status_of(&twice), 400);
}

#[tokio::test]
async fn page_assets_are_immutable_and_cached() {
    let app = InProcess::start().await;
    let page = app.get(PAGE).await;
    let [style] = files(&page).try_into().unwrap();
    let path = "/integrations/shoprenter/store";
    let shell = app.serve(&format!("GET {path}"), api_request("GET", path, "", "", &[])).await;
    let [same, script]: [String; 2] = files(&shell).try_into().unwrap();
    assert_eq!(style, same);
    for (file, content_type) in
        [(style, "text/css; charset=utf-8"), (script, "text/javascript; charset=utf-8")]
    {
        let answer = app.get(&format!("http://app.invalid{file}")).await;
        assert_eq!(status_of(&answer), 200, "{file}");
        assert_eq!(header_of(&answer, "content-type"), content_type);
        let lasting = "public, max-age=31536000, immutable";
        assert_eq!(header_of(&answer, "cache-control"), lasting);
        assert_eq!(header_of(&answer, "x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn unknown_assets_and_methods_are_refused() {
    let app = InProcess::start().await;
    let missing = app.get("http://app.invalid/assets/page-0000000000000000.css").await;
    assert_eq!(status_of(&missing), 404);
    assert_eq!(header_of(&missing, "content-type"), "application/problem+json");
    assert_eq!(header_of(&missing, "cache-control"), "no-store");
    let post = api_request("POST", "/auth/shoprenter/init", "", "shopname=demo", &[]);
    let answer = app.serve("GET /auth/shoprenter/init", post).await;
    assert_eq!(status_of(&answer), 405);
    assert_eq!(header_of(&answer, "allow"), "GET");
}
