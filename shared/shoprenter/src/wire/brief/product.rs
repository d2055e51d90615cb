//! An item of `products`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::context::ShopContext;
use super::super::language::UNDETERMINED;
use super::super::product::{MAX_ADDRESS, MAX_SKU, currency, text};
use super::super::record::{one_record, required_id};
use super::super::scalar::{Instant, Scalar};
use super::super::shape::MAX_ID;
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
    active: Scalar<'a>,
    image: Scalar<'a>,
    url: Scalar<'a>,
    created_at: Scalar<'a>,
    updated_at: Scalar<'a>,
}

/// Decodes one item of a `products` page. A product that does not say whether it can be ordered or
/// is shown is taken to be.
pub(crate) fn decode_product(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Product, DecodeError> {
    let wire: WireProduct<'_> = one_record(item)?;
    let instant = Instant { zone: &context.time_zone };
    let currency = skipped.or_none(currency(&wire.currency, "currency"));
    let money = |amount: Option<Decimal>| Some(Money { amount: amount?, currency: currency? });
    let language = skipped.or_none(wire.language.string_within(MAX_ID, "language"));
    let language = language.unwrap_or_else(|| UNDETERMINED.to_owned());
    let text = text(&wire.name, &wire.short_description, &wire.description);
    let special = money(skipped.or_none(wire.special_price.decimal("special_price")));
    let stock = skipped.or_none(wire.stock.decimal("stock")).map(|pieces| Stock {
        warehouses: [pieces.max(Decimal::ZERO), Decimal::ZERO, Decimal::ZERO, Decimal::ZERO],
    });
    Ok(Product {
        id: required_id(&wire.id, "id")?,
        inner_id: skipped.or_none(wire.inner_id.string_within(MAX_ID, "inner_id")),
        sku: skipped.or_none(wire.sku.string_within(MAX_SKU, "sku")),
        texts: [(language, text)].into_iter().filter(|(_, text)| *text != <_>::default()).collect(),
        price: money(skipped.or_none(wire.price.decimal("price"))),
        special_prices: special.map(SpecialPrice::unlimited).into_iter().collect(),
        stock,
        orderable: skipped.or_none(wire.orderable.flag("orderable")).unwrap_or(true),
        status: status(&wire.active, skipped),
        image: skipped.or_none(wire.image.string_within(MAX_ADDRESS, "image")),
        link: skipped.or_none(wire.url.string_within(MAX_ADDRESS, "url")),
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

/// A product without `active` is shown; one whose `active` is unusable is not.
fn status(active: &Scalar<'_>, skipped: &mut SkippedFields) -> ProductStatus {
    match active.flag("active") {
        Ok(Some(true) | None) => ProductStatus::On,
        Ok(Some(false)) => ProductStatus::Off,
        Err(error) => {
            skipped.add(error.field());
            ProductStatus::Off
        }
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
        decode_product(item, &ShopContext::default(), &mut SkippedFields::default())
    }

    #[test]
    fn flat_product_is_mapped_field_by_field() {
        let product = decode(&json!({
            "id": 42, "sku": "B-1", "name": "Bögre &amp; tál", "description": "<p>3 dl</p>",
            "language": "hu", "price": 12.90, "special_price": "9.9", "currency": "eur",
            "stock": "7", "active": true, "image": "https://a.example/b.jpg", "url": "/bogre",
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
    fn active_says_whether_the_product_is_on() {
        let status = |active: Value| decode(&json!({"id": "1", "active": active})).unwrap().status;
        for on in [json!(true), json!("1"), json!(null)] {
            assert_eq!(status(on.clone()), ProductStatus::On, "{on}");
        }
        for off in [json!(false), json!(0), json!("talán")] {
            assert_eq!(status(off.clone()), ProductStatus::Off, "{off}");
        }
    }

    #[test]
    fn unusable_field_costs_only_that_field() {
        let record = json!({
            "id": "1", "name": "Bögre", "price": "990.00", "currency": "HUF", "stock": 5,
            "created_at": "2024-01-15T10:30:00Z",
        });
        for field in ["price", "currency", "stock", "created_at"] {
            let (mut spoiled, mut without) = (record.clone(), record.clone());
            spoiled[field] = json!("kérdés");
            without.as_object_mut().unwrap().remove(field);
            assert_eq!(decode(&spoiled), decode(&without), "{field}");
        }
    }

    proptest! {
        #[test]
        fn any_field_value_keeps_the_product(
            field in prop::sample::select(vec![
                "sku", "name", "description", "language", "price", "currency", "stock", "active",
                "orderable", "image", "url", "created_at",
            ]),
            value in super::super::super::arbitrary::json(),
        ) {
            let mut record = json!({"id": "1", "price": 1, "currency": "HUF"});
            record[field] = value;
            prop_assert!(decode(&record).is_ok());
        }
    }
}
