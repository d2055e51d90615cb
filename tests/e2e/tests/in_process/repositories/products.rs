//! The products repository.

use std::collections::BTreeMap;

use e2e::{InProcess, rows};
use rust_decimal::Decimal;
use shopcall_core::domain::{Currency, Money, Product, ProductStatus, ProductText, Stock};
use shopcall_core::storage::Cached;

use super::{FIRST, id, now};

fn product(number: usize) -> Cached<Product> {
    let huf = Currency::parse("HUF").unwrap();
    let text = ProductText { name: format!("Termék {number}"), ..ProductText::default() };
    Cached {
        generation: FIRST,
        record: Product {
            id: format!("cHJvZHVjdC0{number}"),
            inner_id: Some(number.to_string()),
            sku: (!number.is_multiple_of(3)).then(|| format!("CIKK-{number}")),
            texts: [("hu".to_owned(), text)].into(),
            price: Some(Money { amount: Decimal::new(129_990, 2), currency: huf }),
            special_prices: Vec::new(),
            stock: Some(Stock { warehouses: [1, 2, 3, 4].map(Decimal::from) }),
            orderable: true,
            status: ProductStatus::On,
            image: None,
            link: Some("termek".to_owned()),
            availability: BTreeMap::new(),
            order_minimum: None,
            order_multiple: None,
            manufacturer: None,
            manufacturer_name: None,
            categories: vec!["a".to_owned()],
            category_names: BTreeMap::new(),
            parent: None,
            attributes: Vec::new(),
            created_at: Some(now()),
            updated_at: None,
        },
        raw: Some(vec![0x1f, 0x8b, 8, 0]),
    }
}

#[tokio::test]
async fn products_are_read_back_as_written() {
    let app = InProcess::start().await;
    let cache = app.services.cache();
    let mut products: Vec<_> = (0..60).map(product).collect();
    products.push(product(7));
    let written = cache.put(&id(), &products, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!((written.written, written.unchanged), (60, 0), "each id is written once");
    for number in [0, 7, 59] {
        let expected = product(number);
        let read = cache.get(&id(), &expected.record.id).await.unwrap();
        assert_eq!(read, Some(expected));
    }
    let rows = rows(&app.dynamodb, &app.tables().cache).await;
    assert_eq!(rows.len(), 60);
    assert!(rows.iter().all(|row| row["pk"].as_s().unwrap() == "shoprenter:demo#products"));
    assert!(rows.iter().all(|row| row["stock_total"].as_s().unwrap() == "10"));
}

#[tokio::test]
async fn unprocessed_items_are_written_with_next_batch() {
    let app = InProcess::start().await;
    let products: Vec<_> = (0..60).map(product).collect();
    app.aws.leave_unprocessed(3);
    app.services.cache().put(&id(), &products, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(app.aws.left_unprocessed(), 0, "DynamoDB left no item unprocessed");
    assert_eq!(rows(&app.dynamodb, &app.tables().cache).await.len(), 60);
}

#[tokio::test]
async fn only_changed_products_are_written() {
    let app = InProcess::start().await;
    let cache = app.services.cache();
    let mut products: Vec<_> = (0..60).map(product).collect();
    cache.put(&id(), &products, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    let put = async |products: &[Cached<Product>]| {
        let written = cache.put(&id(), products, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        (written.written, written.unchanged)
    };
    assert_eq!(put(&products).await, (0, 60));
    products[7].record.price = None;
    products[8].raw = Some(vec![0x1f, 0x8b, 8, 1]);
    products.push(product(60));
    assert_eq!(put(&products).await, (3, 58));
    assert_eq!(put(&products).await, (0, 61));

    // Rows of an ended install are purged, so the new install must write its own.
    products[9].generation = FIRST.next();
    assert_eq!(put(&products).await, (1, 60));
}

#[tokio::test]
async fn article_number_lookup_ignores_case() {
    let app = InProcess::start().await;
    let products: Vec<_> = (0..4).map(product).collect();
    app.services.cache().put(&id(), &products, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    let key = shopcall_core::storage::keys::sku(&id(), "cikk-2");
    let found = app
        .dynamodb
        .query()
        .table_name(&app.tables().cache)
        .index_name("by_sku")
        .key_condition_expression("sku_key = :key")
        .expression_attribute_values(":key", aws_sdk_dynamodb::types::AttributeValue::S(key))
        .send()
        .await
        .unwrap();
    let ids: Vec<_> = found.items().iter().map(|row| row["id"].as_s().unwrap().as_str()).collect();
    assert_eq!(ids, [product(2).record.id]);
}
