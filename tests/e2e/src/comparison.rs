//! Comparison of the Cache table with the shop.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use rust_decimal::Decimal;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;
use serde_json::Value;
use shopcall_core::domain::{Customer, Order, Product};
use shopcall_core::storage::Cached;
use shoprenter_simulator::{Kind, ShopHandle};

use crate::{InProcess, Row};

/// Maximum number of records the simulator lists at once.
const TRUTHS: usize = 10_000;

/// Lists missing, wrong and superfluous records in the table, one sentence each.
///
/// Compares the sets of ids and each record's important fields: a product's SKU, name and prices;
/// an order's total, telephone number and e-mail address; a customer's names and e-mail address.
///
/// # Panics
/// If the table cannot be read.
pub async fn differences(app: &InProcess, shop: &ShopHandle, kind: Kind) -> Vec<String> {
    let mut expected = expected(shop, kind);
    let mut found = Vec::new();
    let name = shop.state().name;
    let partition = format!("shoprenter:{name}#{}", resource(kind));
    let mut rows = app
        .dynamodb
        .query()
        .table_name(&app.tables().cache)
        .consistent_read(true)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(partition))
        .into_paginator()
        .items()
        .send();
    while let Some(row) = rows.next().await {
        let (id, actual) = summary_of_row(row.unwrap(), kind);
        match expected.remove(&id) {
            None => found.push(format!("{id} is in the table and not in the shop")),
            Some(truth) if truth != actual => {
                found.push(format!("{id} is {truth:?} in the shop and {actual:?} in the table"));
            }
            Some(_) => {}
        }
    }
    found.extend(expected.into_keys().map(|id| format!("{id} is not in the table")));
    found.sort();
    found
}

fn resource(kind: Kind) -> &'static str {
    match kind {
        Kind::Products => "products",
        Kind::Orders => "orders",
        Kind::Customers => "customers",
    }
}

fn expected(shop: &ShopHandle, kind: Kind) -> HashMap<String, String> {
    let mut expected = HashMap::new();
    for offset in (0..shop.count(kind)).step_by(TRUTHS) {
        for truth in shop.records(kind, offset, TRUTHS) {
            let id = text(&truth["outer_id"]).or(text(&truth["id"])).unwrap().to_owned();
            expected.insert(id, summary_of_truth(&truth, kind));
        }
    }
    expected
}

fn summary_of_truth(truth: &Value, kind: Kind) -> String {
    let amount = |name: &str| text(&truth[name]).map(|text| text.parse::<Decimal>().unwrap());
    let word = |name: &str| text(&truth[name]).map(str::to_owned);
    let email = word("email").map(|email| email.to_lowercase());
    match kind {
        Kind::Products => {
            let name = text(&truth["texts"]["hu"]["name"]).map(str::to_owned);
            product(word("sku"), name, amount("gross"), amount("special"))
        }
        Kind::Orders => order(amount("total"), word("phone_e164"), email),
        Kind::Customers => customer(word("family"), word("given"), email),
    }
}

fn summary_of_row(row: Row, kind: Kind) -> (String, String) {
    match kind {
        Kind::Products => {
            let Product { id, sku, mut texts, price, special_prices, .. } = record(row);
            let special = special_prices.first().map(|special| special.price.amount);
            let name = texts.remove("hu").map(|texts| texts.name);
            (id, product(sku, name, price.map(|p| p.amount), special))
        }
        Kind::Orders => {
            let Order { id, total_gross, phone, email, .. } = record(row);
            let phone = phone.map(|phone| phone.as_str().to_owned());
            let email = email.map(|email| email.as_str().to_owned());
            (id, order(total_gross.map(|total| total.amount), phone, email))
        }
        Kind::Customers => {
            let Customer { id, name, email, .. } = record(row);
            let name = name.unwrap_or_default();
            let email = email.map(|email| email.as_str().to_owned());
            (id, customer(name.family, name.given, email))
        }
    }
}

fn record<T: serde::de::DeserializeOwned>(row: Row) -> T {
    from_item::<Cached<T>>(row).unwrap().record
}

type Word = Option<String>;

fn product(sku: Word, name: Word, price: Option<Decimal>, special: Option<Decimal>) -> String {
    let [price, special] = [price, special].map(|amount| amount.map(|amount| amount.normalize()));
    format!("{sku:?} {name:?} for {price:?}, special {special:?}")
}

fn order(total: Option<Decimal>, phone: Word, email: Word) -> String {
    format!("{:?} {phone:?} {email:?}", total.map(|total| total.normalize()))
}

fn customer(family: Word, given: Word, email: Word) -> String {
    format!("{family:?} {given:?} {email:?}")
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}
