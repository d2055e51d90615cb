use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::super::decode_page;
use super::super::planted::{assert_nothing_planted, plant};
use super::*;
use shopcall_domain::{Currency, DecodeError, Money, Order, OrderLine, OrderStatus, PersonName};

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const PARTS: &str = "multipart/form-data; boundary=----8f0e2b";

/// An order as a webhook sends it.
pub(super) fn payload() -> Value {
    serde_json::from_str(PAYLOAD).unwrap()
}

const PAYLOAD: &str = r#"{
    "storeName": "bolt", "innerId": "4217", "innerResourceId": "orders/TzE=",
    "outerResourceId": "", "firstname": "Őri &amp; Társa", "lastname": "Ödön",
    "phone": "06-20/123-4567", "fax": "", "email": " Ori.Odon@Pelda.Example ",
    "currency": "HUF", "languageCode": "hu", "total": "8400.0000", "totalGross": "10668.0000",
    "comment": "Csöngessen!", "shippingMethodName": "Házhozszállítás",
    "paymentMethodName": "Utánvét",
    "orderHistory": {"status": "5", "statusText": "Teljesítve", "comment": "",
                     "dateAdded": "2024-01-02 03:04:05"},
    "orderProducts": {"orderProduct": [
        {"innerResourceId": "orderProducts/UDE=", "name": "Bögre &amp; alj", "sku": "BGR-1",
         "price": "1000.0000", "total": "3000.0000", "taxRate": "27.0000", "quantity": "3"},
        {"name": "Szalag", "sku": {}, "price": "2160", "quantity": 2.5}]},
    "shippingFirstname": "Nagy", "shippingLastname": "Éva", "shippingCompany": [],
    "shippingAddress1": "Petőfi Sándor utca  5.", "shippingAddress2": "2. em.",
    "shippingCity": "Szeged", "shippingPostcode": 6720, "shippingCountryName": "Magyarország",
    "paymentCity": "Győr"}"#;

pub(super) fn of_orders(orders: &Value) -> String {
    json!({"orders": {"order": orders}}).to_string()
}

pub(super) fn parts(data: &str) -> Vec<u8> {
    let head = "Content-Disposition: form-data; name=\"data\"";
    format!("------8f0e2b\r\n{head}\r\n\r\n{data}\r\n------8f0e2b--\r\n").into_bytes()
}

pub(super) fn form(data: &str) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).append_pair("data", data).finish().into_bytes()
}

pub(super) fn decode(content_type: &str, body: &[u8]) -> Result<Delivery, DeliveryError> {
    decode_webhook(Some(content_type), body, &ShopContext::default())
}

fn decode_json(body: &Value) -> Result<Delivery, DeliveryError> {
    decode(JSON, body.to_string().as_bytes())
}

pub(super) fn only_order(delivery: Result<Delivery, DeliveryError>) -> OrderHint {
    let mut delivery = delivery.unwrap();
    assert_eq!((delivery.hints.len(), delivery.quarantined), (1, 0));
    match delivery.hints.remove(0) {
        Hint::Order(hint) => *hint,
        other => panic!("{other:?}"),
    }
}

fn hint(payload: &Value) -> OrderHint {
    only_order(decode(JSON, of_orders(payload).as_bytes()))
}

fn with(field: &str, value: Value) -> OrderHint {
    let mut payload = payload();
    payload[field] = value;
    hint(&payload)
}

fn order(hint: OrderHint) -> Order {
    hint.provisional.unwrap()
}

fn name(shown: &str) -> Option<PersonName> {
    Some(PersonName { full: Some(shown.into()), ..PersonName::default() })
}

fn in_words(text: &str, language: &str, is_cancelled: bool) -> Option<OrderStatus> {
    Some(OrderStatus { id: None, names: [(language.into(), text.into())].into(), is_cancelled })
}

