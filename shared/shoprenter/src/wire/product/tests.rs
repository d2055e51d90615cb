mod details;
mod pricing;

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::bufread::GzDecoder;
use shopcall_domain::{RawRecord, Resource, ShopRecord};

use crate::{Contract, pages};
use std::str::FromStr;

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::planted::{assert_nothing_planted, plant};

use super::super::{Site, decode_page, resource_id};
use super::*;
use shopcall_domain::{Attribute, Currency, Money, ProductText, ShopName, SpecialPrice, Stock};

fn context() -> ShopContext {
    let mut context = ShopContext::default();
    let languages = r#"{"items":[{"id":"TDE=","code":"hu"},{"id":"TDI=","code":"en"}]}"#;
    context.languages.add(&decode_page(languages).unwrap().items);
    context
}

fn link(path: &str) -> Value {
    json!({"href": format!("https://bolt.old.example/{path}")})
}

/// A record with the API's quirks: numbers as texts, `[]` for empty values, links for records.
fn record() -> Value {
    json!({
        "href": "https://bolt.old.example/productExtend/UDE=",
        "id": "UDE=", "innerId": "101", "sku": "BGR-1", "modelNumber": [],
        "price": "1000.0000", "quantity": "0.0000", "orderable": "1", "status": "1",
        "stock1": "5", "stock2": "2.5000", "stock3": 0, "stock4": [],
        "mainPicture": "termek/bogre.jpg",
        "allImages": {"mainImage": "https://bolt.example/kep/bogre.jpg?lastmod=1"},
        "availableDate": "0000-00-00",
        "dateCreated": "2023-05-06T07:08:09", "dateUpdated": "2024-01-02 03:04:05",
        "minimalOrderNumber": "2", "minimalOrderNumberMultiply": "0",
        "manufacturer": link("manufacturers/TTE="), "parentProduct": link("products/UDA="),
        "productAttributeExtend": [
            {"id": "QTE=", "type": "LIST", "name": "szin",
             "value": [{"value": "kék", "language": link("languages/TDE=")}]},
        ],
        "productPrices": [
            {"customerGroup": {"id": "RzI=", "innerId": 2, "default": false},
             "gross": "1100", "grossSpecial": null, "currencyCode": "HUF"},
            {"customerGroup": {"id": "RzE=", "innerId": 1, "default": true},
             "net": "1000.3937", "gross": "1270.5000", "netSpecial": "786.6142",
             "grossSpecial": "999", "currencyCode": "HUF"},
        ],
        "productSpecials": [
            {"id": "UzE=", "priority": "1", "price": "786.6142", "type": "interval",
             "dateFrom": "2024-01-01 00:00:00", "dateTo": "2024-02-01 00:00:00",
             "minQuantity": "0", "maxQuantity": "100", "dayOfWeek": null, "customerGroup": null},
        ],
        "productDescriptions": [
            {"name": "Bögre &amp; alj", "shortDescription": "Kék", "description": "<p>3&nbsp;dl</p><p>Kék</p>",
             "metaKeywords": [], "measurementUnit": "db", "language": link("languages/TDE=")},
            {"name": "Mug", "shortDescription": {}, "description": [], "language": link("languages/TDI=")},
        ],
        "productCategoryRelations": [
            {"id": "UkE=", "category": link("categories/QzE="), "product": link("products/UDE=")},
            {"id": "UkI=", "category": link("categories/QzI="), "product": link("products/UDE=")},
        ],
        "urlAliases": {"type": "PRODUCT", "urlAlias": "kek-bogre", "language": link("languages/TDE=")},
        "relatedProducts": link("productExtend/UDE=/relatedProducts"),
    })
}

fn decode_counting(record: &Value) -> (Result<Product, DecodeError>, SkippedFields) {
    let json = record.to_string();
    let mut skipped = SkippedFields::default();
    let now = "2024-01-15T12:00:00Z".parse().unwrap();
    let context = (&context(), now);
    let product = decode_product(serde_json::from_str(&json).unwrap(), context, &mut skipped);
    (product, skipped)
}

fn decode(record: &Value) -> Result<Product, DecodeError> {
    decode_counting(record).0
}

fn with(field: &str, value: Value) -> Result<Product, DecodeError> {
    let mut record = record();
    record[field] = value;
    decode(&record)
}

