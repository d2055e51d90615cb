//! Order webhooks: orders of the shop appear in the table with the names of their statuses.

use aws_sdk_dynamodb::types::AttributeValue;
use e2e::eventually;
use reqwest::Method;
use serde_json::json;
use shopcall_core::domain::Order;
use shopcall_core::storage::Cached;

use crate::{Shop, TIMEOUT};

impl Shop {
    /// Waits until the order has been read back and its status has the given Hungarian name.
    async fn order_that_is(&self, id: &str, status: &str) -> Order {
        let key = [("pk", format!("{}#orders", self.store_id())), ("id", id.to_owned())];
        let key = key.each_ref().map(|(name, value)| (*name, value.as_str()));
        eventually(status, TIMEOUT, || async {
            let row = self.stack.row(&self.stack.tables.cache, &key).await?;
            assert!(row.get("read_at").is_some_and(AttributeValue::is_n));
            let cached: Cached<Order> = serde_dynamo::aws_sdk_dynamodb_1::from_item(row).unwrap();
            let order = cached.record;
            let name = order.status.as_ref()?.names.get("hu")?;
            (name == status && !order.provisional).then_some(order)
        })
        .await
    }
}

#[tokio::test]
async fn placed_order_is_stored_and_follows_status() {
    let shop = Shop::open("webhooks", json!({ "products": 3, "orders": 5, "customers": 2 })).await;
    shop.install().await;
    shop.run_after("orders", None).await;
    let order = shop.control(Method::POST, "/orders/place", &json!({})).await;
    let id = order["id"].as_str().unwrap();
    let stored = shop.order_that_is(id, "Függőben lévő").await;
    assert_eq!(stored.inner_id, Some(order["inner_id"].to_string()));

    shop.control(Method::POST, &format!("/orders/{id}/status"), &json!({ "status": 5 })).await;
    shop.order_that_is(id, "Teljesítve").await;

    let deliveries = shop.control(Method::GET, "/deliveries", &json!({})).await;
    let deliveries = deliveries.as_array().unwrap();
    assert!(deliveries.len() >= 2, "{deliveries:?}");
    assert!(deliveries.iter().all(|delivery| delivery["status"] == 200), "{deliveries:?}");
}

#[tokio::test]
async fn unknown_key_is_refused() {
    let shop = Shop::open("keys", json!({ "products": 1 })).await;
    let key = shopcall_core::access::CapabilityKey::from_random([3; 32]).reveal();
    let url = format!("{}/webhooks/shoprenter/orders/{key}", shop.stack.api_url);
    let http = shopcall_core::runtime::http_client().unwrap();
    let answer = http.post(&url).json(&json!({ "orders": { "order": [] } })).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let logs = shop.stack.function_logs().await;
    assert!(!logs.contains(&key), "the key is in a log");
}
