//! A product in the contract that the product brief assumed: one flat object with one language,
//! gross price and stock.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::context::ShopContext;
use super::language::UNDETERMINED;
use super::product::{MAX_ADDRESS, MAX_SKU, currency, text};
use super::record::{one_record, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::MAX_ID;
use shopcall_domain::{
    DecodeError, Money, Product, ProductStatus, SkippedFields, SpecialPrice, Stock,
};

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireProduct<'a> {
    id: Scalar<'a>,
    inner_id: Scalar<'a>,
    sku: Scalar<'a>,
    name: Scalar<'a>,
    short_description: Scalar<'a>,
    description: Scalar<'a>,
    language: Scalar<'a>,
    price: Scalar<'a>,
    special_price: Scalar<'a>,
    currency: Scalar<'a>,
    stock: Scalar<'a>,
    orderable: Scalar<'a>,
    status: Scalar<'a>,
    image: Scalar<'a>,
    url: Scalar<'a>,
    created_at: Scalar<'a>,
    updated_at: Scalar<'a>,
}

/// Decodes one item of the brief's `products` page. That contract has no fields for whether the
/// product can be ordered or is shown; both are assumed.
pub(crate) fn decode_brief_product(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Product, DecodeError> {
    map(&one_record(item)?, context, skipped)
}

fn map(
    wire: &WireProduct<'_>,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Product, DecodeError> {
    let instant = Instant { zone: &context.time_zone };
    let currency = skipped.or_none(currency(&wire.currency, "currency"));
    let money = |amount: Option<Decimal>| Some(Money { amount: amount?, currency: currency? });
    let language = wire.language.text_within(MAX_ID).unwrap_or_else(|| UNDETERMINED.to_owned());
    let text = text(&wire.name, &wire.short_description, &wire.description);
    let special = money(skipped.or_none(wire.special_price.decimal("special_price")));
    let stock = wire.stock.decimal("stock").map(|pieces| Some(pieces.unwrap_or_default()));
    let stock = skipped.or_none(stock).map(|pieces| Stock {
        warehouses: [pieces.max(Decimal::ZERO), Decimal::ZERO, Decimal::ZERO, Decimal::ZERO],
    });
    Ok(Product {
        id: required_id(&wire.id, "id")?,
        inner_id: wire.inner_id.text_within(MAX_ID),
        sku: wire.sku.text_within(MAX_SKU),
        texts: [(language, text)].into_iter().filter(|(_, text)| *text != <_>::default()).collect(),
        price: money(skipped.or_none(wire.price.decimal("price"))),
        special_prices: special.map(SpecialPrice::unlimited).into_iter().collect(),
        stock,
        orderable: skipped.or_none(wire.orderable.flag("orderable")).unwrap_or(true),
        status: status(&wire.status, skipped),
        image: wire.image.text_within(MAX_ADDRESS),
        link: wire.url.text_within(MAX_ADDRESS),
        availability: BTreeMap::new(),
        order_minimum: None,
        order_multiple: None,
        manufacturer: None,
        manufacturer_name: None,
        categories: Vec::new(),
        category_names: BTreeMap::new(),
        parent: None,
        attributes: Vec::new(),
        created_at: skipped.or_none(instant.read(&wire.created_at, "created_at")),
        updated_at: skipped.or_none(instant.read(&wire.updated_at, "updated_at")),
    })
}

/// A number as in the official contract, or a word.
fn status(value: &Scalar<'_>, skipped: &mut SkippedFields) -> ProductStatus {
    match value.text() {
        Some("2" | "discontinued" | "archived") => ProductStatus::Discontinued,
        Some("active" | "enabled" | "published") => ProductStatus::On,
        Some("inactive" | "disabled" | "draft" | "hidden") => ProductStatus::Off,
        _ => match value.flag("status") {
            Ok(Some(true) | None) => ProductStatus::On,
            Ok(Some(false)) => ProductStatus::Off,
            Err(error) => {
                skipped.add(error.field());
                ProductStatus::Off
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn decode(record: &Value) -> Result<Product, DecodeError> {
        let json = record.to_string();
        let item: &RawValue = serde_json::from_str(&json).unwrap();
        decode_brief_product(item, &ShopContext::default(), &mut SkippedFields::default())
    }

    #[test]
    fn flat_product_is_mapped_field_by_field() {
        let product = decode(&json!({
            "id": 42, "sku": "B-1", "name": "Bögre &amp; tál", "description": "<p>3 dl</p>",
            "language": "hu", "price": 12.90, "special_price": "9.9", "currency": "eur",
            "stock": "7", "status": "active", "image": "https://a.example/b.jpg", "url": "/bogre",
            "updated_at": "2024-01-02T03:04:05Z",
        }))
        .unwrap();
        let text = &product.texts["hu"];
        assert_eq!((product.id.as_str(), product.inner_id.as_deref()), ("42", None));
        assert_eq!(product.sku.as_deref(), Some("B-1"));
        assert_eq!(
            (text.name.as_str(), text.description.as_deref()),
            ("Bögre & tál", Some("3 dl"))
        );
        let currency = shopcall_domain::Currency::parse("EUR").unwrap();
        assert_eq!(product.price, Some(Money { amount: Decimal::new(129, 1), currency }));
        let special = Money { amount: Decimal::new(99, 1), currency };
        assert_eq!(product.special_prices, [SpecialPrice::unlimited(special)]);
        assert_eq!(product.stock.unwrap().total(), Decimal::new(7, 0));
        assert_eq!((product.orderable, product.status), (true, ProductStatus::On));
        assert_eq!(product.image.as_deref(), Some("https://a.example/b.jpg"));
        assert_eq!(product.link.as_deref(), Some("/bogre"));
        assert_eq!(product.updated_at, "2024-01-02T03:04:05Z".parse().ok());
    }

    #[test]
    fn text_without_language_is_undetermined() {
        let product = decode(&json!({"id": "1", "name": "Bögre"})).unwrap();
        assert_eq!(product.texts[UNDETERMINED].name, "Bögre");
    }

    #[test]
    fn status_may_be_a_number_flag_or_word() {
        let status = |status: Value| decode(&json!({"id": "1", "status": status}));
        for on in [json!(1), json!("1"), json!(true), json!("active"), json!({}), json!(null)] {
            assert_eq!(status(on.clone()).unwrap().status, ProductStatus::On, "{on}");
        }
        for off in [json!(0), json!("0"), json!(false), json!("draft")] {
            assert_eq!(status(off.clone()).unwrap().status, ProductStatus::Off, "{off}");
        }
        assert_eq!(status(json!(2)).unwrap().status, ProductStatus::Discontinued);
        assert_eq!(status(json!("soon")).unwrap().status, ProductStatus::Off);
    }

    proptest! {
        #[test]
        fn any_field_value_keeps_the_record(
            field in prop::sample::select(vec![
                "sku", "name", "description", "language", "price", "currency", "stock",
                "orderable", "status", "image", "url", "created_at",
            ]),
            value in super::super::arbitrary::json(),
        ) {
            let mut record = json!({"id": "1", "price": 1, "currency": "HUF"});
            record[field] = value;
            prop_assert!(decode(&record).is_ok());
        }
    }
}
