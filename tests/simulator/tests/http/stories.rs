use serde_json::{Value, json};
use shoprenter_simulator::{AdminPage, ShopConfig, SignedCall, UninstallOrder};

use crate::{Bench, answer, application::Application, unlimited};

async fn hosted(config: ShopConfig) -> (Bench, Application) {
    let application = Application::start().await;
    let bench = Bench::new(ShopConfig { rate: unlimited(), ..config });
    bench.simulator.set_app(|app| {
        app.redirect_uri = format!("{}/callback", application.base_url);
        app.entry_uri = format!("{}/entry", application.base_url);
        app.uninstall_uri = format!("{}/uninstall", application.base_url);
    });
    (bench, application)
}

#[tokio::test]
async fn install_redirects_through_admin_to_entry_point() {
    for (page, app_url) in [(AdminPage::Iframe, "admin"), (AdminPage::Redirect, "primary_domain")] {
        let (bench, application) =
            hosted(ShopConfig { admin_page: page, ..ShopConfig::default() }).await;
        bench.shop.set_installed(false);
        let call = SignedCall { app_url: app_url.to_owned(), ..SignedCall::followed() };
        let story = bench.shop.install(&call).await.expect("a story");
        assert_eq!(story.steps.len(), 3, "{story:#?}");
        assert_eq!(story.last().map(|step| step.body.as_str()), Some("<p>Kész</p>"));
        let entry = &application.seen()[0];
        assert_eq!(entry.path, "/entry");
        assert!(entry.query.contains("&sr_install=abc") && entry.query.contains("&hmac="));
        assert!(bench.shop.state().installed);
    }
}

#[tokio::test]
async fn simulator_answers_for_the_shops_own_hosts() {
    let (bench, _application) = hosted(ShopConfig::default()).await;
    let app_url = "https://bolt.myshoprenter.hu/admin/app/100".to_owned();
    let call = SignedCall { app_url, ..SignedCall::followed() };
    let story = bench.shop.install(&call).await.expect("a story");
    let played = story.steps[1].played_as.as_deref().expect("played");
    assert_eq!(played, bench.url("/bolt/admin/app/100?sr_install=abc"));
    assert_eq!(story.steps.len(), 3);

    let elsewhere =
        SignedCall { app_url: "https://evil.example/x".to_owned(), ..SignedCall::followed() };
    assert_eq!(bench.shop.install(&elsewhere).await.expect("a story").steps.len(), 1);
}

#[tokio::test]
async fn uninstall_follows_token_revocation_and_may_be_late() {
    let (bench, application) = hosted(ShopConfig::default()).await;
    let late = SignedCall { follow: Some(false), mark: false, ..SignedCall::default() };
    let url = bench.shop.uninstall(&late).await.expect("a story").url;
    assert!(url.contains("/uninstall?shopname=bolt&code=") && bench.shop.state().installed);
    assert_eq!(application.seen().len(), 0);

    let call = SignedCall {
        shop_key: "shopName".to_owned(),
        order: UninstallOrder::Before,
        ..SignedCall::default()
    };
    let story = bench.shop.uninstall(&call).await.expect("a story");
    assert_eq!(story.last().map(|step| step.status), Some(200));
    assert!(application.seen()[0].query.starts_with("shopName=bolt&"));
    assert_eq!(bench.read("languages").await.0, 401);
}

