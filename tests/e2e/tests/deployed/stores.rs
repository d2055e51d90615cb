//! ShopCall's calls for a store through the API, with the template's roles.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Shop, TIMEOUT, text};
use e2e::eventually;

impl Shop {
    /// Sends a call as ShopCall and returns the status and the body.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let http = shopcall_core::runtime::http_client().unwrap();
        let request = http.request(method, format!("{}{path}", self.stack.api_url));
        let request = body.into_iter().fold(request, reqwest::RequestBuilder::json);
        let answer = request.bearer_auth(&self.stack.internal_sync_secret).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }
}

fn sr_install(steps: &[Value]) -> String {
    let mut urls = steps.iter().map(|step| step["url"].as_str().unwrap().parse().unwrap());
    let named = urls.find_map(|url: url::Url| {
        let mut pairs = url.query_pairs();
        pairs.find(|(name, _)| name == "sr_install").map(|(_, value)| value.into_owned())
    });
    named.unwrap()
}

#[tokio::test]
async fn shopcall_syncs_configures_and_claims_store() {
    let config = json!({ "products": 3, "orders": 2, "customers": 2 });
    let shop = Shop::open("stores", config).await;
    let sr_install = sr_install(&shop.install().await);
    for resource in ["products", "orders", "customers"] {
        shop.run_after(resource, None).await;
    }
    let store = format!("/stores/{}", shop.store_id());

    let body = json!({ "store_id": shop.store_id(), "mode": "full" });
    let (status, accepted) = shop.call(Method::POST, "/sync", Some(&body)).await;
    assert_eq!(status, 202, "{accepted}");
    let completed = eventually("three runs of one id are completed", TIMEOUT, || async {
        let (status, page) = shop.call(Method::GET, &format!("{store}/runs?limit=50"), None).await;
        assert_eq!(status, 200, "{page}");
        let runs = page["runs"].as_array().unwrap().iter().cloned();
        let ours = runs.filter(|run| run["run_id"] == accepted["run_id"]);
        let completed: Vec<_> = ours.filter(|run| run["status"] == "completed").collect();
        (completed.len() == 3).then_some(completed)
    })
    .await;
    let day = &completed[0]["started_at"].as_str().unwrap()[..10];
    let (status, page) = shop.call(Method::GET, &format!("/runs?day={day}&limit=100"), None).await;
    assert_eq!((status, &page["day"]), (200, &json!(day)));
    assert!(page["runs"].as_array().unwrap().contains(&completed[0]));

    let config = json!({ "enabled": false, "frequency": "daily" });
    let path = format!("{store}/sync-config");
    let (status, answer) = shop.call(Method::PUT, &path, Some(&config)).await;
    let expected = json!({ "enabled": false, "frequency": "daily", "next_sync_at": null });
    assert_eq!((status, answer), (200, expected));

    let path = format!("/installs/{sr_install}/claim");
    let (status, answer) = shop.call(Method::POST, &path, Some(&json!({ "user_id": "u-1" }))).await;
    assert_eq!((status, &answer["store_id"]), (200, &json!(shop.store_id())));
    let (status, _) = shop.call(Method::POST, &path, Some(&json!({ "user_id": "u-2" }))).await;
    assert_eq!(status, 409);

    for path in [store.clone(), store.replace(':', "%3A")] {
        let (status, answer) = shop.call(Method::GET, &path, None).await;
        assert_eq!((status, &answer["user_id"]), (200, &json!("u-1")), "{path}: {answer}");
        assert_eq!(answer["sync"], config);
        assert_eq!(answer["resources"]["orders"]["last_run"]["run_id"], accepted["run_id"]);
    }
    assert_eq!(text(&shop.store_row().await.unwrap(), "user_id"), "u-1");
}

#[tokio::test]
async fn unknown_store_returns_404_and_missing_bearer_401() {
    let shop = Shop::open("unknown", json!({ "products": 1 })).await;
    let path = format!("/stores/{}", shop.store_id());
    assert_eq!(shop.call(Method::GET, &path, None).await.0, 404);
    assert_eq!(crate::get(&format!("{}{path}", shop.stack.api_url)).await.0, 401);
}
