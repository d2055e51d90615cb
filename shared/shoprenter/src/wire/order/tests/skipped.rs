//! One unusable field costs that field, never the record.

use super::*;

/// The value at a path such as `orderProducts.0.stock1`.
fn place<'a>(record: &'a mut Value, path: &str) -> &'a mut Value {
    path.split('.').fold(record, |value, name| match name.parse::<usize>() {
        Ok(index) => &mut value[index],
        Err(_) => &mut value[name],
    })
}

fn laid_over(path: &str, value: Value) -> Value {
    let mut record = record();
    *place(&mut record, path) = value;
    record
}

/// The name under which a path is counted: without its indexes.
fn counted_name(path: &str) -> String {
    let names = path.split('.').filter(|name| name.parse::<usize>().is_err());
    names.collect::<Vec<_>>().join(".")
}

#[test]
fn unusable_field_costs_only_that_field() {
    for (path, value) in [
        ("innerId", json!("abc")),
        ("innerId", json!("-1")),
        ("firstname", json!({"a": 1})),
        ("email", json!("nem cím")),
        ("customer", json!({"href": "https://a.example/customers?x=1"})),
        ("paymentCompany", json!([1])),
        ("shippingCity", json!(true)),
        ("shippingAddress2", json!({"a": 1})),
        ("shippingMethodName", json!([["a"]])),
        ("paymentMethodCode", json!("x".repeat(200))),
        ("paymentMethodAfter", json!("talán")),
        ("coupon.code", json!([7])),
        ("invoiceId", json!([7])),
        ("orderTotals.2.name", json!([7])),
        ("orderTotals.3.key", json!([7])),
        ("orderProducts.0.total", json!("many")),
        ("orderProducts.0.grossPriceCurrency", json!(true)),
        ("orderProducts.0.sku", json!([7])),
        ("dateCreated", json!("2025-01-00T00:00:00")),
        ("dateUpdated", json!(["2024-01-02"])),
    ] {
        let (order, skipped) = decode_counting(&laid_over(path, value.clone()));
        let counted: Vec<_> = skipped.iter().collect();
        assert_eq!(counted, [(counted_name(path).as_str(), 1)], "{path}: {value}");
        let expected = decode(&laid_over(path, json!(null)));
        assert_eq!(order, expected, "{path}: {value}");
    }
}

#[test]
fn unusable_stock_costs_the_quantity() {
    let (order, skipped) = decode_counting(&laid_over("orderProducts.0.stock1", json!("many")));
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [("orderProducts.stock1", 1)]);
    let order = order.unwrap();
    assert_eq!((order.lines.len(), order.lines[0].quantity), (2, None));
    assert_eq!(order.lines[0].total_net, huf("3000"));
}

#[test]
fn unusable_total_is_read_as_written() {
    let mut spoiled = laid_over("total", json!("abc"));
    assert_eq!(decode(&spoiled).unwrap().total_gross, None);
    *place(&mut spoiled, "orderTotals.5.valueText") = json!("10.668 Ft");
    let (order, skipped) = decode_counting(&spoiled);
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [("total", 1)]);
    assert_eq!(order.unwrap().total_gross, huf("10668"));
}

#[test]
fn unusable_currency_costs_all_amounts() {
    let (order, skipped) = decode_counting(&laid_over("currency.code", json!("Ft")));
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [("currency.code", 1)]);
    let order = order.unwrap();
    assert_eq!((order.total_gross, order.lines[0].total_net), (None, None));
    assert_eq!((order.lines.len(), order.totals.len()), (2, 3));
}

#[test]
fn unusable_list_costs_only_that_list() {
    for field in ["orderProducts", "orderTotals", "currency", "coupon"] {
        let (order, skipped) = decode_counting(&laid_over(field, json!("hibás")));
        assert_eq!(skipped.iter().collect::<Vec<_>>(), [(field, 1)]);
        assert_eq!(order, decode(&laid_over(field, json!([]))));
    }
}

#[test]
fn only_id_and_status_are_indispensable() {
    assert_eq!(with("id", json!([7])), unusable("id"));
    assert_eq!(with("orderStatus", json!([7])), unusable("orderStatus"));
}

proptest! {
    #[test]
    fn any_value_of_any_field_keeps_the_order(
        field in prop::sample::select(record().as_object().unwrap().keys().cloned().collect::<Vec<_>>()),
        value in super::super::super::arbitrary::json(),
    ) {
        prop_assume!(field != "id" && field != "orderStatus");
        let mut planted = laid_over(&field, value);
        plant(&mut planted);
        match decode(&planted) {
            Ok(order) => {
                assert_nothing_planted(&order);
                prop_assert_eq!(order.id, "TzE=");
            }
            Err(error) => prop_assert_eq!(error, DecodeError::Malformed),
        }
    }

    #[test]
    fn any_value_of_any_nested_field_keeps_the_order(
        path in prop::sample::select(vec![
            "orderProducts.0.name", "orderProducts.0.sku", "orderProducts.0.total",
            "orderProducts.0.stock1", "orderProducts.1.stock4", "orderProducts.0.grossPriceCurrency",
            "orderTotals.2.type", "orderTotals.2.value", "orderTotals.2.valueText",
            "orderTotals.3.name", "orderTotals.3.key", "currency.code", "currency.decimalPlace",
            "coupon.code", "paymentCountry.isoCode2",
        ]),
        value in super::super::super::arbitrary::json(),
    ) {
        match decode(&laid_over(path, value)) {
            Ok(order) => prop_assert_eq!(order.lines.len(), 2),
            Err(error) => prop_assert_eq!(error, DecodeError::Malformed),
        }
    }
}
