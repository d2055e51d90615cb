//! Orders in the documented shapes, field by field.

use super::*;

fn order(changes: &[(&str, Value)]) -> Order {
    let mut record = record();
    for (field, value) in changes {
        record[*field] = value.clone();
    }
    let (order, skipped) = decode_counting(&record);
    assert!(skipped.is_empty(), "{skipped:?}");
    order.unwrap()
}

fn country(code: &str) -> Value {
    json!({"href": "https://bolt.old.example/countries/QzE0", "id": "QzE0", "isoCode2": code})
}

fn phone(order: &Order) -> Option<&str> {
    order.phone.as_ref().map(Phone::as_str)
}

fn eur(amount: &str) -> Option<Money> {
    let currency = Currency::parse("EUR").unwrap();
    Some(Money { amount: Decimal::from_str(amount).unwrap(), currency })
}

#[test]
fn total_wins_over_the_sum_of_order_totals() {
    let whole = json!([{"type": "TOTAL", "value": "8128.0000", "valueText": "8.128 Ft"}]);
    let order = order(&[("total", json!("3990.0000")), ("orderTotals", whole)]);
    assert_eq!(order.total_gross, huf("3990"));
    assert!(order.totals.is_empty());
}

#[test]
fn firstname_is_the_family_name() {
    let order = order(&[
        ("firstname", json!("Fekete")),
        ("lastname", json!("Márton")),
        ("shippingFirstname", json!("dr. Fekete")),
        ("shippingLastname", json!("Mártonné")),
        ("furgefutarWaybill", json!(0)),
    ]);
    assert_eq!(order.buyer, name("Fekete", "Márton"));
    assert_eq!(order.shipping.unwrap().name, name("dr. Fekete", "Mártonné"));
}

/// An order in euros of a shop whose currency is the forint.
fn in_euros() -> Vec<(&'static str, Value)> {
    vec![
        ("total", json!("8128.0000")),
        ("value", json!("0.00250000")),
        ("currency", json!({"code": "EUR", "symbolLeft": "€ ", "decimalPlace": "2"})),
        (
            "orderTotals",
            json!([
                {"type": "SUB_TOTAL_WITH_TAX", "value": "8128.0000", "valueText": "€ 20.32"},
                {"type": "SHIPPING", "value": "0.0000", "valueText": "€ 0.00"},
                {"type": "TOTAL", "value": "8128.0000", "valueText": "€ 20.32"},
            ]),
        ),
        (
            "orderProducts",
            json!([{"name": "Bögre", "total": "400.0000", "grossPriceCurrency": "1.2700",
                    "stock1": "1"}]),
        ),
    ]
}

#[test]
fn total_in_another_currency_is_read_as_written() {
    let order = order(&in_euros());
    assert_eq!(order.total_gross, eur("20.32"));
    let goods = order.totals.first().unwrap();
    assert_eq!((goods.kind, goods.amount), (TotalKind::Goods, eur("20.32")));
    assert_eq!((order.totals[1].kind, order.totals[1].amount), (TotalKind::Shipping, eur("0")));
    let line = order.lines.first().unwrap();
    assert_eq!((line.unit_price_gross, line.total_net), (eur("1.27"), None));
}

#[test]
fn total_in_another_currency_is_unknown_without_text() {
    let mut changes = in_euros();
    changes.push(("orderTotals", json!([{"type": "TOTAL", "value": "8128.0000"}])));
    assert_eq!(order(&changes).total_gross, None);
    changes.push(("orderTotals", json!([])));
    assert_eq!(order(&changes).total_gross, None);
    changes.push(("totalCurrency", json!("20.3200")));
    assert_eq!(order(&changes).total_gross, eur("20.32"));
}

#[test]
fn order_without_total_is_an_order() {
    let order = order(&[
        ("total", json!(null)),
        ("orderTotals", json!([])),
        ("orderProducts", json!([])),
        ("customer", json!(null)),
        ("comment", json!(null)),
        ("externalInfo", json!([])),
    ]);
    assert!(!order.is_abandoned_cart() && order.lines.is_empty());
    assert_eq!((order.total_gross, order.customer_id.as_deref()), (None, None));
}

