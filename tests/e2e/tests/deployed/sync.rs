//! Syncs from the API or the bus to the rows.

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use shopcall_core::domain::{Product, ProductStatus};

use crate::{Shop, text};

impl Shop {
    async fn post_products(&self, bearer: Option<&str>, body: &Value) -> (u16, Value) {
        let http = shopcall_core::runtime::http_client().unwrap();
        let mut request = http.post(format!("{}/sync/products", self.stack.api_url)).json(body);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn cached(&self, product_id: &str) -> shopcall_core::storage::Cached<Product> {
        let pk = format!("{}#products", self.store_id());
        let key = [("pk", pk.as_str()), ("id", product_id)];
        let row = self.stack.row(&self.stack.tables.cache, &key).await.unwrap();
        assert_eq!(text(&row, "id"), product_id);
        serde_dynamo::aws_sdk_dynamodb_1::from_item(row).unwrap()
    }
}

fn assert_is(product: &Product, truth: &Value) {
    let decimal =
        |value: &Value| value.as_str().map(|text| text.parse::<rust_decimal::Decimal>().unwrap());
    let instant =
        |value: &Value| value.as_str().map(|text| text.parse::<jiff::Timestamp>().unwrap());
    let filled = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    assert_eq!(product.sku, filled(&truth["sku"]));
    assert_eq!(product.price.map(|price| price.amount), decimal(&truth["gross"]));
    assert_eq!(product.price.unwrap().currency.as_str(), truth["currency"].as_str().unwrap());
    let special = product.special_prices.first().map(|special| special.price.amount);
    assert_eq!(special, decimal(&truth["special"]));
    // The simulator's shops count two warehouses.
    let stocks = product.stock.unwrap().warehouses.map(|pieces| pieces.to_string());
    let stock = |n: usize| truth["stocks"][n].to_string();
    assert_eq!(stocks, [stock(0), stock(1), "0".to_owned(), "0".to_owned()]);
    assert_eq!(product.orderable, truth["orderable"].as_bool().unwrap());
    let status = [ProductStatus::Off, ProductStatus::On, ProductStatus::Discontinued];
    assert_eq!(product.status, status[usize::try_from(truth["status"].as_u64().unwrap()).unwrap()]);
    let ends_with =
        |alias: String| product.link.as_ref().is_some_and(|link| link.ends_with(&alias));
    assert!(filled(&truth["url_alias"]).is_none_or(ends_with));
    assert_eq!(product.created_at, instant(&truth["created"]));
    assert_eq!(product.updated_at, instant(&truth["updated"]));
    for (language, texts) in truth["texts"].as_object().unwrap() {
        if let Some(name) = filled(&texts["name"]) {
            assert_eq!(product.texts[language].name, name);
        }
    }
}

#[tokio::test]
async fn install_syncs_all_product_fields() {
    let config = json!({ "products": 230, "seed": 77, "languages": ["hu", "en"] });
    let shop = Shop::open("catalogue", config).await;
    shop.install().await;
    let run = shop.run_after("products", None).await;
    assert_eq!(text(&run, "status"), "completed", "{run:?}");
    let counts = run["counts"].as_m().unwrap();
    assert_eq!(counts["written"].as_n().unwrap(), "230");

    let truths = shop.control(Method::GET, "/products/truths?limit=230", &Value::Null).await;
    let truths = truths["items"].as_array().unwrap();
    assert_eq!(truths.len(), 230);
    for truth in truths {
        let cached = shop.cached(truth["id"].as_str().unwrap()).await;
        assert_is(&cached.record, truth);
        assert!(e2e::unzipped(&cached.raw.unwrap()).starts_with('{'));
    }
}

#[tokio::test]
async fn expired_token_is_renewed_and_stored() {
    let shop = Shop::open("expiring", json!({ "products": 3 })).await;
    shop.install().await;
    let first = shop.run_after("products", None).await;
    let before = shop.token_row().await.unwrap();
    shop.stack
        .dynamodb()
        .update_item()
        .table_name(&shop.stack.tables.tokens)
        .key("store_id", AttributeValue::S(shop.store_id()))
        .update_expression("SET expires_at = :past, obtained_at = :past")
        .expression_attribute_values(":past", AttributeValue::N("1000000000".to_owned()))
        .send()
        .await
        .unwrap();
    shop.control(Method::DELETE, "/tokens", &Value::Null).await;

    let bearer = shop.stack.internal_sync_secret.clone();
    let body = json!({ "store_id": shop.store_id(), "mode": "full" });
    let (status, accepted) = shop.post_products(Some(&bearer), &body).await;
    assert_eq!(status, 202);
    let run = shop.run_after("products", Some(text(&first, "run_id"))).await;
    assert_eq!(text(&run, "run_id"), accepted["run_id"].as_str().unwrap());
    assert_eq!(text(&run, "status"), "completed");
    let after = shop.token_row().await.unwrap();
    assert_ne!(before["sealed"], after["sealed"]);
    let expires_at: i64 = after["expires_at"].as_n().unwrap().parse().unwrap();
    assert!(expires_at > jiff::Timestamp::now().as_second() + 3000);
}

#[tokio::test]
async fn sync_requires_bearer_and_installed_store() {
    let shop = Shop::open("guarded", json!({ "products": 1 })).await;
    let bearer = shop.stack.internal_sync_secret.clone();
    let body = json!({ "store_id": shop.store_id(), "mode": "full" });
    for wrong in [None, Some(""), Some("wrong"), bearer.get(1..)] {
        let (status, problem) = shop.post_products(wrong, &body).await;
        assert_eq!(status, 401);
        assert_eq!(problem["type"], "urn:shopcall:problem:unauthorized");
    }
    let (status, problem) = shop.post_products(Some(&bearer), &body).await;
    assert_eq!((status, &problem["status"]), (404, &json!(404)));
    let (status, _) = shop.post_products(Some(&bearer), &json!({ "mode": "full" })).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn logs_contain_no_secret_and_no_token() {
    let shop = Shop::open("quiet", json!({ "products": 5 })).await;
    let steps = shop.install().await;
    shop.run_after("products", None).await;
    let logs = shop.stack.function_logs().await;
    assert!(logs.contains(&shop.store_id()), "the logs mention the store");
    for secret in [shop.stack.client_secret.as_str(), &shop.stack.internal_sync_secret, "eyJ"] {
        assert!(!logs.contains(secret));
    }
    for step in steps {
        let url = url::Url::parse(step["url"].as_str().unwrap()).unwrap();
        for (name, value) in url.query_pairs().filter(|(name, _)| name == "hmac" || name == "code")
        {
            assert!(!logs.contains(&*value), "{name} is in the log");
        }
    }
}

#[tokio::test]
async fn install_syncs_orders_and_customers() {
    let config = json!({ "products": 3, "orders": 40, "customers": 30, "seed": 5 });
    let shop = Shop::open("people", config).await;
    shop.install().await;
    for (resource, count) in [("orders", "40"), ("customers", "30")] {
        let run = shop.run_after(resource, None).await;
        assert_eq!(text(&run, "status"), "completed", "{run:?}");
        assert_eq!(run["counts"].as_m().unwrap()["written"].as_n().unwrap(), count);
    }
    let truths = shop.control(Method::GET, "/orders/truths?limit=40", &Value::Null).await;
    for truth in truths["items"].as_array().unwrap() {
        let pk = format!("{}#orders", shop.store_id());
        let key = [("pk", pk.as_str()), ("id", truth["id"].as_str().unwrap())];
        let row = shop.stack.row(&shop.stack.tables.cache, &key).await.unwrap();
        assert_eq!(text(&row, "inner_id"), truth["inner_id"].to_string());
        let total = row["total_gross"].as_m().unwrap()["amount"].as_s().unwrap();
        let expected = truth["total"].as_str().unwrap();
        let decimal = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
        assert_eq!(decimal(total), decimal(expected));
    }
}