#[test]
fn payload_is_mapped_field_by_field() {
    let hint = hint(&payload());
    assert_eq!((hint.id.as_deref(), hint.inner_id.as_deref()), (Some("TzE="), Some("4217")));
    let line = |name: &str, sku: Option<&str>, quantity| OrderLine {
        name: name.into(),
        sku: sku.map(str::to_owned),
        quantity: Some(quantity),
        unit_price_gross: None,
        total_net: None,
    };
    let currency = Currency::parse("HUF").unwrap();
    let expected = Order {
        id: "TzE=".into(),
        inner_id: Some("4217".into()),
        status: in_words("Teljesítve", "hu", false),
        total_gross: Some(Money { amount: Decimal::new(10668, 0), currency }),
        lines: vec![
            line("Bögre & alj", Some("BGR-1"), Decimal::new(3, 0)),
            line("Szalag", None, Decimal::new(25, 1)),
        ],
        customer_id: None,
        buyer: name("Őri & Társa Ödön"),
        phone: "+36201234567".to_owned().try_into().ok(),
        email: "ori.odon@pelda.example".to_owned().try_into().ok(),
        shipping: Some(shopcall_domain::Address {
            name: name("Nagy Éva"),
            company: None,
            postcode: Some("6720".into()),
            city: Some("Szeged".into()),
            street: Some("Petőfi Sándor utca 5.".into()),
            street2: None,
        }),
        shipping_method: Some("Házhozszállítás".into()),
        payment_method: Some("Utánvét".into()),
        expected_delivery: None,
        created_at: None,
        updated_at: jiff::Timestamp::from_str("2024-01-02T02:04:05Z").ok(),
        history: None,
        provisional: true,
        ..Order::default()
    };
    assert_eq!(hint.provisional, Ok(expected));
}

#[test]
fn only_provisional_order_is_stored_as_such() {
    let mut order = order(hint(&payload()));
    let row = serde_json::to_value(&order).unwrap();
    assert_eq!(row["provisional"], true);
    assert_eq!(serde_json::from_value::<Order>(row).unwrap(), order);
    order.provisional = false;
    let row = serde_json::to_value(&order).unwrap();
    assert_eq!(row.get("provisional"), None);
    assert_eq!(serde_json::from_value::<Order>(row).unwrap(), order);
}

#[test]
fn net_total_is_never_the_total() {
    for invalid in [Value::Null, json!(""), json!({}), json!("sok"), json!([1, 2])] {
        assert_eq!(order(with("totalGross", invalid.clone())).total_gross, None, "{invalid}");
    }
    for invalid in [Value::Null, json!("Ft"), json!({"symbolRight": "Ft"})] {
        assert_eq!(order(with("currency", invalid.clone())).total_gross, None, "{invalid}");
    }
    let euro = order(with("currency", json!("EUR"))).total_gross.unwrap();
    assert_eq!(euro.currency.as_str(), "EUR");
}

#[test]
fn resource_id_is_the_last_path_segment() {
    for (named, id) in [
        (json!("orders/TzE="), Some("TzE=")),
        (json!("/orders/TzE=/"), Some("TzE=")),
        (json!("https://bolt.old.example/orders/TzE%3D"), Some("TzE=")),
        (json!({"href": "https://bolt.old.example/orderExtend/TzE="}), Some("TzE=")),
        (json!("TzE="), Some("TzE=")),
        (json!(17), Some("17")),
        (json!("orders/../settings"), Some("settings")),
        (json!("orders/%2e%2e%2fsettings"), None),
        (json!("orders/a b"), None),
        (json!("orders/a?b=c"), None),
        (json!("orders/é"), None),
        (json!(format!("orders/{}", "x".repeat(257))), None),
        (json!({}), None),
    ] {
        assert_eq!(with("innerResourceId", named.clone()).id.as_deref(), id, "{named}");
    }
    let by_id = json!({"id": "TzE=", "innerResourceId": ""});
    assert_eq!(hint(&by_id).id.as_deref(), Some("TzE="));
}

#[test]
fn order_with_only_a_number_is_a_hint() {
    let hint = with("innerResourceId", json!(""));
    assert_eq!((hint.id, hint.inner_id.as_deref()), (None, Some("4217")));
    assert_eq!(hint.provisional, Err(DecodeError::Missing { field: "innerResourceId" }));
}

