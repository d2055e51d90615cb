mod documented;
mod skipped;

use std::str::FromStr;

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::planted::{assert_nothing_planted, plant};
use super::super::{decode_page, resource_id};
use super::*;
use shopcall_domain::{
    Country, Currency, Email, Money, OrderLine, OrderTotal, PersonName, Phone, TotalKind,
};

fn context() -> ShopContext {
    let mut context = ShopContext::default();
    let languages = r#"{"items":[{"id":"TDE=","code":"hu"},{"id":"TDI=","code":"en"}]}"#;
    context.languages.add(&decode_page(languages).unwrap().items);
    let names = r#"{"items":[
        {"name":"Teljesítve","orderStatus":{"id":"UzU="},"language":{"id":"TDE="}},
        {"name":"Complete","orderStatus":{"id":"UzU="},"language":{"id":"TDI="}},
        {"name":"Törölve (sztornó)","orderStatus":{"id":"UzE0"},"language":{"id":"TDE="}}]}"#;
    context.statuses.add_names(&decode_page(names).unwrap().items, &context.languages);
    context
}

fn link(path: &str) -> Value {
    json!({"href": format!("https://bolt.old.example/{path}")})
}

/// A record with the API's quirks: numbers as texts, `[]` for empty values, links for records.
fn record() -> Value {
    let mut record: Value = serde_json::from_str(RECORD).unwrap();
    record["customer"] = link("customers/VjE=");
    record["customerGroup"] = link("customerGroups/RzE=");
    record["orderStatus"] = link("orderStatuses/UzU=");
    record["orderProducts"][0]["product"] = link("products/UDE=");
    record
}

const RECORD: &str = r#"{
    "href": "https://bolt.old.example/orderExtend/TzE=",
    "id": "TzE=", "innerId": "4217", "invoiceId": "77", "invoicePrefix": "SZ-", "fax": {},
    "firstname": "Őri &amp; Társa", "lastname": "Ödön",
    "phone": "06-20/123-4567", "email": " Ori.Odon@Pelda.Example ",
    "shippingFirstname": "Nagy", "shippingLastname": "Éva", "shippingCompany": [],
    "shippingAddress1": "Petőfi Sándor utca  5.", "shippingAddress2": "2. em.",
    "shippingCity": "Szeged", "shippingPostcode": 6720,
    "shippingMethodName": "Házhozszállítás", "shippingCountry": {"id": "SFU=", "isoCode2": "HU"},
    "paymentCity": "Győr", "paymentMethodName": "Utánvét", "paymentMethodCode": "cod",
    "paymentMethodAfter": "1", "paymentCompany": "Minta &amp; Fia Kft.",
    "paymentCountry": {"id": "SFU=", "isoCode2": "HU"}, "coupon": {"code": "NYAR10"},
    "shippingMethodExtension": "GLS", "shippingReceivingPointId": "0",
    "pickPackPontShopCode": "100010",
    "taxNumber": "12345678-1-42", "comment": "Csöngessen!",
    "total": "10668.0000", "value": "1.00000000", "ip": "192.0.2.7",
    "dateCreated": "2023-05-06T07:08:09", "dateUpdated": "2024-01-02 03:04:05",
    "language": {"id": "TDE=", "code": "hu"},
    "currency": {"id": "QzE=", "code": "HUF", "symbolRight": " Ft", "decimalPlace": "0"},
    "orderTotals": [
        {"type": "SUB_TOTAL", "name": "Nettó:", "value": "7400.0000", "valueText": "7.400 Ft"},
        {"type": "TAX", "name": "ÁFA:", "value": "1998.0000", "valueText": "1.998 Ft"},
        {"type": "SUB_TOTAL_WITH_TAX", "name": "Bruttó részösszeg:", "value": "9398.0000",
         "valueText": "9.398 Ft", "key": null},
        {"type": "SHIPPING", "name": "Csomagpont (Győr, Fő u. 1.):", "value": "990",
         "valueText": "990 Ft", "key": {}},
        {"type": "PAYMENT", "name": "Utánvét díja:", "value": 280, "valueText": "280 Ft"},
        {"type": "TOTAL", "value": "10668.0000", "key": null}],
    "orderProducts": [
        {"id": "TDE=", "name": "Bögre &amp; alj", "sku": "BGR-1", "modelNumber": null,
         "price": "1000.0000", "total": "3000.0000", "grossPriceCurrency": "1270.0000",
         "stock1": "2", "stock2": 1, "stock3": "0", "stock4": []},
        {"name": "Szalag", "sku": {}, "price": "2160", "total": 5400, "stock1": "2.5000"}
    ],
    "orderCreditCards": [{"id": "SzE=", "transactionId": "T-1", "bankResponse": "OK"}]
}"#;

