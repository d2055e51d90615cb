use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shoprenter_simulator::{
    ErrorShape, Kind, PermissionRefusal, Poison, Quirks, RateConfig, ShopConfig, WindowMode,
};

use crate::{Bench, answer, send, unlimited};

fn plain(products: u32, orders: u32, customers: u32) -> Bench {
    let config = ShopConfig::sized(products, orders, customers);
    Bench::new(ShopConfig { rate: unlimited(), quirks: Quirks::none(), ..config })
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect()
}

#[tokio::test]
async fn response_defaults_to_xml_and_content_type_is_required() {
    let bench = plain(3, 0, 0);
    let bare = || bench.client.get(bench.url("/bolt/api/languages")).bearer_auth(&bench.token);
    assert_eq!(send(bare()).await.status(), 415);
    let response = send(bare().header("content-type", "application/json")).await;
    assert_eq!(response.headers()["content-type"], "text/xml; charset=UTF-8");
    assert!(response.text().await.expect("a text").starts_with("<?xml"));
    let (_, json) = bench.read("languages?full=1").await;
    assert_eq!(json["items"][0]["code"], json!("hu"));
}

#[tokio::test]
async fn missing_scope_denies_only_its_resources() {
    let bench = plain(3, 3, 3);
    bench
        .shop
        .configure(|config| {
            config.scopes.remove("order.status:read");
            config.error_shape = ErrorShape::Text;
        })
        .expect("a configuration");
    let (status, body) = bench.read("orderStatuses").await;
    assert_eq!((status, &body["error"]), (401, &json!("40101")));
    assert_eq!(bench.read("orderExtend?full=1").await.0, 200);
    let plain = |config: &mut ShopConfig| config.permission_refusal = PermissionRefusal::Plain;
    bench.shop.configure(plain).expect("a configuration");
    assert_eq!(bench.read("orderStatuses").await, (403, json!({ "message": "Forbidden" })));
    let without_token = bench.client.get(bench.url("/bolt/api/orders"));
    assert_eq!(send(without_token.header("content-type", "application/json")).await.status(), 401);
}

