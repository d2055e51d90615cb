//! Tests of `orderHistories`.

use serde_json::{Value, json};
use shoprenter_simulator::{Kind, Quirks, ShopConfig};

use crate::{Bench, unlimited};

fn bench() -> Bench {
    let config = ShopConfig { abandoned_carts: 0.0, ..ShopConfig::sized(5, 20, 5) };
    Bench::new(ShopConfig { rate: unlimited(), quirks: Quirks::none(), ..config })
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().expect("items")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn entries_have_the_documented_fields() {
    let bench = bench();
    let (status, page) = bench.read("orderHistories?full=1&page=0&limit=2").await;
    assert_eq!(status, 200);
    // As in the documentation's sample: page numbers as numbers, everything else as text.
    assert_eq!((&page["page"], &page["limit"]), (&json!(0), &json!(2)));
    assert!(page["pageCount"].is_u64() && page["next"]["href"].is_string());
    let [entry, _] = items(&page) else { panic!("{page}") };
    let fields = ["comment", "dateAdded", "href", "id", "innerId", "order", "orderStatus"];
    let mut found = keys(entry);
    found.sort_unstable();
    assert_eq!(found, fields);
    assert!(entry["innerId"].is_string() && entry["comment"].is_string());
    // 2011-01-04 10:00:00
    let added = entry["dateAdded"].as_str().expect("a date");
    assert_eq!((added.len(), added.find(' '), added.contains('T')), (19, Some(10), false));
    assert_eq!(keys(&entry["order"]), ["href"]);
    let status = entry["orderStatus"]["href"].as_str().expect("a link");
    assert!(status.starts_with("https://bolt.api.myshoprenter.hu/orderStatuses/"), "{status}");
}

#[tokio::test]
async fn filter_selects_one_order_and_new_statuses_add_entries() {
    let bench = bench();
    let listed = bench.shop.list(Kind::Orders, 3, 1).items;
    let order = &listed[0];
    let path = format!("orderHistories?full=1&orderId={}", order.id.replace('=', "%3D"));
    bench.shop.update(Kind::Orders, order.index, &json!({ "status": 2 })).expect("a change");
    let (_, page) = bench.read(&path).await;
    let before = items(&page).len();
    bench.shop.update(Kind::Orders, order.index, &json!({ "status": 3 })).expect("a change");
    let (_, page) = bench.read(&path).await;
    assert_eq!(items(&page).len(), before + 1);
    let link = format!("https://bolt.api.myshoprenter.hu/orders/{}", order.id);
    assert!(items(&page).iter().all(|entry| entry["order"]["href"] == json!(link)), "{page}");
    let (_, none) = bench.read("orderHistories?full=1&orderId=bm9uZQ%3D%3D").await;
    assert!(items(&none).is_empty());
}