fn decode_counting(record: &Value) -> (Result<Order, DecodeError>, SkippedFields) {
    let (json, mut skipped) = (record.to_string(), SkippedFields::default());
    let order = decode_order(serde_json::from_str(&json).unwrap(), &context(), &mut skipped);
    (order, skipped)
}

fn decode(record: &Value) -> Result<Order, DecodeError> {
    decode_counting(record).0
}

fn with(field: &str, value: Value) -> Result<Order, DecodeError> {
    let mut record = record();
    record[field] = value;
    decode(&record)
}

fn with_line(line: Value) -> Result<OrderLine, DecodeError> {
    with("orderProducts", json!([line])).map(|mut order| order.lines.remove(0))
}

fn huf(amount: &str) -> Option<Money> {
    let currency = Currency::parse("HUF").unwrap();
    Some(Money { amount: Decimal::from_str(amount).unwrap(), currency })
}

fn name(family: &str, given: &str) -> Option<PersonName> {
    Some(PersonName { family: Some(family.into()), given: Some(given.into()), full: None })
}

fn total(kind: TotalKind, name: &str, amount: &str, text: &str) -> OrderTotal {
    OrderTotal {
        kind,
        key: None,
        name: Some(name.into()),
        amount: huf(amount),
        text: Some(text.into()),
    }
}

const fn unusable<T>(field: &'static str) -> Result<T, DecodeError> {
    Err(DecodeError::Unusable { field })
}

#[test]
fn order_is_mapped_field_by_field() {
    let names = [("hu".into(), "Teljesítve".into()), ("en".into(), "Complete".into())].into();
    let expected = Order {
        id: "TzE=".into(),
        inner_id: Some("4217".into()),
        status: Some(OrderStatus { id: Some("UzU=".into()), names, is_cancelled: false }),
        total_gross: huf("10668"),
        lines: vec![
            OrderLine {
                name: "Bögre & alj".into(),
                sku: Some("BGR-1".into()),
                quantity: Some(Decimal::new(3, 0)),
                unit_price_gross: huf("1270"),
                total_net: huf("3000"),
            },
            OrderLine {
                name: "Szalag".into(),
                sku: None,
                quantity: Some(Decimal::new(25, 1)),
                unit_price_gross: None,
                total_net: huf("5400"),
            },
        ],
        customer_id: Some("VjE=".into()),
        buyer: name("Őri & Társa", "Ödön"),
        company: Some("Minta & Fia Kft.".into()),
        phone: Phone::try_from("+36201234567".to_owned()).ok(),
        other_phones: vec![],
        extensions: [].into(),
        email: Email::parse("ori.odon@pelda.example").ok(),
        shipping: Some(Address {
            name: name("Nagy", "Éva"),
            company: None,
            postcode: Some("6720".into()),
            city: Some("Szeged".into()),
            street: Some("Petőfi Sándor utca 5.".into()),
            street2: Some("2. em.".into()),
        }),
        shipping_method: Some("Házhozszállítás".into()),
        pickup_point: None,
        payment_method: Some("Utánvét".into()),
        payment_code: Some("cod".into()),
        payment_time: Some(PaymentTime::OnDelivery),
        coupon: Some("NYAR10".into()),
        totals: vec![
            total(TotalKind::Goods, "Bruttó részösszeg:", "9398", "9.398 Ft"),
            total(TotalKind::Shipping, "Csomagpont (Győr, Fő u. 1.):", "990", "990 Ft"),
            total(TotalKind::Fee, "Utánvét díja:", "280", "280 Ft"),
        ],
        invoice: Some("SZ-77".into()),
        expected_delivery: None,
        created_at: "2023-05-06T05:08:09Z".parse().ok(),
        updated_at: "2024-01-02T02:04:05Z".parse().ok(),
        history: None,
        provisional: false,
    };
    let order = decode(&record()).unwrap();
    assert_eq!(serde_json::to_value(&order).unwrap(), serde_json::to_value(&expected).unwrap());
    assert_eq!(order, expected);
    assert!(!order.is_abandoned_cart() && !order.is_cancelled());
}

