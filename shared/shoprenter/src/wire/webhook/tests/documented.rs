//! Deliveries in the documented shape.

use super::*;

const PLACED: &str = include_str!("../fixtures/order_confirm.json");
const ESCAPED: &str = include_str!("../fixtures/php_escapes.json");

fn huf(amount: i64) -> Option<Money> {
    let currency = Currency::parse("HUF").unwrap();
    Some(Money { amount: Decimal::from(amount), currency })
}

/// The documented delivery with its order changed.
fn changed(change: impl FnOnce(&mut Value)) -> OrderHint {
    let mut body: Value = serde_json::from_str(PLACED).unwrap();
    change(&mut body["orders"]["order"][0]);
    only_order(decode(PARTS, &parts(&body.to_string())))
}

fn whole(name: &str) -> Option<PersonName> {
    Some(PersonName { full: Some(name.into()), ..PersonName::default() })
}

#[test]
fn documented_delivery_is_read_field_by_field() {
    let hint = only_order(decode(PARTS, &parts(PLACED)));
    assert_eq!(hint.id.as_deref(), Some("b3JkZXItb3JkZXJfaWQ9MzA3MQ=="));
    assert_eq!(hint.inner_id.as_deref(), Some("3071"));
    let order = order(hint);
    assert_eq!(order.status, in_words("Függőben lévő", "hu", false));
    assert_eq!(order.total_gross, huf(7850));
    assert_eq!(order.buyer, whole("Zöld Piroska"));
    assert_eq!(order.phone.as_ref().unwrap().as_str(), "+36307654321");
    assert_eq!(order.email.as_ref().unwrap().as_str(), "piroska@pelda.example");
    let shipping = order.shipping.unwrap();
    assert_eq!(shipping.name, whole("Zöld Benedek"));
    assert_eq!(shipping.company, None);
    assert_eq!(shipping.postcode.as_deref(), Some("7621"));
    assert_eq!(shipping.city.as_deref(), Some("Pécs"));
    assert_eq!(shipping.street.as_deref(), Some("Fő utca 9."));
    assert_eq!(order.shipping_method.as_deref(), Some("Futár"));
    assert_eq!(order.payment_method.as_deref(), Some("Utánvét"));
    assert_eq!((order.customer_id, order.created_at), (None, None));
    assert_eq!(order.expected_delivery, "2026-03-18".parse().ok());
    assert_eq!(order.updated_at, "2026-03-15T08:30:00Z".parse().ok());
    let lines: Vec<_> = order.lines.iter().map(|l| (&*l.name, l.sku.as_deref())).collect();
    assert_eq!(lines, [("Bögre & alj", Some("BGR-1")), ("Szalag", None)]);
    assert_eq!(order.lines[0].quantity, Some(Decimal::TWO));
    assert_eq!(order.lines[0].unit_price_gross, huf(2540));
    assert_eq!(order.lines[1].quantity, Some(Decimal::ONE));
    assert_eq!(order.lines[1].unit_price_gross, huf(1270));
    assert!(order.provisional);
}

#[test]
fn php_escapes_bare_numbers_and_nulls_are_read() {
    let hint = only_order(decode(PARTS, &parts(ESCAPED)));
    assert_eq!(hint.id.as_deref(), Some("b3JkZXItb3JkZXJfaWQ9MzA3Mg=="));
    let order = order(hint);
    assert_eq!(order.status, in_words("Függőben lévő", "hu", false));
    assert_eq!(order.total_gross, huf(2770));
    assert_eq!(order.buyer, whole("Zöld Piroska"));
    assert_eq!(order.shipping_method.as_deref(), Some("Házhozszállítás"));
    assert_eq!((order.created_at, order.updated_at), (None, None));
    assert_eq!((&*order.lines[0].name, order.lines[0].unit_price_gross), ("Szalag 🎀", None));
}

#[test]
fn delivery_without_history_and_lines_is_a_hint() {
    let hint = changed(|order| {
        let fields = order.as_object_mut().unwrap();
        fields.retain(|name, _| !name.starts_with("order") && name != "languageCode");
    });
    assert_eq!(hint.inner_id.as_deref(), Some("3071"));
    assert_eq!(hint.provisional, Err(DecodeError::Missing { field: "orderHistory.statusText" }));
}

#[test]
fn delivery_of_only_id_and_number_is_a_hint() {
    let hint = changed(|order| {
        let fields = order.as_object_mut().unwrap();
        fields.retain(|name, _| name == "innerId" || name == "innerResourceId");
    });
    assert_eq!(hint.id.as_deref(), Some("b3JkZXItb3JkZXJfaWQ9MzA3MQ=="));
    assert!(hint.provisional.is_err());
}

#[test]
fn abandoned_cart_has_no_status() {
    let hint = changed(|order| {
        order["orderHistory"]["status"] = json!("0");
        order["orderHistory"]["statusText"] = json!("");
    });
    assert_eq!(hint.inner_id.as_deref(), Some("3071"));
    assert_eq!(hint.provisional, Err(DecodeError::Missing { field: "orderHistory.statusText" }));
}

#[test]
fn outer_id_is_the_orders_id_and_the_inner_one_is_requested() {
    for outer in ["orders/ERP-2026.0017", "ERP-2026.0017"] {
        let hint = changed(|order| order["outerResourceId"] = json!(outer));
        assert_eq!(hint.id.as_deref(), Some("b3JkZXItb3JkZXJfaWQ9MzA3MQ=="));
        assert_eq!(hint.inner_id.as_deref(), Some("3071"));
        assert_eq!(order(hint).id, "ERP-2026.0017");
    }
    for unusable in ["", "orders/..", "a b", "\u{7}"] {
        let hint = changed(|order| order["outerResourceId"] = json!(unusable));
        assert_eq!(order(hint).id, "b3JkZXItb3JkZXJfaWQ9MzA3MQ==", "{unusable}");
    }
}

#[test]
fn unusable_day_of_delivery_is_none() {
    for unusable in [json!("0000-00-00"), json!("hamarosan"), json!(null), json!({})] {
        let hint = changed(|order| order["expectedDeliveryDate"] = unusable.clone());
        assert_eq!(order(hint).expected_delivery, None, "{unusable}");
    }
}

#[test]
fn phone_without_country_code_is_the_orders_country() {
    let phone = |payment: &str, shipping: &str| {
        let hint = changed(|order| {
            order["phone"] = json!("0670 123 4567");
            order["paymentCountryIsoCode2"] = json!(payment);
            order["shippingCountryIsoCode2"] = json!(shipping);
        });
        order(hint).phone.map(String::from)
    };
    assert_eq!(phone("AT", "HU").as_deref(), Some("+436701234567"));
    assert_eq!(phone("", "at").as_deref(), Some("+436701234567"));
    assert_eq!(phone("", "").as_deref(), Some("+36701234567"));
}