fn without(field: &str) -> Result<Product, DecodeError> {
    let mut record = record();
    record.as_object_mut().unwrap().remove(field);
    decode(&record)
}

fn huf(amount: &str) -> Option<Money> {
    let currency = Currency::parse("HUF").unwrap();
    Some(Money { amount: Decimal::from_str(amount).unwrap(), currency })
}

const fn unusable<T>(field: &'static str) -> Result<T, DecodeError> {
    Err(DecodeError::Unusable { field })
}

#[test]
fn product_is_mapped_field_by_field() {
    let hungarian = ProductText {
        name: "Bögre & alj".into(),
        short_description: Some("Kék".into()),
        description: Some("3 dl\nKék".into()),
        unit: Some("db".into()),
        link: None,
    };
    let english = ProductText { name: "Mug".into(), ..ProductText::default() };
    let expected = Product {
        id: "UDE=".into(),
        inner_id: Some("101".into()),
        sku: Some("BGR-1".into()),
        texts: [("hu".into(), hungarian), ("en".into(), english)].into(),
        price: huf("1270.5"),
        special_prices: vec![SpecialPrice {
            until: "2024-01-31T23:00:00Z".parse().ok(),
            ..SpecialPrice::unlimited(huf("999").unwrap())
        }],
        stock: Some(Stock {
            warehouses: [Decimal::new(5, 0), Decimal::new(25, 1), Decimal::ZERO, Decimal::ZERO],
        }),
        orderable: true,
        status: ProductStatus::On,
        availability: [].into(),
        order_minimum: Some(Decimal::TWO),
        order_multiple: None,
        image: Some("https://bolt.example/kep/bogre.jpg?lastmod=1".into()),
        link: Some("kek-bogre".into()),
        manufacturer: Some("TTE=".into()),
        manufacturer_name: None,
        categories: vec!["QzE=".into(), "QzI=".into()],
        category_names: [].into(),
        parent: Some("UDA=".into()),
        attributes: vec![Attribute {
            name: "szin".into(),
            values: [("hu".into(), "kék".into())].into(),
            ..Attribute::default()
        }],
        created_at: "2023-05-06T05:08:09Z".parse().ok(),
        updated_at: "2024-01-02T02:04:05Z".parse().ok(),
    };
    assert_eq!(decode(&record()).unwrap(), expected);
    assert_eq!(expected.stock.unwrap().total(), Decimal::new(75, 1));
}