#[test]
fn only_id_is_required() {
    let order = decode(&json!({"id": "TzE="})).unwrap();
    assert!(order.is_abandoned_cart() && order.lines.is_empty());
    assert!(order.buyer.is_none() && order.shipping.is_none() && order.total_gross.is_none());
}

#[test]
fn any_field_but_id_may_be_empty() {
    for field in record().as_object().unwrap().keys().filter(|field| *field != "id") {
        for empty in [json!({}), json!([]), json!(""), json!(null)] {
            assert!(with(field, empty.clone()).is_ok(), "{field} {empty}");
        }
    }
}

#[test]
fn order_without_status_is_an_abandoned_cart() {
    for empty in [json!({}), json!([]), json!(""), json!(" "), json!(null), json!(false)] {
        let order = with("orderStatus", empty.clone()).unwrap();
        assert!(order.is_abandoned_cart() && !order.is_cancelled(), "{empty}");
    }
    let mut record = record();
    record.as_object_mut().unwrap().remove("orderStatus");
    assert!(decode(&record).unwrap().is_abandoned_cart());
}

#[test]
fn unreadable_status_is_not_an_abandoned_cart() {
    for broken in [json!({"href": {}}), json!([1]), json!({"href": "https://a.example/x?y=1"})] {
        assert_eq!(with("orderStatus", broken), unusable("orderStatus"));
    }
}

#[test]
fn cancelled_order_is_recognized_by_status() {
    let order = with("orderStatus", link("orderStatuses/UzE0")).unwrap();
    assert!(order.is_cancelled() && !order.is_abandoned_cart());
}

#[test]
fn status_without_name_keeps_its_id() {
    let status = with("orderStatus", link("orderStatuses/Uzk=")).unwrap().status.unwrap();
    assert_eq!((status.id.as_deref(), status.names.len()), (Some("Uzk="), 0));
}

#[test]
fn guest_order_has_no_customer() {
    assert_eq!(with("customer", json!({})).unwrap().customer_id, None);
}

#[test]
fn order_number_may_be_text_or_number() {
    for number in [json!(4217), json!("4217"), json!("4217.0000")] {
        assert_eq!(with("innerId", number).unwrap().inner_id.as_deref(), Some("4217"));
    }
}

#[test]
fn invalid_phone_or_email_is_dropped() {
    for typed in [json!("-"), json!("nincs"), json!({"x": 1}), json!(true), json!(0)] {
        assert_eq!(with("phone", typed.clone()).unwrap().phone, None, "{typed}");
        assert_eq!(with("email", typed.clone()).unwrap().email, None, "{typed}");
    }
}

#[test]
fn local_phone_number_uses_the_shops_country() {
    let json = json!({"id": "TzE=", "phone": "0905 123 456"}).to_string();
    let slovakia = Country::parse("SK").unwrap();
    let context = ShopContext { country: slovakia, ..context() };
    let mut skipped = SkippedFields::default();
    let order = decode_order(serde_json::from_str(&json).unwrap(), &context, &mut skipped).unwrap();
    assert_eq!(order.phone.as_ref().map(Phone::as_str), Some("+421905123456"));
}

#[test]
fn quantity_is_the_sum_of_four_warehouses() {
    let line =
        json!({"stock1": "1", "stock2": 2, "stock3": "3.5000", "stock4": "4", "quantity": "9"});
    assert_eq!(with_line(line).unwrap().quantity, Some(Decimal::new(105, 1)));
    assert_eq!(with_line(json!({"name": "x"})).unwrap().quantity, None);
    let most = Decimal::MAX.to_string();
    let sum = json!({"stock1": most, "stock2": most});
    assert_eq!(with_line(sum).unwrap().quantity, None);
}

