//! The product brief's dialect, against the field names that the brief gives.

use serde_json::{Value, json};
use shoprenter_simulator::{Dialect, Kind, Quirks, ShopConfig};

use super::{Bench, unlimited};

fn bench(quirks: Quirks) -> Bench {
    Bench::new(ShopConfig {
        dialect: Dialect::Brief,
        quirks,
        rate: unlimited(),
        ..ShopConfig::sized(120, 30, 20)
    })
}

fn fields(item: &Value) -> Vec<&str> {
    item.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().expect("items")
}

#[tokio::test]
async fn pages_start_at_one() {
    let bench = bench(Quirks::none());
    let (_, body) = bench.read("products?page=3&limit=50").await;
    assert_eq!(fields(&body), ["items", "pagination"]);
    assert_eq!(body["pagination"], json!({ "total": 120, "page": 3, "limit": 50 }));
    assert_eq!(items(&body).len(), 20);
    assert_eq!(bench.read("products?page=0").await.0, 400);
    assert_eq!(items(&bench.read("products?page=4&limit=50").await.1).len(), 0);
}

#[tokio::test]
async fn pages_without_pagination_hold_items_only() {
    let bench = bench(Quirks { no_pagination: true, ..Quirks::none() });
    let (_, body) = bench.read("orders?page=1&limit=10").await;
    assert_eq!((fields(&body), items(&body).len()), (vec!["items"], 10));
}

#[tokio::test]
async fn unknown_parameters_are_refused() {
    let bench = bench(Quirks::none());
    for query in ["full=1", "updatedAfter=2026-01-01T00:00:00", "excludeStorno=1"] {
        assert_eq!(bench.read(&format!("products?{query}")).await.0, 400, "{query}");
    }
}

#[tokio::test]
async fn product_has_the_fields_of_the_brief() {
    let bench = bench(Quirks::none());
    bench.shop.update(Kind::Products, 0, &json!({ "status": 0 })).expect("a change");
    let (_, body) = bench.read("products?page=1&limit=1").await;
    let (product, truth) =
        (&items(&body)[0], bench.shop.record(Kind::Products, 0).expect("a truth"));
    let expected = [
        "active",
        "created_at",
        "currency",
        "description",
        "id",
        "name",
        "price",
        "sku",
        "stock",
        "updated_at",
    ];
    assert_eq!(fields(product), expected);
    assert_eq!(product["active"], json!(false));
    assert_eq!(product["price"], truth["gross"]);
    assert_eq!(product["name"], truth["texts"]["hu"]["name"]);
}

#[tokio::test]
async fn customer_has_the_fields_of_the_brief() {
    let bench = bench(Quirks::none());
    let patch = json!({ "given": "János", "family": "Kovács", "phone": "+36201234567" });
    bench.shop.update(Kind::Customers, 0, &patch).expect("a change");
    let (_, body) = bench.read("customers?page=1&limit=1").await;
    let customer = &items(&body)[0];
    let expected = ["created_at", "email", "firstname", "id", "lastname", "phone", "updated_at"];
    assert_eq!(fields(customer), expected);
    for (field, value) in
        [("firstname", "János"), ("lastname", "Kovács"), ("phone", "+36201234567")]
    {
        assert_eq!(customer[field], json!(value), "{field}");
    }
}

#[tokio::test]
async fn order_has_the_fields_of_the_brief() {
    let bench = bench(Quirks::none());
    bench.shop.update(Kind::Orders, 0, &json!({ "status": 5 })).expect("a change");
    let (_, body) = bench.read("orders?page=1&limit=1").await;
    let (order, truth) = (&items(&body)[0], bench.shop.record(Kind::Orders, 0).expect("a truth"));
    let expected = [
        "created_at",
        "currency",
        "customer_id",
        "id",
        "items",
        "order_number",
        "status",
        "total",
        "updated_at",
    ];
    assert_eq!(fields(order), expected);
    assert_eq!(order["order_number"], json!(truth["inner_id"].to_string()));
    assert_eq!((&order["status"], &order["total"]), (&json!("completed"), &truth["total"]));
    assert_eq!(fields(&order["items"][0]), ["name", "price", "product_id", "quantity", "sku"]);
    assert_eq!(order["items"][0]["quantity"], truth["quantities"][0]);
}

#[tokio::test]
async fn scopes_have_the_briefs_names() {
    let bench = bench(Quirks::none());
    let only = |scope: &str| [scope.to_owned()].into();
    bench.shop.configure(|config| config.scopes = only("product:read")).expect("a configuration");
    let token = bench.shop.issue_token();
    let ask = |path: &str| {
        let request = bench.client.get(bench.url(&format!("/bolt/api/{path}")));
        super::answer(
            request
                .bearer_auth(&token)
                .header("content-type", "application/json")
                .header("accept", "application/json"),
        )
    };
    assert_eq!(ask("products").await.0, 200);
    let (status, refusal) = ask("orders").await;
    assert_eq!((status, &refusal["error"]), (401, &json!(40101)));
}

#[tokio::test]
async fn webhooks_are_registered_listed_and_removed() {
    let bench = bench(Quirks::none());
    let body = json!({
        "event": "order/create", "address": "http://127.0.0.1:9/webhook", "active": true,
    });
    let post = |body: &Value| {
        let url = bench.url("/bolt/api/webhooks");
        super::answer(bench.with_headers(bench.client.post(url)).json(body))
    };
    let (status, created) = post(&body).await;
    assert_eq!((status, fields(&created)), (201, vec!["active", "address", "event", "id"]));
    let (_, listed) = bench.read("webhooks").await;
    assert_eq!(listed, json!({ "items": [created] }));

    let one = format!("/bolt/api/webhooks/{}", created["id"].as_str().expect("an id"));
    let (one, put) = (bench.url(&one), bench.client.put(bench.url(&one)).json(&body));
    assert_eq!(super::send(bench.with_headers(put)).await.status(), 405);
    for status in [204, 404] {
        let removed = super::send(bench.with_headers(bench.client.delete(&one))).await;
        assert_eq!(removed.status(), status);
    }
    for (field, wrong) in
        [("event", json!("order_confirm")), ("address", json!("a/b")), ("label", json!("x"))]
    {
        let mut body = body.clone();
        body[field] = wrong;
        assert_eq!(post(&body).await.0, 400, "{field}");
    }
}

#[tokio::test]
async fn official_resources_do_not_exist() {
    let bench = bench(Quirks::none());
    for path in ["productExtend", "settings", "languages", "webHooks", "domains"] {
        assert_eq!(bench.read(path).await.0, 404, "{path}");
    }
}