#[tokio::test]
async fn undocumented_parameter_returns_40010() {
    let bench = plain(3, 3, 3);
    let order = &bench.shop.list(Kind::Orders, 0, 1).items[0].id;
    let one = format!("orderExtend/{order}?full=1");
    for (path, name) in [
        ("domains?full=1", "full"),
        (one.as_str(), "full"),
        ("webHooks?event=order_confirm", "event"),
        ("orderExtend?updatedAfter=2026-07-01T00:00:00", "updatedAfter"),
        ("productExtend?updatedAtMin=2026-07-01T00:00:00", "updatedAtMin"),
    ] {
        let (status, body) = bench.read(path).await;
        assert_eq!((status, &body["error"]), (400, &json!(40010)), "{path}");
        let message = format!("The given parameter: {name} is not available!");
        assert_eq!(body["message"], json!(message));
    }
    for path in ["domains", "settings?group=config&key=config_timezone", "languages?code=hu"] {
        assert_eq!(bench.read(path).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn pages_return_each_record_once_then_40008() {
    let bench = plain(450, 0, 0);
    let mut seen = BTreeSet::new();
    for page in 0..3 {
        let (_, body) = bench.read(&format!("productExtend?full=1&limit=200&page={page}")).await;
        assert_eq!(body["pageCount"], json!("3"));
        assert_eq!(body["next"].is_null(), page == 2);
        seen.extend(ids(&body).into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len(), 450);
    let (status, body) = bench.read("productExtend?limit=200&page=3").await;
    assert_eq!((status, &body["error"]), (400, &json!(40008)));
    assert_eq!(bench.read("productExtend?limit=201").await.0, 400);
}

#[tokio::test]
async fn without_full_items_are_links_to_old_host() {
    let bench = plain(0, 5, 0);
    let (_, body) = bench.read("orderExtend?limit=2").await;
    let first = body["items"][0].as_object().expect("a link");
    assert_eq!(first.len(), 1);
    let id = &bench.shop.list(Kind::Orders, 0, 1).items[0].id;
    let expected = format!("https://bolt.api.myshoprenter.hu/orderExtend/{id}");
    assert_eq!(first["href"], json!(expected));
    assert_eq!((&body["page"], &body["pageCount"]), (&json!(0), &json!(3)));
    let next = "https://bolt.api.myshoprenter.hu/orderExtend?page=1&limit=2";
    assert_eq!(body["next"]["href"], json!(next));
}

#[tokio::test]
async fn items_may_be_unwrapped_and_responses_wrapped() {
    let quirks = Quirks { bare_items: true, wrapped: 1.0, ..Quirks::none() };
    let bench = Bench::new(ShopConfig { quirks, rate: unlimited(), ..ShopConfig::sized(1, 0, 0) });
    let (_, body) = bench.read("productExtend?full=1").await;
    assert!(body["response"]["items"]["id"].is_string());
}

#[tokio::test]
async fn date_filter_returns_only_changed_records() {
    let bench = plain(300, 300, 300);
    for (kind, name, filter) in [
        (Kind::Products, "productExtend", "updatedAfter"),
        (Kind::Orders, "orderExtend", "updatedAtMin"),
        (Kind::Customers, "customerExtend", "updatedAtMin"),
    ] {
        bench.shop.update(kind, 7, &json!({})).expect("a change");
        let (_, body) = bench.read(&format!("{name}?full=1&{filter}=2026-07-01T00:00:00")).await;
        let id = bench.shop.record(kind, 7).expect("a truth")["id"].clone();
        assert_eq!(ids(&body), [id.as_str().expect("an id")]);
        let (status, body) = bench.read(&format!("{name}?{filter}=2026-07-01")).await;
        assert_eq!((status, &body["error"]), (400, &json!(40009)));
    }
    let (_, body) = bench.read("orderExtend?full=1&innerIdMin=5298").await;
    assert_eq!(ids(&body).len(), 2);
    bench
        .shop
        .update(Kind::Orders, 3, &json!({ "email": "Egyedi@pelda.example" }))
        .expect("a change");
    for (index, email) in [
        (3, json!("egyedi@pelda.example")),
        (4, bench.shop.record(Kind::Orders, 4).expect("a truth")["email"].clone()),
    ] {
        let email = email.as_str().expect("an address");
        let (_, body) = bench.read(&format!("orderExtend?full=1&limit=200&email={email}")).await;
        let id = bench.shop.record(Kind::Orders, index).expect("a truth")["id"].clone();
        assert!(ids(&body).contains(&id.as_str().expect("an id")));
    }
}

#[tokio::test]
async fn single_record_is_read_by_opaque_id() {
    let bench = plain(3, 3, 3);
    for (kind, name) in [
        (Kind::Products, "productExtend"),
        (Kind::Orders, "orderExtend"),
        (Kind::Customers, "customerExtend"),
    ] {
        let id = bench.shop.list(kind, 1, 1).items[0].id.clone();
        let (status, body) = bench.read(&format!("{name}/{}", id.replace('=', "%3D"))).await;
        assert_eq!((status, &body["id"]), (200, &json!(id)));
        let (status, body) = bench.read(&format!("{name}/bm9uZQ==")).await;
        assert_eq!((status, &body["error"]), (404, &json!(40401)));
    }
    let (_, languages) = bench.read("languages?full=1").await;
    let id = languages["items"][0]["id"].as_str().expect("an id");
    assert_eq!(bench.read(&format!("languages/{id}")).await.1["code"], json!("hu"));
}

#[tokio::test]
async fn api_product_matches_its_record() {
    let config = ShopConfig {
        languages: vec!["hu".to_owned(), "en".to_owned()],
        rate: unlimited(),
        ..ShopConfig::sized(100, 0, 0)
    };
    let bench = Bench::new(config);
    let (_, body) = bench.read("productExtend?full=1&limit=100").await;
    for (item, truth) in body["items"].as_array().expect("items").iter().zip(bench.shop.records(
        Kind::Products,
        0,
        100,
    )) {
        assert_eq!(item["id"], truth["id"]);
        assert_eq!(item["sku"].as_str().filter(|sku| !sku.is_empty()), truth["sku"].as_str());
        let default = item["productPrices"]
            .as_array()
            .and_then(|prices| {
                prices.iter().find(|price| price["customerGroup"]["default"] == json!(true))
            })
            .expect("a default price");
        assert_eq!(default["gross"], truth["gross"]);
        assert_eq!(default["grossSpecial"], truth["special"]);
        let descriptions = item["productDescriptions"].as_array().expect("descriptions");
        assert_eq!(descriptions.len(), 2);
        assert_eq!(truth["texts"].as_object().map(serde_json::Map::len), Some(2));
    }
}

#[tokio::test]
async fn records_include_data_that_must_not_be_stored() {
    let bench = plain(3, 40, 3);
    let (_, customers) = bench.read("customerExtend?full=1").await;
    assert!(
        customers["items"][0]["password"].as_str().is_some_and(|hash| hash.starts_with("$2y$10$"))
    );
    let (_, orders) = bench.read("orderExtend?full=1&limit=40").await;
    let orders = orders["items"].as_array().expect("orders");
    assert!(orders.iter().all(|order| order["ip"].is_string()));
    assert!(orders.iter().any(|order| order["orderCreditCards"][0]["transactionId"].is_string()));
    assert!(orders.iter().all(|order| order["orderProducts"][0].get("quantity").is_none()));
}

#[tokio::test]
async fn pages_mix_undecodable_and_valid_records() {
    let quirks = Quirks { poison: 0.3, ..Quirks::none() };
    let bench =
        Bench::new(ShopConfig { quirks, rate: unlimited(), ..ShopConfig::sized(100, 0, 0) });
    bench
        .shop
        .update(Kind::Products, 0, &json!({ "poison": Poison::BadNumber }))
        .expect("a change");
    let (_, body) = bench.read("productExtend?full=1&limit=100").await;
    assert_eq!(body["items"][0]["price"], json!("abc"));
    assert_eq!(body["items"].as_array().map(Vec::len), Some(100));
    let poisoned = bench.shop.records(Kind::Products, 0, 100);
    let poisoned = poisoned.iter().filter(|truth| !truth["poison"].is_null()).count();
    assert!((15..50).contains(&poisoned), "{poisoned}");
}

#[tokio::test]
async fn fourth_request_in_a_second_returns_429() {
    let (bench, responses) = in_one_second(&ShopConfig::default(), 5).await;
    assert!(responses.iter().all(|response| !response.headers().contains_key("retry-after")));
    let statuses: Vec<_> = responses.iter().map(|response| response.status().as_u16()).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    let stats = bench.shop.stats();
    assert_eq!((stats.rate_limited, stats.peak_per_second), (2, 5));

    let rate = RateConfig {
        per_second: 1,
        mode: WindowMode::Fixed,
        retry_after: Some("2".to_owned()),
        ..RateConfig::default()
    };
    let config = ShopConfig { rate, ..ShopConfig::default() };
    let (_, responses) = in_one_second(&config, 2).await;
    assert_eq!(responses[0].status(), 200);
    assert_eq!(responses[1].headers()["retry-after"], "2");
}

/// Sends the given number of requests to a new shop within one second and returns the answers. A
/// busy machine may need more than one attempt.
async fn in_one_second(config: &ShopConfig, count: usize) -> (Bench, Vec<reqwest::Response>) {
    loop {
        let bench = Bench::new(config.clone());
        let (start, mut responses) = (Instant::now(), Vec::new());
        for _ in 0..count {
            responses.push(send(bench.api("languages")).await);
        }
        if start.elapsed().as_secs() == 0 {
            return (bench, responses);
        }
    }
}

#[tokio::test]
async fn batch_parts_have_individual_statuses() {
    let bench = plain(3, 0, 0);
    let id = bench.shop.list(Kind::Products, 0, 1).items[0].id.clone();
    let part = |uri: String| json!({ "method": "GET", "uri": uri });
    let body = json!({ "data": { "requests": [
        part(format!("https://bolt.api.myshoprenter.hu/productExtend/{id}")),
        part("/productExtend/bm9uZQ==".to_owned()),
    ] } });
    let request = bench.with_headers(bench.client.post(bench.url("/bolt/api/batch")));
    let (status, answers) = answer(request.body(body.to_string())).await;
    assert_eq!(status, 200);
    let answers = &answers["requests"]["request"];
    assert_eq!(answers[0]["response"]["header"]["statusCode"], json!(200));
    assert_eq!(answers[0]["response"]["body"]["id"], json!(id));
    assert_eq!(answers[1]["response"]["header"]["statusCode"], json!("404"));
    assert_eq!(answers[1]["response"]["body"], json!("Resource not found"));

    let rate = RateConfig { count_batch_parts: true, ..RateConfig::default() };
    bench.shop.configure(|config| config.rate = rate).expect("a configuration");
    let many = json!({ "data": { "requests": vec![part("languages".to_owned()); 4] } });
    let request = bench.with_headers(bench.client.post(bench.url("/bolt/api/batch")));
    let (_, answers) = answer(request.body(many.to_string())).await;
    assert_eq!(answers["requests"]["request"][3]["response"]["header"]["statusCode"], json!("429"));
}

#[tokio::test]
async fn reference_resources_return_200() {
    let bench = plain(0, 0, 0);
    let (_, settings) = bench.read("settings?full=1&limit=200").await;
    let zone = settings["items"].as_array().expect("settings").iter();
    let zone = zone.clone().find(|setting| setting["key"] == json!("config_timezone"));
    assert_eq!(zone.expect("a zone")["value"], json!("Europe/Budapest"));
    let (_, domains) = bench.read("domains").await;
    assert_eq!(
        domains["domain"][0],
        json!({ "url": "www.bolt.example", "primary": true, "language": "hu" })
    );
    for name in [
        "currencies",
        "orderStatuses",
        "orderStatusDescriptions",
        "webHooks",
        "orders",
        "customers",
    ] {
        assert_eq!(bench.read(&format!("{name}?full=1")).await.0, 200, "{name}");
    }
    assert_eq!(bench.read("taxClasses").await.0, 404);
}

#[tokio::test]
async fn hundred_thousand_products_are_served_promptly() {
    let bench = Bench::sized(100_000, 100_000, 50_000);
    for path in [
        "productExtend?full=1&limit=200&page=499",
        "productExtend?full=1&limit=200&updatedAfter=2026-06-01T00:00:00",
        "orderExtend?full=1&limit=200&excludeAbandonedCart=1&updatedAtMin=2026-01-01T00:00:00",
        "orderExtend?full=1&email=nobody@pelda.example",
    ] {
        let mut fastest = Duration::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            assert_eq!(bench.read(path).await.0, 200);
            fastest = fastest.min(start.elapsed());
        }
        assert!(fastest.as_secs() < 3, "{path} took {fastest:?}");
    }
}
