//! Orders and customers: stored personal data, and data that is never stored.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use e2e::{InProcess, PublishedEvent, Row, rows, status_of, unzipped};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use shopcall_core::domain::{Customer, Order, PaymentTime, StoreId};
use shopcall_core::storage::{Cached, RunStatus};
use shoprenter_simulator::{Kind, ShopConfig, ShopHandle};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

async fn synced(config: ShopConfig) -> (InProcess, ShopHandle, Vec<PublishedEvent>) {
    let app = InProcess::start().await;
    let shop = app.shop("demo", config);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    let events: Vec<_> = app.aws.take_events();
    let requests: Vec<_> =
        events.into_iter().filter(|event| event.detail_type == "SyncRequested").collect();
    for event in &requests {
        app.sync(event).await.unwrap();
    }
    let runs = app.services.runs().latest(&id(), 10).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
    (app, shop, requests)
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

fn decimal(value: &Value) -> Option<Decimal> {
    text(value).map(|text| text.parse().unwrap())
}

fn instant(value: &Value) -> Option<jiff::Timestamp> {
    text(value).map(|text| text.parse().unwrap())
}

/// Compares an order with the shop's.
pub(crate) fn assert_order(order: &Order, truth: &Value) {
    let context = &order.id;
    assert_eq!(order.inner_id.as_deref(), Some(truth["inner_id"].to_string().as_str()));
    assert_eq!(order.total_gross.map(|total| total.amount), decimal(&truth["total"]), "{context}");
    assert_eq!(order.total_gross.unwrap().currency.as_str(), text(&truth["currency"]).unwrap());
    assert_eq!(order.is_abandoned_cart(), truth["status"].is_null(), "{context}");
    if let Some(status) = &order.status {
        assert!(!status.names["hu"].is_empty(), "{context}: the status has no name");
    }
    assert_eq!(
        order.phone.as_ref().map(|phone| phone.as_str()),
        text(&truth["phone_e164"]),
        "{context}"
    );
    let others: Vec<_> = order.other_phones.iter().map(|phone| phone.as_str()).collect();
    assert_eq!(json!(others), truth["other_phones"], "{context}");
    assert_eq!(order.company.as_deref(), text(&truth["payment"]["company"]), "{context}");
    assert_eq!(order.payment_code.as_deref(), text(&truth["payment_code"]), "{context}");
    let is_later = order.payment_time == Some(PaymentTime::OnDelivery);
    assert_eq!(json!(is_later), truth["paid_later"], "{context}");
    assert_eq!(order.coupon.as_deref(), text(&truth["coupon"]), "{context}");
    let buyer = order.buyer.as_ref().unwrap();
    assert_eq!(buyer.family.as_deref(), text(&truth["family"]), "{context}");
    assert_eq!(buyer.given.as_deref(), text(&truth["given"]), "{context}");
    let email = text(&truth["email"]).map(str::to_lowercase);
    assert_eq!(order.email.as_ref().map(|email| email.as_str().to_owned()), email, "{context}");
    assert_eq!(order.customer_id.as_deref(), text(&truth["customer_id"]), "{context}");
    let lines = truth["lines"].as_array().unwrap();
    assert_eq!(order.lines.len(), lines.len(), "{context}");
    for (line, truth) in order.lines.iter().zip(lines) {
        let pieces: u64 =
            truth["stocks"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum();
        let pieces = Some(Decimal::from(pieces)).filter(|_| !order.is_abandoned_cart());
        assert_eq!(line.quantity, pieces, "{context}");
        assert_eq!(line.name, truth["name"].as_str().unwrap());
        assert_eq!(line.sku.as_deref(), text(&truth["sku"]));
    }
    assert_eq!(order.created_at, instant(&truth["created"]), "{context}");
    assert_eq!(order.updated_at, instant(&truth["updated"]), "{context}");
}

#[tokio::test]
async fn first_sync_stores_every_order_and_customer_field() {
    let config = ShopConfig {
        languages: vec!["hu".to_owned(), "en".to_owned()],
        crowded_phones: 0.3,
        ..ShopConfig::sized(3, 230, 220)
    };
    let (app, shop, _) = synced(config).await;
    let cache = app.services.cache();
    for truth in shop.records(Kind::Orders, 0, 230) {
        let row: Cached<Order> =
            cache.get(&id(), truth["id"].as_str().unwrap()).await.unwrap().unwrap();
        assert_order(&row.record, &truth);
    }
    for truth in shop.records(Kind::Customers, 0, 220) {
        let row: Cached<Customer> =
            cache.get(&id(), truth["id"].as_str().unwrap()).await.unwrap().unwrap();
        let customer = &row.record;
        let name = customer.name.as_ref().unwrap();
        assert_eq!(name.family.as_deref(), text(&truth["family"]));
        assert_eq!(name.given.as_deref(), text(&truth["given"]));
        let email = text(&truth["email"]).map(str::to_lowercase);
        assert_eq!(customer.email.as_ref().map(|email| email.as_str().to_owned()), email);
        if let Some(phone) = text(&truth["phone_e164"]) {
            assert_eq!(customer.phones[0].as_str(), phone);
        }
        assert_eq!(customer.addresses.len(), truth["addresses"].as_array().unwrap().len());
        assert_eq!(customer.updated_at, instant(&truth["updated"]));
    }
}

#[tokio::test]
async fn forbidden_data_is_never_stored() {
    let (app, shop, _) = synced(ShopConfig::sized(5, 120, 120)).await;
    let mut everything = String::new();
    let tables = app.tables();
    for table in
        [&tables.stores, &tables.tokens, &tables.cache, &tables.sync_runs, &tables.installs]
    {
        for mut row in rows(&app.dynamodb, table).await {
            if let Some(raw) = row.remove("raw") {
                assert!(row["pk"].as_s().unwrap().ends_with("#products"), "{row:?}");
                everything.push_str(&unzipped(raw.as_b().unwrap().as_ref()));
            }
            everything.push_str(&format!("{row:?}"));
        }
    }
    assert!(everything.contains("CIKK-"), "the tables were not read");
    for forbidden in ["password", "$2y$", "orderCreditCards", "\"ip\""] {
        assert!(!everything.contains(forbidden), "{forbidden} is stored");
    }
    for truth in shop.records(Kind::Orders, 0, 120) {
        assert!(!everything.contains(truth["ip"].as_str().unwrap()), "an IP address is stored");
    }
}

#[tokio::test]
async fn caller_is_found_by_number_and_email() {
    let (app, shop, _) = synced(ShopConfig::sized(1, 60, 60)).await;
    let find = async |index: &str, key: &str, value: String| -> Vec<Row> {
        let query = app.dynamodb.query().table_name(&app.tables().cache).index_name(index);
        let query = query.key_condition_expression("#key = :value");
        let value = AttributeValue::S(value);
        let query = query.expression_attribute_names("#key", key);
        query.expression_attribute_values(":value", value).send().await.unwrap().items.unwrap()
    };
    let truths = shop.records(Kind::Customers, 0, 60);
    let caller = truths.iter().find(|truth| text(&truth["phone_e164"]).is_some()).unwrap();
    let key = format!("{}#customers#{}", id(), text(&caller["phone_e164"]).unwrap());
    let found = find("by_phone", "phone_key", key).await;
    assert!(found.iter().any(|row| row["id"].as_s().unwrap() == caller["id"].as_str().unwrap()));
    let writer = truths.iter().find(|truth| text(&truth["email"]).is_some()).unwrap();
    let key = format!("{}#customers#{}", id(), text(&writer["email"]).unwrap().to_lowercase());
    let found = find("by_email", "email_key", key).await;
    assert!(found.iter().any(|row| row["id"].as_s().unwrap() == writer["id"].as_str().unwrap()));
}

#[tokio::test]
async fn unchanged_shop_writes_no_records() {
    let (app, _, requests) = synced(ShopConfig::sized(60, 60, 60)).await;
    for (number, mut event) in requests.into_iter().enumerate() {
        event.detail["run_id"] = format!("{number:032}").into();
        app.sync(&event).await.unwrap();
        let run = app.services.runs().latest(&id(), 1).await.unwrap().remove(0);
        assert_eq!((run.counts.written, run.counts.unchanged), (0, 60), "{:?}", run.resource);
    }
}

/// Rewrites each row as an older version stored it: with `raw`, which its digest covered.
async fn age_rows(app: &InProcess) {
    let table = &app.tables().cache;
    let mut all = rows(&app.dynamodb, table).await;
    // Pointers to records, and what the shop publishes about itself, have none.
    all.retain(|row| row.contains_key("digest"));
    for row in all {
        let update = app.dynamodb.update_item().table_name(table);
        let update = update.key("pk", row["pk"].clone()).key("id", row["id"].clone());
        let update = update.update_expression("SET #raw = :raw, digest = :digest");
        let update = update.expression_attribute_names("#raw", "raw");
        let raw = AttributeValue::B(Blob::new([0x28, 0xb5, 0x2f, 0xfd]));
        let update = update.expression_attribute_values(":raw", raw);
        let digest = AttributeValue::S("0".repeat(32));
        update.expression_attribute_values(":digest", digest).send().await.unwrap();
    }
}

async fn have_raw(app: &InProcess) -> usize {
    let rows = rows(&app.dynamodb, &app.tables().cache).await;
    rows.iter().filter(|row| row.contains_key("raw")).count()
}

#[tokio::test]
async fn rows_of_older_versions_lose_raw_when_rewritten() {
    let (app, _, requests) = synced(ShopConfig::sized(0, 30, 30)).await;
    assert_eq!(have_raw(&app).await, 0);
    age_rows(&app).await;
    assert_eq!(have_raw(&app).await, 60);
    let requests = requests.iter().filter(|event| event.detail["resource"] != "products");
    for (number, event) in requests.enumerate() {
        for (round, expected) in [(0, (30, 0)), (1, (0, 30))] {
            let mut event = event.clone();
            event.detail["run_id"] = format!("{:032}", 2 * number + round).into();
            app.sync(&event).await.unwrap();
            let run = app.services.runs().latest(&id(), 1).await.unwrap().remove(0);
            assert_eq!((run.counts.written, run.counts.unchanged), expected, "{:?}", run.resource);
        }
    }
    assert_eq!(have_raw(&app).await, 0);
}
