//! Records reach the cache: by a sync, page by page, and by a webhook.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use e2e::{InProcess, eventually, rows};
use rust_decimal::Decimal;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;
use serde_json::{Value, json};
use shopcall_core::domain::{Customer, Order, Product, ProductStatus};
use shopcall_core::storage::Cached;
use shoprenter_simulator::{Kind, ShopConfig};

use super::{Contract, id, sync_all};

/// Well above any duration here, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Number of the simulator's first order.
const FIRST_ORDER: u32 = 5_000;

/// Cached records of a kind.
async fn cached<T: serde::de::DeserializeOwned>(app: &InProcess, kind: &str) -> Vec<T> {
    let partition = AttributeValue::S(format!("{}#{kind}", id()));
    let all = rows(&app.dynamodb, &app.tables().cache).await.into_iter();
    let of_kind = all.filter(|row| row["pk"] == partition);
    of_kind.map(|row| from_item::<Cached<T>>(row).unwrap().record).collect()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn decimal(value: &Value) -> Option<Decimal> {
    text(value).map(|text| text.parse::<Decimal>().unwrap().normalize())
}

fn instant(value: &Value) -> Option<jiff::Timestamp> {
    text(value).map(|text| text.parse().unwrap())
}

pub(super) async fn products_are_read_page_by_page(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, ShopConfig::sized(450, 0, 0));
    sync_all(&app, &shop).await;
    assert_eq!(shop.stats().count(contract.collection(Kind::Products)), 3);
    let products: Vec<Product> = cached(&app, "products").await;
    assert_eq!(products.len(), 450);
    for product in products {
        let truth = shop.record(Kind::Products, product.id.as_str()).unwrap();
        assert_eq!(product.sku.as_deref(), text(&truth["sku"]), "{truth}");
        assert_eq!(product.price.map(|price| price.amount), decimal(&truth["gross"]), "{truth}");
        let name = product.texts.values().next().map(|text| text.name.as_str());
        assert_eq!(name, text(&truth["texts"]["hu"]["name"]), "{truth}");
        // A setting of the official API's shops says that two of the warehouses count.
        let counted = if contract == Contract::Official { 2 } else { 4 };
        let stocks = truth["stocks"].as_array().unwrap().iter().take(counted);
        let pieces: u64 = stocks.filter_map(Value::as_u64).sum();
        assert_eq!(product.stock.unwrap().total(), Decimal::from(pieces), "{truth}");
        assert_eq!(product.status == ProductStatus::On, truth["status"] == 1, "{truth}");
        assert_eq!(product.created_at, instant(&truth["created"]), "{truth}");
    }
}

pub(super) async fn orders_and_customers_are_read(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, ShopConfig::sized(5, 230, 210));
    sync_all(&app, &shop).await;
    let orders: Vec<Order> = cached(&app, "orders").await;
    assert_eq!(orders.len(), 230);
    for order in orders {
        // The official API's ids may be outer ones, which the shop's own records do not have.
        let number: u32 = order.inner_id.as_ref().unwrap().parse().unwrap();
        let truth = shop.record(Kind::Orders, number - FIRST_ORDER).unwrap();
        assert_eq!(truth["inner_id"], number);
        assert_eq!(order.customer_id.as_deref(), text(&truth["customer_id"]), "{truth}");
        let total = order.total_gross.unwrap();
        assert_eq!(Some(total.amount), decimal(&truth["total"]), "{truth}");
        assert_eq!(Some(total.currency.as_str()), text(&truth["currency"]), "{truth}");
        assert_eq!(order.is_cancelled(), truth["status"] == 14, "{truth}");
        assert!(!order.status.unwrap().names.is_empty(), "{truth}");
        let lines = truth["lines"].as_array().unwrap();
        assert_eq!(order.lines.len(), lines.len(), "{truth}");
        for ((line, known), pieces) in
            order.lines.iter().zip(lines).zip(truth["quantities"].as_array().unwrap())
        {
            assert_eq!(Some(line.name.as_str()), text(&known["name"]), "{truth}");
            assert_eq!(line.quantity, Some(Decimal::from(pieces.as_u64().unwrap())), "{truth}");
        }
        assert_eq!(order.created_at, instant(&truth["created"]), "{truth}");
    }
    let customers: Vec<Customer> = cached(&app, "customers").await;
    assert_eq!(customers.len(), 210);
    for customer in customers {
        let truth = shop.record(Kind::Customers, customer.id.as_str()).unwrap();
        let name = customer.name.unwrap();
        assert_eq!(name.family.as_deref(), text(&truth["family"]), "{truth}");
        assert_eq!(name.given.as_deref(), text(&truth["given"]), "{truth}");
        let email = text(&truth["email"]).map(str::to_lowercase);
        assert_eq!(customer.email.map(|email| email.as_str().to_owned()), email, "{truth}");
        let phone = text(&truth["phone_e164"]);
        let found = customer.phones.first().map(|phone| phone.as_str());
        assert!(phone.is_none() || found == phone, "{truth}");
        assert_eq!(customer.created_at, instant(&truth["created"]), "{truth}");
    }
}

pub(super) async fn webhook_updates_an_order(contract: Contract) {
    let app = contract.start().await;
    let shop = contract.shop(&app, ShopConfig::sized(2, 3, 2));
    shop.update(Kind::Orders, 1, &json!({ "status": 1 })).unwrap();
    sync_all(&app, &shop).await;
    let order = shop.record(Kind::Orders, 1).unwrap()["id"].as_str().unwrap().to_owned();
    let (before, after) = match contract {
        Contract::Official => ("Függőben lévő", "Teljesítve"),
        Contract::Brief => ("pending", "completed"),
    };
    let cache = app.services.cache();
    let status = || async {
        let row: Cached<Order> = cache.get(&id(), &order).await.unwrap().unwrap();
        row.record.status.unwrap().names.into_values().next()
    };
    assert_eq!(status().await.as_deref(), Some(before));
    // Those of the syncs.
    app.aws.take_events();
    shop.set_order_status(1, 5).unwrap();
    eventually("the order has the new status", TIMEOUT, || async {
        status().await.filter(|status| status == after)
    })
    .await;
    let events = eventually("the change is announced", TIMEOUT, || async {
        Some(app.aws.take_events()).filter(|events| !events.is_empty())
    })
    .await;
    assert!(events.iter().all(|event| event.detail_type == "OrderChanged"), "{events:?}");
    assert_eq!(events[0].detail["order_id"], order.as_str());
}