#[test]
fn net_price_in_another_currency_is_dropped() {
    let foreign = |rate: Value| with("value", rate).unwrap().lines.remove(0);
    for rate in [json!("0.00250000"), json!("?")] {
        assert_eq!(foreign(rate.clone()).total_net, None, "{rate}");
        assert_eq!(foreign(rate).unit_price_gross, huf("1270"));
    }
    for rate in [json!(1), json!("1.00000000"), json!([])] {
        assert_eq!(foreign(rate.clone()).total_net, huf("3000"), "{rate}");
    }
}

#[test]
fn amount_without_currency_is_none() {
    for empty in [json!([]), json!({"symbolLeft": "€"}), json!({"code": {}})] {
        let order = with("currency", empty).unwrap();
        assert_eq!((order.total_gross, order.lines[0].total_net), (None, None));
    }
}

#[test]
fn single_line_may_be_a_bare_object() {
    let order = with("orderProducts", json!({"name": "Bögre", "stock1": 1})).unwrap();
    assert_eq!((order.lines.len(), order.lines[0].name.as_str()), (1, "Bögre"));
}

#[test]
fn record_without_usable_id_is_set_aside() {
    assert_eq!(with("id", json!({})), Err(DecodeError::Missing { field: "id" }));
    for item in [json!("hibás rekord"), json!(7), json!([]), json!([record(), record()])] {
        assert_eq!(decode(&item), Err(DecodeError::NotARecord), "{item:.40}");
    }
    let json = record().to_string();
    let item: &RawValue = serde_json::from_str(&json).unwrap();
    assert_eq!(resource_id(item).as_deref(), Some("TzE="));
}

#[test]
fn zero_dates_are_none() {
    for zero in ["0000-00-00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00"] {
        assert_eq!(with("dateUpdated", json!(zero)).unwrap().updated_at, None, "{zero}");
    }
}

#[test]
fn largest_order_fits_into_a_row() {
    let long = "szó ".repeat(10_000);
    let most = Decimal::MAX.to_string();
    let mut record = record();
    for (field, value) in record.as_object_mut().unwrap() {
        if field.starts_with("shipping") || field.ends_with("name") {
            *value = json!(long);
        }
    }
    for name in [long.as_str(), "x"] {
        let line = json!({"name": name, "sku": "y".repeat(1024), "total": most,
                          "grossPriceCurrency": most, "stock1": most});
        let short =
            json!({"name": name, "total": most, "grossPriceCurrency": most, "stock1": most});
        for line in [line, short] {
            record["orderProducts"] = json!(vec![line; 3_000]);
            let decoded = decode(&record).unwrap();
            assert!(decoded.lines.len() > 100);
            let row = serde_json::to_vec(&decoded).unwrap().len();
            assert!(row < 400 * 1000, "{row}");
        }
    }
}

#[test]
fn debug_prints_no_personal_data() {
    let printed = format!("{:?}", decode(&record()).unwrap());
    let secret = ["Ödön", "Őri", "Éva", "Nagy", "2012345", "pelda", "Szeged", "Petőfi", "6720"];
    let own =
        ["Bögre", "BGR-1", "10668", "Csöngessen", "Házhoz", "VjE=", "Minta", "NYAR", "Csomagpont"];
    for personal in secret.into_iter().chain(own) {
        assert!(!printed.contains(personal), "{personal} in {printed}");
    }
    assert!(printed.contains("TzE=") && printed.contains("4217"));
}

#[test]
fn order_is_stored_without_raw() {
    let decoded = decode(&record()).unwrap();
    let row = serde_json::to_string(&decoded).unwrap();
    assert_eq!(serde_json::from_str::<Order>(&row).unwrap(), decoded);
}

#[test]
fn forbidden_values_are_never_stored() {
    let mut planted = record();
    plant(&mut planted);
    let decoded = decode(&planted).unwrap();
    assert_eq!(decoded, decode(&record()).unwrap());
    assert_nothing_planted(&decoded);
}

proptest! {
    #[test]
    fn any_json_decodes_without_panic(json in super::super::arbitrary::json()) {
        let _ = decode(&json);
    }
}