#[tokio::test]
async fn every_part_of_a_call_can_be_invalid() {
    let (bench, _application) = hosted(ShopConfig::default()).await;
    let good = SignedCall {
        timestamp: Some(1_700_000_000),
        code: Some("kod".to_owned()),
        ..SignedCall::default()
    };
    let url = async |call: &SignedCall| bench.shop.open(call).await.expect("a call").url;
    let reference = url(&good).await;
    assert!(reference.contains("?shopname=bolt&code=kod&timestamp=1700000000&hmac="));
    let spoiled = url(&SignedCall { bad_hmac: true, ..good.clone() }).await;
    assert_eq!(reference[..reference.len() - 1], spoiled[..spoiled.len() - 1]);
    assert_ne!(reference, spoiled);
    let omitted = url(&SignedCall { omit: vec!["code".to_owned()], ..good.clone() }).await;
    assert!(!omitted.contains("code="));
    let twice = url(&SignedCall { duplicate: vec!["shopname".to_owned()], ..good.clone() }).await;
    assert_eq!(twice.matches("shopname=").count(), 2);
    let capitals = url(&SignedCall { upper_case: true, skew_seconds: -600, ..good.clone() }).await;
    assert!(capitals.contains("shopname=BOLT") && capitals.contains("timestamp=1699999400"));
    assert!(bench.shop.open(&good.form(5)).await.is_err());
}

#[tokio::test]
async fn opening_admin_without_app_starts_install() {
    let (bench, _application) = hosted(ShopConfig::default()).await;
    bench.shop.set_installed(false);
    let request = bench.client.get(bench.url("/bolt/admin/app/100"));
    let response = request.send().await.expect("an answer");
    let location = response.headers()["location"].to_str().expect("an address").to_owned();
    assert!(location.contains("/callback?shopname=bolt") && location.contains("&app_url="));
    assert!(bench.shop.state().installed);
}

#[tokio::test]
async fn granting_missing_scopes_redirects_to_the_app() {
    let scopes = ["product.product:read".to_owned()].into();
    let (bench, _application) = hosted(ShopConfig { scopes, ..ShopConfig::default() }).await;
    let page = bench.url("/bolt/admin/app/100/approveScopes");
    let shown = bench.client.get(&page).send().await.expect("a page").text().await.expect("text");
    assert!(shown.contains("order.order:read") && !shown.contains("product.product:read"));

    let response = bench.client.post(&page).send().await.expect("an answer");
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], bench.url("/bolt/admin/app/100").as_str());
    assert!(bench.shop.state().config.scopes.contains("order.order:read"));
    let shown = bench.client.get(&page).send().await.expect("a page").text().await.expect("text");
    assert!(!shown.contains("<li>"));
    let (status, refusal) = bench.read("orders").await;
    let is_refused = (status, &refusal["error"]) == (401, &json!(40101));
    assert!(is_refused, "a token keeps the scopes it was issued with: {refusal}");

    bench.shop.set_installed(false);
    assert_eq!(bench.client.post(&page).send().await.expect("an answer").status(), 404);
}

async fn register(bench: &Bench, event: &str, url: &str, fields: &[&str]) -> (u16, Value) {
    let body = json!({
        "event": event,
        "status": "1",
        "label": "próba",
        "webHookParameters": [{ "type": "json", "url": url, "fields": fields }],
    });
    let request = bench.with_headers(bench.client.post(bench.url("/bolt/api/webHooks")));
    answer(request.body(body.to_string())).await
}

#[tokio::test]
async fn order_webhooks_are_multipart_with_net_and_gross() {
    let (bench, application) = hosted(ShopConfig::sized(5, 5, 5)).await;
    let (status, hook) =
        register(&bench, "order_confirm", &format!("{}/hook", application.base_url), &[]).await;
    assert_eq!((status, &hook["event"]), (201, &json!("order_confirm")));
    let index =
        bench.shop.place_order(&json!({ "total": "1270", "total_net": "1000" })).expect("an order");

    let seen = application.wait_for(1).await;
    let received = &seen[0];
    assert_eq!((received.path.as_str(), received.query.as_str()), ("/hook", ""));
    assert_eq!(received.headers["user-agent"], "ShopRenter");
    assert!(received.headers["content-type"].starts_with("multipart/form-data; boundary="));
    let order = order_in(&received.body);
    assert_eq!((&order["total"], &order["totalGross"]), (&json!("1000"), &json!("1270")));
    assert_eq!(order["languageCode"], "hu");
    assert!(order["shippingNetPrice"].is_number() && order["couponGrossPrice"].is_null());
    for undocumented in ["language", "orderCreated", "ip"] {
        assert!(order.get(undocumented).is_none(), "{undocumented}");
    }
    let id = bench.shop.record(shoprenter_simulator::Kind::Orders, index).expect("a truth")["id"]
        .clone();
    assert_eq!(order["innerResourceId"], json!(format!("orders/{}", id.as_str().expect("an id"))));
    let line = &order["orderProducts"]["orderProduct"][0];
    assert!(line["quantity"].is_string());
    assert!(line["innerResourceId"].as_str().expect("an id").starts_with("orderProducts/"));
}