#[test]
fn quantities_of_a_cart_are_unknown() {
    let line = json!({"name": "Bögre", "stock1": "0", "stock2": "0", "stock3": "0", "stock4": "0"});
    let cart = order(&[("orderStatus", json!(null)), ("orderProducts", json!([line.clone()]))]);
    assert!(cart.is_abandoned_cart());
    assert_eq!(cart.lines[0].quantity, None);
    let ordered = order(&[("orderProducts", json!([line]))]);
    assert_eq!(ordered.lines[0].quantity, Some(Decimal::ZERO));
}

#[test]
fn phone_without_country_code_is_of_the_orders_country() {
    let of = |payment: Value, shipping: Value| {
        let typed = json!("0670 123 4567");
        order(&[("phone", typed), ("paymentCountry", payment), ("shippingCountry", shipping)])
    };
    let (austria, unknown) = (country("AT"), link("countries/QzE0"));
    assert_eq!(phone(&of(austria.clone(), country("HU"))), Some("+436701234567"));
    assert_eq!(phone(&of(unknown.clone(), austria)), Some("+436701234567"));
    assert_eq!(phone(&of(unknown.clone(), unknown)), Some("+36701234567"));
}

#[test]
fn every_number_and_extension_of_an_order_is_kept() {
    let order = order(&[("phone", json!("06 1 234 5678/12 mellék, 06301234567"))]);
    let phones: Vec<_> = order.phones().map(Phone::as_str).collect();
    assert_eq!(phones, ["+3612345678", "+36301234567"]);
    let own = order.phone.unwrap();
    assert_eq!(order.extensions, [(own, "12".to_owned())].into());
}

#[test]
fn link_to_a_collection_is_no_line() {
    for links in [
        link("orderProducts?orderId=TzE="),
        json!([link("orderProducts/TDE="), link("orderProducts/TDI=")]),
    ] {
        let totals = link("orderTotals?orderId=TzE=");
        let order = order(&[("orderProducts", links), ("orderTotals", totals)]);
        assert!(order.lines.is_empty() && order.totals.is_empty());
    }
}

#[test]
fn customer_number_zero_is_nobody() {
    let nobody = link("customers/Y3VzdG9tZXItY3VzdG9tZXJfaWQ9MA==");
    assert_eq!(order(&[("customer", nobody)]).customer_id, None);
}

#[test]
fn company_is_kept_without_its_tax_number() {
    let order = order(&[("paymentCompany", json!("Minta Kft."))]);
    assert_eq!(order.company.as_deref(), Some("Minta Kft."));
    assert!(!serde_json::to_string(&order).unwrap().contains("12345678-1-42"));
}

#[test]
fn pickup_point_is_of_the_shipping_method() {
    let point = |changes: &[(&str, Value)]| order(changes).pickup_point;
    let receiving = ("shippingReceivingPointId", json!("4711"));
    assert_eq!(point(&[receiving]).as_deref(), Some("4711"));
    let pick_pack = ("shippingMethodExtension", json!("PICKPACKPONT"));
    assert_eq!(point(&[pick_pack]).as_deref(), Some("100010"));
    assert_eq!(point(&[]), None, "the code is sent with other methods too");
}

#[test]
fn payment_in_advance_leaves_nothing_due() {
    let due = |after: Value| order(&[("paymentMethodAfter", after)]).due_on_delivery();
    assert_eq!(due(json!("1")), huf("10668"));
    assert_eq!(due(json!("0")), huf("0"));
    assert_eq!(due(json!("")), None);
}

#[test]
fn discounts_and_points_are_told_apart() {
    let totals = json!([
        {"type": "COUPON", "name": "Kupon:", "value": "-500", "valueText": "-500 Ft"},
        {"type": "LOYALTYPOINTS_TO_USE", "value": "-200", "valueText": "-200 Ft"},
        {"type": "LOYALTYPOINTS_TO_GET", "value": "98", "valueText": "98 pont"},
        {"type": "OTHER_DISCOUNT", "value": "-940", "key": "CART_AMOUNT_DISCOUNT"},
    ]);
    let order = order(&[("orderTotals", totals)]);
    let kinds: Vec<_> = order.totals.iter().map(|total| (total.kind, total.amount)).collect();
    let expected = [
        (TotalKind::Coupon, huf("-500")),
        (TotalKind::PointsUsed, huf("-200")),
        (TotalKind::PointsEarned, None),
        (TotalKind::Other, huf("-940")),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(order.totals[2].text.as_deref(), Some("98 pont"));
    assert_eq!(order.totals[3].key.as_deref(), Some("CART_AMOUNT_DISCOUNT"));
}