#[test]
fn order_without_a_status_is_only_a_hint() {
    for history in [json!(""), json!({"status": "5"}), json!("hibás"), Value::Null] {
        let hint = with("orderHistory", history.clone());
        assert_eq!(hint.id.as_deref(), Some("TzE="), "{history}");
        let missing = DecodeError::Missing { field: "orderHistory.statusText" };
        assert_eq!(hint.provisional, Err(missing), "{history}");
    }
}

#[test]
fn unusable_field_costs_the_field_alone() {
    let lines = order(with("orderProducts", json!("hibás"))).lines;
    assert!(lines.is_empty());
    for quantity in [json!("sok"), json!(""), json!({"a": 1})] {
        let line = json!({"orderProduct": {"name": "Bögre", "quantity": quantity}});
        let lines = order(with("orderProducts", line)).lines;
        assert_eq!((lines[0].name.as_str(), lines[0].quantity), ("Bögre", None), "{quantity}");
    }
    for field in ["firstname", "phone", "email", "shippingCity", "totalGross", "currency"] {
        let order = order(with(field, json!({"unusable": [1]})));
        assert_eq!((&*order.id, order.lines.len()), ("TzE=", 2), "{field}");
    }
}

#[test]
fn latest_history_entry_is_the_status() {
    let entry = |text: &str, date: &str| json!({"statusText": text, "dateAdded": date});
    let (new, done) = (entry("Új", "2024-01-01 10:00:00"), entry("Kész", "2024-01-02T09:00:00"));
    for history in [json!([new, done]), json!([done, new]), json!(done)] {
        let order = order(with("orderHistory", history.clone()));
        assert_eq!(order.status, in_words("Kész", "hu", false), "{history}");
        let updated = order.updated_at.unwrap().to_string();
        assert_eq!(updated, "2024-01-02T08:00:00Z", "{history}");
    }
    let undated = json!([entry("Új", ""), entry("Kész", "tegnap")]);
    let order = order(with("orderHistory", undated));
    assert_eq!((order.status, order.updated_at), (in_words("Kész", "hu", false), None));
}

#[test]
fn unknown_status_name_has_no_id() {
    let words = |text: &str| order(with("orderHistory", json!({"statusText": text})));
    assert!(words("Törölve (sztornó)").is_cancelled());
    assert!(!words("Teljesítve").is_abandoned_cart());
    let mut other = payload();
    for (language, filed) in [(json!("EN"), "en"), (json!(""), "und"), (json!("h u"), "und")] {
        other["languageCode"] = language;
        assert_eq!(order(hint(&other)).status, in_words("Teljesítve", filed, false));
    }
}

#[test]
fn known_status_name_gets_id_and_translations() {
    let mut context = ShopContext::default();
    let names = r#"{"items":[
        {"name":"Teljesítve","orderStatus":{"id":"UzU="},"language":"hu"},
        {"name":"Complete","orderStatus":{"id":"UzU="},"language":"en"},
        {"name":"Kétes","orderStatus":{"id":"UzY="}}, {"name":"Kétes","orderStatus":{"id":"Uzc="}}]}"#;
    context.statuses.add_names(&decode_page(names).unwrap().items, &context.languages);
    let numbers = r#"{"items":[{"id":"UzU=","innerId":"5"}]}"#;
    context.statuses.add_numbers(&decode_page(numbers).unwrap().items);
    let status = |history: Value| {
        let mut payload = payload();
        payload["orderHistory"] = history;
        let body = of_orders(&payload);
        let delivery = decode_webhook(None, body.as_bytes(), &context);
        order(only_order(delivery)).status.unwrap()
    };
    for history in
        [json!({"statusText": "Teljesítve"}), json!({"status": 5}), json!({"status": "UzU="})]
    {
        let known = status(history.clone());
        assert_eq!((known.id.as_deref(), known.names.len()), (Some("UzU="), 2), "{history}");
    }
    assert_eq!(status(json!({"statusText": "Kétes"})).id, None);
}