#[test]
fn only_id_is_required() {
    let product = decode(&json!({"id": "UDE="})).unwrap();
    assert_eq!((product.price, product.sku, product.inner_id), (None, None, None));
    assert!(product.texts.is_empty() && product.categories.is_empty() && !product.orderable);
    assert_eq!(product.status, ProductStatus::Off);
    assert_eq!(product.stock.unwrap().total(), Decimal::ZERO);
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
fn record_without_usable_id_is_set_aside() {
    for empty in [json!({}), json!([]), json!(""), json!(" "), json!(null)] {
        assert_eq!(with("id", empty), Err(DecodeError::Missing { field: "id" }));
    }
    assert_eq!(without("id"), Err(DecodeError::Missing { field: "id" }));
    assert_eq!(with("id", json!({"x": 1})), unusable("id"));
    assert_eq!(with("id", json!("x".repeat(257))), Err(DecodeError::TooLong { field: "id" }));
    assert_eq!(with("id", json!(7)).unwrap().id, "7");
}

#[test]
fn non_object_is_not_a_record() {
    for item in
        [json!(7), json!("x"), json!(null), json!([]), json!({}), json!([record(), record()])]
    {
        assert_eq!(decode(&item), Err(DecodeError::NotARecord), "{item:.40}");
    }
}

/// The product with `value` in a field, given as a JSON pointer, and the names of skipped fields.
fn spoilt(pointer: &str, value: Value) -> (Product, Vec<&'static str>) {
    let mut record = record();
    *record.pointer_mut(pointer).unwrap() = value;
    let (product, skipped) = decode_counting(&record);
    (product.unwrap(), skipped.iter().map(|(field, _)| field).collect())
}

#[test]
fn unusable_field_costs_only_itself() {
    let whole = decode(&record()).unwrap();
    let same = |product: Product| assert_eq!(product, whole);
    let (product, skipped) = spoilt("/dateCreated", json!("2025-01-00T00:00:00"));
    assert_eq!((product.created_at, skipped), (None, vec!["dateCreated"]));
    same(Product { created_at: whole.created_at, ..product });
    let (product, skipped) = spoilt("/stock1", json!("1,500"));
    assert_eq!((product.stock, skipped), (None, vec!["stock1"]));
    same(Product { stock: whole.stock, ..product });
    let (product, skipped) = spoilt("/productPrices/1/currencyCode", json!("Ft"));
    assert_eq!((product.price, skipped), (None, vec!["productPrices.currencyCode"]));
    let special_prices = whole.special_prices.clone();
    same(Product { price: whole.price, special_prices: special_prices.clone(), ..product });
    let (product, skipped) = spoilt("/productPrices/1/grossSpecial", json!("a lot"));
    assert_eq!(product.special_prices, []);
    assert_eq!(skipped, ["productPrices.grossSpecial"]);
    same(Product { special_prices, ..product });
    let (product, skipped) = spoilt("/status", json!("7"));
    assert_eq!((product.status, skipped), (ProductStatus::Off, vec!["status"]));
    let (product, skipped) = spoilt("/sku", json!("x".repeat(MAX_SKU + 1)));
    assert_eq!((product.sku, skipped), (None, vec!["sku"]));
    let (product, skipped) = spoilt("/productDescriptions/0/name", json!({"hu": "Bögre"}));
    assert_eq!(skipped, ["productDescriptions.name"]);
    assert_eq!(product.texts["hu"].short_description.as_deref(), Some("Kék"));
    let (product, skipped) = spoilt("/productCategoryRelations/0/category", json!(["x"]));
    assert_eq!(skipped, ["productCategoryRelations.category"]);
    assert_eq!(product.categories, ["QzI="]);
    let (product, skipped) = spoilt("/manufacturer", json!({"name": "?"}));
    assert_eq!((product.manufacturer, skipped), (None, vec!["manufacturer"]));
    for field in ["productPrices", "productDescriptions", "productCategoryRelations"] {
        assert_eq!(spoilt(&format!("/{field}"), json!("none")).1, [field]);
    }
}

#[test]
fn skipped_field_is_counted_without_its_value() {
    let mut record = record();
    record["stock1"] = json!("Kovács Béla");
    let (_, skipped) = decode_counting(&record);
    assert_eq!(format!("{skipped:?}"), r#"SkippedFields({"stock1": 1})"#);
}

#[test]
fn price_is_default_groups_gross() {
    for flag in [json!(true), json!("1"), json!(1), json!("true")] {
        let prices = json!([
            {"customerGroup": {"default": "0"}, "gross": "1", "currencyCode": "HUF"},
            {"customerGroup": {"default": flag}, "gross": 2413, "currencyCode": "HUF"},
            {"customerGroup": {"default": false}, "gross": "3", "currencyCode": "HUF"},
        ]);
        let product = with("productPrices", prices).unwrap();
        assert_eq!((product.price, product.special_prices), (huf("2413"), vec![]));
    }
}

#[test]
fn single_price_is_used_several_need_a_default() {
    let one = json!({"gross": "2413", "currencyCode": "HUF"});
    let two = json!([one, one]);
    assert_eq!(with("productPrices", one).unwrap().price, huf("2413"));
    assert_eq!(with("productPrices", two).unwrap().price, None);
}

#[test]
fn zero_special_price_is_none() {
    for special in [json!(null), json!([]), json!("0"), json!("0.0000")] {
        let price = json!({"gross": "5", "grossSpecial": special, "currencyCode": "HUF"});
        assert_eq!(with("productPrices", price).unwrap().special_prices, []);
    }
}

#[test]
fn status_is_off_on_or_discontinued() {
    for (value, status) in [
        (json!("0"), ProductStatus::Off),
        (json!("1"), ProductStatus::On),
        (json!(1), ProductStatus::On),
        (json!(true), ProductStatus::On),
        (json!("2"), ProductStatus::Discontinued),
    ] {
        assert_eq!(with("status", value).unwrap().status, status);
    }
}

#[test]
fn single_element_lists_may_be_bare_objects() {
    let description = json!({"name": "Mug", "language": link("languages/TDI=")});
    assert_eq!(with("productDescriptions", description).unwrap().texts["en"].name, "Mug");
    let relation = json!({"category": link("categories/QzE=")});
    assert_eq!(with("productCategoryRelations", relation).unwrap().categories, ["QzE="]);
    let aliases = json!([{"urlAlias": []}, {"urlAlias": "bogre"}, {"urlAlias": "mug"}]);
    assert_eq!(with("urlAliases", aliases).unwrap().link.as_deref(), Some("bogre"));
}

#[test]
fn lists_may_hold_links() {
    let collection = link("productCategoryRelations?productId=UDE=");
    assert_eq!(with("productCategoryRelations", collection.clone()).unwrap().categories, [""; 0]);
    assert!(with("productDescriptions", collection).unwrap().texts.is_empty());
}

#[test]
fn text_in_unknown_language_uses_language_id() {
    let descriptions = json!([
        {"name": "Tasse", "language": link("languages/TDk=")},
        {"name": "?", "language": []},
        {"name": "??", "language": {}},
    ]);
    let texts = with("productDescriptions", descriptions).unwrap().texts;
    assert_eq!(texts["TDk="].name, "Tasse");
    assert_eq!(texts["und"].name, "?");
}

#[test]
fn image_falls_back_to_main_picture_path() {
    let shop = ShopName::parse("bolt").unwrap();
    let context = ShopContext { site: Some(Site::new(shop, Vec::new())), ..context() };
    let mut record = record();
    for no_address in [json!([]), json!({"mainImage": "/relative.jpg"})] {
        record["allImages"] = no_address;
        let json = record.to_string();
        let (item, mut skipped) = (serde_json::from_str(&json).unwrap(), SkippedFields::default());
        let product =
            decode_product(item, (&context, Timestamp::UNIX_EPOCH), &mut skipped).unwrap();
        let expected = "https://bolt.shoprenter.hu/custom/bolt/image/data/termek/bogre.jpg";
        assert_eq!(product.image.as_deref(), Some(expected));
    }
}

#[test]
fn zero_dates_are_none() {
    for zero in ["0000-00-00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00"] {
        assert_eq!(with("dateCreated", json!(zero)).unwrap().created_at, None, "{zero}");
    }
}

#[test]
fn overlong_description_is_truncated() {
    let words = "szó ".repeat(300_000);
    for html in [words.clone(), format!("<p>{words}</p>"), "<div>".repeat(200_000)] {
        let mut record = record();
        record["productDescriptions"][0]["description"] = json!(html);
        let decoded = decode(&record).unwrap();
        let text = decoded.texts["hu"].description.as_deref().unwrap_or_default().len();
        assert!(text <= 12 * 1024);
        assert!(RawRecord::of(&record.to_string()).into_bytes().len() < 8 * 1024);
    }
}

#[test]
fn largest_product_fits_into_a_row() {
    let long = "szó ".repeat(100_000);
    let mut record = record();
    record["productDescriptions"] = (0..50)
        .map(|n| {
            json!({"name": long, "shortDescription": long, "description": long,
                   "measurementUnit": long, "language": {"id": format!("{n:0>256}")}})
        })
        .collect();
    record["urlAliases"] = (0..50)
        .map(|n| json!({"urlAlias": "x".repeat(2000), "language": {"id": format!("{n:0>256}")}}))
        .collect();
    let values: Value =
        (0..50).map(|n| json!({"value": long, "language": {"id": format!("{n:0>256}")}})).collect();
    record["productAttributeExtend"] = (0..50)
        .map(|n| json!({"type": "TEXT", "name": format!("{n:0>256}"), "value": values}))
        .collect();
    record["productCategoryRelations"] =
        (0..900).map(|n| json!({"category": {"id": format!("{n:0>256}")}})).collect();
    let decoded = decode(&record).unwrap();
    let raw = RawRecord::of(&record.to_string()).into_bytes();
    let record = serde_json::to_vec(&decoded).unwrap();
    for raw in [raw.len(), RawRecord::MAX_BYTES] {
        let row = record.len() + raw;
        assert!(row < 400 * 1000, "{row}");
    }
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let bomb = |open: &str, close: &str| {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for field in ["unknown", "sku", "manufacturer", "productPrices", "allImages"] {
            let json = format!(r#"{{"id":"UDE=","{field}":{deep}}}"#);
            let item = serde_json::from_str(&json).unwrap();
            let now = Timestamp::UNIX_EPOCH;
            let _ = decode_product(item, (&context(), now), &mut SkippedFields::default());
        }
    };
    bomb("[", "]");
    bomb(r#"{"category":"#, "}");
}

#[test]
fn record_set_aside_keeps_its_id() {
    let mut record = record();
    record.as_object_mut().unwrap().remove("id");
    let json = record.to_string();
    let item: &RawValue = serde_json::from_str(&json).unwrap();
    assert!(decode(&record).is_err());
    assert_eq!(resource_id(item).as_deref(), Some("UDE="));
}

#[test]
fn product_is_stored_with_whole_raw() {
    let json = serde_json::to_string_pretty(&record()).unwrap();
    let item = serde_json::from_str(&json).unwrap();
    let (now, skipped) = (Timestamp::UNIX_EPOCH, &mut SkippedFields::default());
    let decoded =
        pages::decode(Resource::Products, item, Contract::Official, (&context(), now), skipped);
    let Ok(ShopRecord::Product(_, raw)) = decoded else { panic!("no product: {decoded:?}") };
    let (raw, mut text) = (raw.into_bytes(), String::new());
    GzDecoder::new(raw.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, json);
}

#[test]
fn forbidden_values_are_never_stored() {
    let mut planted = record();
    plant(&mut planted);
    let decoded = decode(&planted).unwrap();
    assert_eq!(decoded, decode(&record()).unwrap());
    assert_nothing_planted(&decoded);
}

/// Values that are unusable in some field, among any others.
fn unusable_values() -> impl Strategy<Value = Value> {
    let typical = vec![
        json!("2025-01-00T00:00:00"),
        json!("1,500"),
        json!("Ft"),
        json!(-1),
        json!(true),
        json!([[]]),
        json!({"x": {}}),
        json!("x".repeat(3000)),
    ];
    prop_oneof![prop::sample::select(typical), super::super::arbitrary::json()]
}

/// Pointers to all fields of the sample record, nested ones included.
fn pointers() -> Vec<String> {
    fn walk(value: &Value, at: &str, all: &mut Vec<String>) {
        let inner: Vec<_> = match value {
            Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect()
            }
            _ => Vec::new(),
        };
        for (key, value) in inner {
            let pointer = format!("{at}/{key}");
            walk(value, &pointer, all);
            all.push(pointer);
        }
    }
    let mut all = Vec::new();
    walk(&record(), "", &mut all);
    all
}

/// Members of the product that come from a field of the record.
fn members(field: &str) -> &'static [&'static str] {
    match field {
        "innerId" => &["inner_id"],
        "sku" => &["sku"],
        "orderable" => &["orderable"],
        "status" => &["status"],
        "stock1" | "stock2" | "stock3" | "stock4" => &["stock"],
        "mainPicture" | "allImages" => &["image"],
        "dateCreated" => &["created_at"],
        "dateUpdated" => &["updated_at"],
        "manufacturer" => &["manufacturer", "manufacturer_name"],
        "parentProduct" => &["parent"],
        "productAttributeExtend" => &["attributes"],
        "minimalOrderNumber" | "minimalOrderNumberMultiply" => &["order_minimum", "order_multiple"],
        "productPrices" => &["price", "special_prices"],
        "productSpecials" => &["special_prices"],
        "productDescriptions" => &["texts"],
        "productCategoryRelations" => &["categories"],
        "urlAliases" => &["link", "texts"],
        _ => &[],
    }
}

proptest! {
    #[test]
    fn any_field_value_costs_at_most_that_field(
        pointer in prop::sample::select(pointers()),
        value in unusable_values(),
    ) {
        prop_assume!(pointer != "/id");
        let mut laid = record();
        *laid.pointer_mut(&pointer).unwrap() = value;
        let (decoded, skipped) = decode_counting(&laid);
        let decoded = decoded.unwrap();
        plant(&mut laid);
        assert_nothing_planted(&decode(&laid).unwrap());
        let field = pointer.split('/').nth(1).unwrap();
        prop_assert!(skipped.iter().all(|(name, _)| name.starts_with(field)), "{:?}", skipped);
        let [mut is, mut was] =
            [decoded, decode(&record()).unwrap()].map(|product| json!(product));
        for member in members(field) {
            for product in [&mut is, &mut was] {
                product.as_object_mut().unwrap().remove(*member);
            }
        }
        prop_assert_eq!(is, was);
    }

    #[test]
    fn any_json_decodes_without_panic(json in super::super::arbitrary::json()) {
        let _ = decode(&json);
    }
}