/// The order in a multipart body.
fn order_in(body: &str) -> Value {
    let data = body.split("\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n--").next());
    let data: Value = serde_json::from_str(data.expect("data")).expect("json");
    data["orders"]["order"][0].clone()
}

#[tokio::test]
async fn webhooks_send_only_documented_requested_fields() {
    let (bench, application) = hosted(ShopConfig::sized(5, 5, 5)).await;
    let url = format!("{}/hook", application.base_url);
    let fields = ["order_innerId", "order_language", "orderHistory_status", "orderProduct_sku"];
    let (_, hook) = register(&bench, "order_confirm", &url, &fields).await;
    let listed = &hook["webHookParameters"]["fields"];
    assert_eq!(*listed, json!(["order_innerId", "orderHistory_status", "orderProduct_sku"]));
    bench.shop.place_order(&json!({ "status": 2 })).expect("an order");
    let seen = application.wait_for(1).await;
    let order = order_in(&seen[0].body);
    let names: Vec<_> = order.as_object().expect("an order").keys().collect();
    assert_eq!(names, ["innerId", "orderHistory", "orderProducts"]);
    assert_eq!(order["orderHistory"], json!({ "status": "2" }));
    let line = order["orderProducts"]["orderProduct"][0].as_object().expect("a line");
    assert_eq!(line.keys().collect::<Vec<_>>(), ["sku"]);
}

#[tokio::test]
async fn abandoned_carts_have_no_status_text() {
    let (bench, application) = hosted(ShopConfig::sized(5, 5, 5)).await;
    let url = format!("{}/hook", application.base_url);
    register(&bench, "abandoned_cart", &url, &[]).await;
    bench.shop.abandon_cart().expect("a cart");
    let order = order_in(&application.wait_for(1).await[0].body);
    assert_eq!(order["orderHistory"]["status"], "0");
    assert_eq!(order["orderHistory"]["statusText"], "");
    assert!(order.get("expectedDeliveryDate").is_none());
}

#[tokio::test]
async fn deliveries_can_be_duplicated_lost_or_unregistered() {
    let (bench, application) = hosted(ShopConfig::sized(5, 5, 5)).await;
    let (_, hook) =
        register(&bench, "order_status_change", &format!("{}/hook", application.base_url), &[])
            .await;
    bench.shop.configure(|config| config.delivery.duplicate = 1.0).expect("a configuration");
    bench.shop.set_order_status(2, 5).expect("a status");
    assert_eq!(application.wait_for(2).await.len(), 2);

    bench.shop.configure(|config| config.delivery.lose = 1.0).expect("a configuration");
    bench.shop.set_order_status(2, 7).expect("a status");
    assert!(bench.shop.deliveries().iter().any(|delivery| delivery.outcome == "lost"));

    let id = hook["id"].as_str().expect("an id");
    let request = bench.client.delete(bench.url(&format!("/bolt/api/webHooks/{id}")));
    assert_eq!(answer(bench.with_headers(request)).await.0, 204);
    assert!(bench.shop.webhooks().is_empty());
    assert!(bench.shop.set_order_status(2, 99).is_err());
}
