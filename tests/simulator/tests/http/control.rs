use serde_json::{Value, json};

use crate::{Bench, answer};

impl Bench {
    async fn control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        answer(self.client.request(method, self.url(&format!("/_control{path}"))).json(&body)).await
    }
}

#[tokio::test]
async fn shop_lifecycle_over_http() {
    let bench = Bench::sized(1, 0, 0);
    let (status, state) = bench
        .control("PUT", "/shops/uj-bolt", json!({ "products": 7, "quirks": { "poison": 0.5 } }))
        .await;
    assert_eq!((status, &state["products"], &state["installed"]), (201, &json!(7), &json!(false)));
    let (status, state) =
        bench.control("PATCH", "/shops/uj-bolt", json!({ "rate": { "per_second": 9 } })).await;
    assert_eq!((status, &state["config"]["rate"]["per_second"]), (200, &json!(9)));
    assert_eq!(state["config"]["quirks"]["poison"], json!(0.5));
    for (path, wrong) in [
        ("/shops/uj-bolt", json!({ "no_such_field": 1 })),
        ("/shops/Nem_jo", json!({})),
        ("/shops/x", json!({ "timezone": "Nowhere/At_All" })),
    ] {
        assert_eq!(bench.control("PUT", path, wrong).await.0, 422, "{path}");
    }
    assert_eq!(bench.control("PATCH", "/shops/uj-bolt", json!({ "seed": 2 })).await.0, 422);
    assert_eq!(bench.control("DELETE", "/shops/uj-bolt", json!({})).await.0, 204);
    assert_eq!(bench.control("GET", "/shops/uj-bolt", json!({})).await.0, 404);
    assert_eq!(bench.control("GET", "/health", json!({})).await.1["status"], json!("ok"));
}

#[tokio::test]
async fn app_addresses_can_be_changed_after_start() {
    let bench = Bench::sized(1, 0, 0);
    let entry = json!({ "entry_uri": "https://api.example/entry" });
    assert_eq!(bench.control("PUT", "/app", entry).await.0, 200);
    let app = bench.simulator.app();
    assert_eq!(
        (app.entry_uri.as_str(), app.client_id.as_str()),
        ("https://api.example/entry", "simulated-client")
    );
    let (_, story) = bench.control("POST", "/shops/bolt/open", json!({ "form": 3 })).await;
    assert!(story["url"].as_str().is_some_and(|url| url.starts_with("https://api.example/entry?")));
}

#[tokio::test]
async fn records_can_be_listed_read_patched_and_deleted() {
    let bench = Bench::sized(5, 5, 5);
    let (_, listing) =
        bench.control("GET", "/shops/bolt/products?offset=1&limit=2", json!({})).await;
    assert_eq!((&listing["total"], &listing["items"][0]["index"]), (&json!(5), &json!(1)));
    let id = listing["items"][0]["id"].as_str().expect("an id").to_owned();

    let path = format!("/shops/bolt/products/{id}");
    let (_, truth) = bench.control("PATCH", &path, json!({ "sku": "UJ-1", "price": "2000" })).await;
    assert_eq!((&truth["sku"], &truth["gross"]), (&json!("UJ-1"), &json!("2540")));
    assert_eq!(bench.control("GET", "/shops/bolt/products/1/truth", json!({})).await.1, truth);
    assert_eq!(bench.read(&format!("productExtend/{id}")).await.1["sku"], json!("UJ-1"));
    assert_eq!(bench.control("PATCH", &path, json!({ "price": "abc" })).await.0, 422);
    assert_eq!(bench.control("PATCH", &path, json!({ "nonsense": 1 })).await.0, 422);

    assert_eq!(bench.control("DELETE", &path, json!({})).await.0, 204);
    assert_eq!(bench.control("GET", &path, json!({})).await.0, 404);
    let (status, added) =
        bench.control("POST", "/shops/bolt/customers", json!({ "family": "Új" })).await;
    assert_eq!((status, &added["index"], &added["family"]), (201, &json!(5), &json!("Új")));
    assert_eq!(bench.control("GET", "/shops/bolt/nonsense", json!({})).await.0, 422);
}