#[test]
fn lines_may_be_bare_or_in_api_form() {
    let line = json!({"name": "Bögre", "quantity": "2.0000"});
    for lines in
        [json!({"orderProduct": line}), json!({"orderProduct": [line]}), json!([line]), json!(line)]
    {
        let order = order(with("orderProducts", lines.clone()));
        let read: Vec<_> = order.lines.iter().map(|l| (l.name.as_str(), l.quantity)).collect();
        assert_eq!(read, [("Bögre", Some(Decimal::TWO))], "{lines}");
    }
    for none in [json!(""), json!({}), json!([]), json!({"orderProduct": []}), Value::Null] {
        assert!(order(with("orderProducts", none.clone())).lines.is_empty(), "{none}");
    }
}

#[test]
fn undecodable_order_does_not_fail_the_others() {
    let mut second = payload();
    second["innerResourceId"] = json!("orders/TzI=");
    let orders =
        json!([payload(), "hibás", 7, {"firstname": "Ödön"}, {}, null, "", [payload()], second]);
    let delivery = decode(JSON, of_orders(&orders).as_bytes()).unwrap();
    assert_eq!((delivery.hints.len(), delivery.quarantined), (2, 4));
}

#[test]
fn orders_beyond_the_limit_are_set_aside() {
    let orders: Vec<Value> =
        (0..MAX_RECORDS + 7).map(|n| json!({"innerResourceId": format!("orders/{n}")})).collect();
    let delivery = decode(JSON, of_orders(&json!(orders)).as_bytes()).unwrap();
    assert_eq!((delivery.hints.len(), delivery.quarantined), (MAX_RECORDS, 7));
}

#[test]
fn debug_prints_no_personal_data() {
    let printed = format!("{:?}", decode(JSON, of_orders(&payload()).as_bytes()));
    let personal = ["Ödön", "Őri", "Éva", "Nagy", "2012345", "pelda", "Szeged", "Petőfi", "6720"];
    for secret in personal.into_iter().chain(["Bögre", "BGR-1", "10668", "Csöngessen", "Házhoz"])
    {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    assert!(printed.contains("TzE=") && printed.contains("4217"));
}

#[test]
fn forbidden_values_are_neither_stored_nor_digested() {
    let mut planted = payload();
    plant(&mut planted);
    let (with, without) = (hint(&planted), hint(&payload()));
    assert_eq!(with, without);
    assert_nothing_planted(&with.provisional.unwrap());
}

#[test]
fn digest_ignores_spelling() {
    let digest = hint(&payload()).digest;
    assert!(digest.len() == 32 && digest.bytes().all(|b| b.is_ascii_hexdigit()));
    let reversed: Vec<String> =
        payload().as_object().unwrap().iter().rev().map(|(k, v)| format!("{k:?} : {v}")).collect();
    let reversed = format!("{{\"orders\":{{\"order\":[{{{}}}]}}}}", reversed.join(" ,\n"));
    assert_eq!(only_order(decode(JSON, reversed.as_bytes())).digest, digest);
    for (field, value) in [
        ("innerId", json!(4217)),
        ("fax", json!([])),
        ("invented", Value::Null),
        ("ip", json!("192.0.2.7")),
        ("orderHistory", json!([payload()["orderHistory"]])),
    ] {
        assert_eq!(with(field, value).digest, digest, "{field}");
    }
    for (field, value) in [
        ("innerId", json!(4218)),
        ("fax", json!("1")),
        ("total", json!("8400.0001")),
        ("comment", json!("Ne csöngessen!")),
        ("orderProducts", json!({"orderProduct": []})),
    ] {
        assert_ne!(with(field, value).digest, digest, "{field}");
    }
}

#[test]
fn largest_order_fits_into_a_row() {
    let line = json!({"name": "szó ".repeat(300), "sku": "y".repeat(1024), "quantity": 1});
    let hint = with("orderProducts", json!({"orderProduct": vec![line; 300]}));
    let row = serde_json::to_vec(&order(hint)).unwrap().len();
    assert!((100_000..400_000).contains(&row), "{row}");
}

mod bodies;
mod documented;
