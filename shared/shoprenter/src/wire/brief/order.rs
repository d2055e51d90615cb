//! An item of `orders`.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::context::ShopContext;
use super::super::language::UNDETERMINED;
use super::super::order::{MAX_NAME, fitting};
use super::super::person;
use super::super::product::{MAX_SKU, currency};
use super::super::record::{one_record, required_id};
use super::super::scalar::{Instant, Scalar};
use super::super::shape::{MAX_ID, OneOrMany};
use super::super::status::{MAX_NAME as MAX_STATUS, say_cancelled};
use shopcall_domain::{Currency, DecodeError, Money, Order, OrderLine, OrderStatus, SkippedFields};

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireOrder<'a> {
    id: Scalar<'a>,
    order_number: Scalar<'a>,
    customer_id: Scalar<'a>,
    status: Scalar<'a>,
    total: Scalar<'a>,
    currency: Scalar<'a>,
    items: OneOrMany<WireLine<'a>>,
    created_at: Scalar<'a>,
    updated_at: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireLine<'a> {
    name: Scalar<'a>,
    sku: Scalar<'a>,
    quantity: Scalar<'a>,
    /// Of one piece, in the order's currency.
    price: Scalar<'a>,
}

/// Decodes one item of an `orders` page. The buyer is the customer whose id the order has.
pub(crate) fn decode_order(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Order, DecodeError> {
    let wire: WireOrder<'_> = one_record(item)?;
    let instant = Instant { zone: &context.time_zone };
    let currency = skipped.or_none(currency(&wire.currency, "currency"));
    let lines = wire.items.counted("items", skipped);
    Ok(Order {
        id: required_id(&wire.id, "id")?,
        inner_id: skipped.or_none(wire.order_number.string_within(MAX_ID, "order_number")),
        status: Some(status(&wire.status, skipped)),
        total_gross: money(skipped.or_none(wire.total.decimal("total")), currency),
        lines: fitting(lines.iter().map(|wire| line(wire, currency, skipped))),
        customer_id: skipped.or_none(wire.customer_id.string_within(MAX_ID, "customer_id")),
        created_at: skipped.or_none(instant.read(&wire.created_at, "created_at")),
        updated_at: skipped.or_none(instant.read(&wire.updated_at, "updated_at")),
        ..Order::default()
    })
}

/// The contract has no abandoned carts, so an order without a usable status is still an order.
fn status(value: &Scalar<'_>, skipped: &mut SkippedFields) -> OrderStatus {
    let word = skipped.or_none(value.string_within(MAX_STATUS, "status"));
    let is_cancelled = word.as_deref().is_some_and(say_cancelled);
    let names = word.map(|word| (UNDETERMINED.to_owned(), word)).into_iter().collect();
    OrderStatus { id: None, names, is_cancelled }
}

fn line(wire: &WireLine<'_>, currency: Option<Currency>, skipped: &mut SkippedFields) -> OrderLine {
    OrderLine {
        name: skipped
            .or_none(person::checked_text(&wire.name, MAX_NAME, "items.name"))
            .unwrap_or_default(),
        sku: skipped.or_none(wire.sku.string_within(MAX_SKU, "items.sku")),
        quantity: skipped.or_none(wire.quantity.decimal("items.quantity")),
        unit_price_gross: money(skipped.or_none(wire.price.decimal("items.price")), currency),
        total_net: None,
    }
}

/// An amount without a currency is None.
fn money(amount: Option<Decimal>, currency: Option<Currency>) -> Option<Money> {
    Some(Money { amount: amount?, currency: currency? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn decode_counting(record: &Value) -> (Result<Order, DecodeError>, SkippedFields) {
        let (json, mut skipped) = (record.to_string(), SkippedFields::default());
        let item = serde_json::from_str(&json).unwrap();
        (decode_order(item, &ShopContext::default(), &mut skipped), skipped)
    }

    fn decode(record: &Value) -> Result<Order, DecodeError> {
        decode_counting(record).0
    }

    fn record() -> Value {
        json!({
            "id": "b3JkZXItMTkw", "order_number": "SR-2024-0190", "customer_id": "Y3VzdG9tZXItMTI=",
            "status": "completed", "total": "25990.00", "currency": "HUF",
            "items": [
                {"product_id": "cHJvZHVjdC03", "name": "Bögre &amp; tál", "sku": "B-1",
                 "quantity": 2, "price": "12995.00"},
            ],
            "created_at": "2024-01-15T10:30:00Z",
        })
    }

    fn huf(amount: i64) -> Option<Money> {
        Some(Money { amount: Decimal::from(amount), currency: Currency::parse("HUF").unwrap() })
    }

    #[test]
    fn documented_order_is_mapped_field_by_field() {
        let order = decode(&record()).unwrap();
        assert_eq!(order.id, "b3JkZXItMTkw");
        assert_eq!(order.inner_id.as_deref(), Some("SR-2024-0190"));
        assert_eq!(order.customer_id.as_deref(), Some("Y3VzdG9tZXItMTI="));
        let status = order.status.as_ref().unwrap();
        assert_eq!(
            (status.names[UNDETERMINED].as_str(), status.is_cancelled),
            ("completed", false)
        );
        assert_eq!(order.total_gross, huf(25_990));
        assert_eq!(order.created_at, "2024-01-15T10:30:00Z".parse().ok());
        let [line] = order.lines.as_slice() else { panic!("one line") };
        assert_eq!((line.name.as_str(), line.sku.as_deref()), ("Bögre & tál", Some("B-1")));
        assert_eq!(line.quantity, Some(Decimal::TWO));
        assert_eq!((line.unit_price_gross, line.total_net), (huf(12_995), None));
        assert!(!order.provisional && !order.is_abandoned_cart());
    }

    #[test]
    fn cancelled_is_read_from_the_word() {
        for (word, is_cancelled) in [("cancelled", true), ("Canceled", true), ("pending", false)] {
            let mut record = record();
            record["status"] = json!(word);
            assert_eq!(decode(&record).unwrap().is_cancelled(), is_cancelled, "{word}");
        }
    }

    #[test]
    fn number_and_ids_may_be_numbers() {
        let order = decode(&json!({"id": 190, "order_number": 5001, "customer_id": 12})).unwrap();
        assert_eq!((order.id.as_str(), order.inner_id.as_deref()), ("190", Some("5001")));
        assert_eq!(order.customer_id.as_deref(), Some("12"));
    }

    #[test]
    fn unusable_field_costs_only_that_field() {
        for (field, value) in [
            ("order_number", json!({"a": 1})),
            ("total", json!("sok")),
            ("items", json!("nincs")),
            ("status", json!([1])),
            ("created_at", json!("tegnap")),
        ] {
            let mut spoiled = record();
            spoiled[field] = value;
            let mut without = record();
            without.as_object_mut().unwrap().remove(field);
            let (order, skipped) = decode_counting(&spoiled);
            assert_eq!(skipped.iter().collect::<Vec<_>>(), [(field, 1)]);
            assert!(order == decode(&without), "{field}");
            assert!(!order.unwrap().is_abandoned_cart(), "{field}");
        }
    }

    #[test]
    fn total_without_usable_currency_is_unknown() {
        let mut record = record();
        record["currency"] = json!("forint");
        assert_eq!(decode(&record).unwrap().total_gross, None);
    }

    proptest! {
        #[test]
        fn any_field_value_keeps_the_order(
            field in prop::sample::select(vec![
                "order_number", "customer_id", "status", "total", "currency", "items", "created_at",
            ]),
            value in super::super::super::arbitrary::json(),
        ) {
            let mut record = record();
            record[field] = value;
            prop_assert!(decode(&record).is_ok());
        }
    }
}