#[tokio::test]
async fn churn_returns_the_affected_indices() {
    let bench = Bench::sized(100, 0, 0);
    let churn = json!({ "add": 3, "update": 10, "delete": 5, "seed": 4 });
    let (_, touched) = bench.control("POST", "/shops/bolt/products/churn", churn).await;
    let count = |name: &str| touched[name].as_array().map(Vec::len);
    assert_eq!((count("added"), count("updated"), count("deleted")), (Some(3), Some(10), Some(5)));
    let (_, truths) =
        bench.control("GET", "/shops/bolt/products/truths?limit=1000", json!({})).await;
    assert_eq!(
        (&truths["total"], truths["items"].as_array().map(Vec::len)),
        (&json!(98), Some(98))
    );
    let (_, page) = bench.read("productExtend?full=1&updatedAfter=2026-07-01T00:00:00").await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(13));
}

#[tokio::test]
async fn record_routes_serve_all_kinds() {
    let bench = Bench::sized(5, 5, 5);
    for kind in ["products", "orders", "customers"] {
        let path = format!("/shops/bolt/{kind}");
        assert_eq!(
            bench.control("GET", &format!("{path}/0/truth"), json!({})).await.1["index"],
            json!(0)
        );
        assert_eq!(
            bench.control("GET", &format!("{path}/truths"), json!({})).await.1["total"],
            json!(5)
        );
        let churn = json!({ "update": 1 });
        assert_eq!(bench.control("POST", &format!("{path}/churn"), churn).await.0, 200);
        assert_eq!(bench.control("PATCH", &format!("{path}/1"), json!({})).await.0, 200);
        assert_eq!(bench.control("DELETE", &format!("{path}/1"), json!({})).await.0, 204);
        assert_eq!(bench.control("GET", &path, json!({})).await.1["total"], json!(4));
    }
}

#[tokio::test]
async fn orders_can_be_placed_and_change_status() {
    let bench = Bench::sized(5, 5, 5);
    let (status, order) = bench
        .control("POST", "/shops/bolt/orders/place", json!({ "email": "uj@pelda.example" }))
        .await;
    assert_eq!((status, &order["email"]), (201, &json!("uj@pelda.example")));
    assert_eq!(order["status_names"]["hu"], json!("Függőben lévő"));
    let path = format!("/shops/bolt/orders/{}/status", order["index"]);
    let (_, order) = bench.control("POST", &path, json!({ "status": 5 })).await;
    assert_eq!(order["status_names"]["hu"], json!("Teljesítve"));
}

#[tokio::test]
async fn faults_and_stats_are_available_over_http() {
    let bench = Bench::sized(5, 5, 5);
    let order =
        json!({ "kind": "status", "status": 504, "times": 1, "path_prefix": "/api/orders" });
    let (status, fault) = bench.control("POST", "/shops/bolt/faults", order).await;
    assert_eq!(status, 201);
    assert_eq!(bench.read("orders").await.0, 504);
    let path = format!("/shops/bolt/faults/{}", fault["id"]);
    assert_eq!(bench.control("DELETE", &path, json!({})).await.0, 404);
    assert_eq!(
        bench.control("POST", "/shops/bolt/faults", json!({ "kind": "nonsense" })).await.0,
        422
    );

    for path in ["/shops/bolt/stats", "/stats"] {
        let (_, stats) = bench.control("GET", path, json!({})).await;
        assert_eq!(stats["requests"]["GET api/orders"]["504"], json!(1));
        assert_eq!(bench.control("POST", &format!("{path}/reset"), json!({})).await.0, 204);
        assert_eq!(bench.control("GET", path, json!({})).await.1["total"], json!(0));
    }
}
