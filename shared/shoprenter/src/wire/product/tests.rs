use std::io::Read as _;

use flate2::bufread::GzDecoder;
use shopcall_domain::{RawRecord, Resource, ShopRecord};

use crate::{Contract, pages};
use std::str::FromStr;

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::planted::{assert_nothing_planted, plant};

use super::super::{decode_page, resource_id};
use super::*;
use shopcall_domain::{Currency, Money, ProductText};

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
        "manufacturer": link("manufacturers/TTE="),
        "productPrices": [
            {"customerGroup": {"id": "RzI=", "innerId": 2, "default": false},
             "gross": "1100", "grossSpecial": null, "currencyCode": "HUF"},
            {"customerGroup": {"id": "RzE=", "innerId": 1, "default": true},
             "gross": "1270.5000", "grossSpecial": "999", "currencyCode": "HUF"},
        ],
        "productDescriptions": [
            {"name": "Bögre &amp; alj", "shortDescription": "Kék", "description": "<p>3&nbsp;dl</p><p>Kék</p>",
             "metaKeywords": [], "language": link("languages/TDE=")},
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

fn decode_full(record: &Value) -> Result<Product, DecodeError> {
    let json = record.to_string();
    decode_product(serde_json::from_str(&json).unwrap(), &context())
}

fn decode(record: &Value) -> Result<Product, DecodeError> {
    decode_full(record)
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
    };
    let english = ProductText { name: "Mug".into(), ..ProductText::default() };
    let expected = Product {
        id: "UDE=".into(),
        inner_id: Some("101".into()),
        sku: Some("BGR-1".into()),
        texts: [("hu".into(), hungarian), ("en".into(), english)].into(),
        price: huf("1270.5"),
        special_price: huf("999"),
        stock: Stock {
            warehouses: [Decimal::new(5, 0), Decimal::new(25, 1), Decimal::ZERO, Decimal::ZERO],
        },
        orderable: true,
        status: ProductStatus::On,
        image: Some("https://bolt.example/kep/bogre.jpg?lastmod=1".into()),
        link: Some("kek-bogre".into()),
        manufacturer: Some("TTE=".into()),
        categories: vec!["QzE=".into(), "QzI=".into()],
        created_at: "2023-05-06T05:08:09Z".parse().ok(),
        updated_at: "2024-01-02T02:04:05Z".parse().ok(),
    };
    assert_eq!(decode(&record()).unwrap(), expected);
    assert_eq!(expected.stock.total(), Decimal::new(75, 1));
}

#[test]
fn only_id_is_required() {
    let product = decode(&json!({"id": "UDE="})).unwrap();
    assert_eq!((product.price, product.sku, product.inner_id), (None, None, None));
    assert!(product.texts.is_empty() && product.categories.is_empty() && !product.orderable);
    assert_eq!(product.status, ProductStatus::Off);
    assert_eq!(product.stock.total(), Decimal::ZERO);
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

#[test]
fn undecodable_field_is_named() {
    for (field, value) in [
        ("stock1", json!("many")),
        ("stock4", json!({"pieces": 3})),
        ("status", json!("7")),
        ("orderable", json!("perhaps")),
        ("dateCreated", json!("yesterday")),
        ("dateUpdated", json!(["2024-01-02"])),
        ("productPrices", json!("1270")),
        ("productDescriptions", json!(["Bögre"])),
        ("productCategoryRelations", json!(7)),
    ] {
        assert_eq!(with(field, value), unusable(field));
    }
    let price = json!({"gross": "a lot", "currencyCode": "HUF"});
    assert_eq!(with("productPrices", price), unusable("productPrices.gross"));
    let price = json!({"gross": "1", "currencyCode": "Ft"});
    assert_eq!(with("productPrices", price), unusable("productPrices.currencyCode"));
}

#[test]
fn error_names_the_field_but_not_its_value() {
    let error = with("stock1", json!("Kovács Béla")).unwrap_err();
    assert_eq!(error.to_string(), "`stock1` has an unusable value");
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
        assert_eq!((product.price, product.special_price), (huf("2413"), None));
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
        assert_eq!(with("productPrices", price).unwrap().special_price, None);
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
    assert_eq!(with("allImages", json!([])).unwrap().image.as_deref(), Some("termek/bogre.jpg"));
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
        let decoded = decode_full(&record).unwrap();
        let text = decoded.texts["hu"].description.as_deref().unwrap_or_default().len();
        assert!(text <= 16 * 1024);
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
                   "language": {"id": format!("{n:0>256}")}})
        })
        .collect();
    record["productCategoryRelations"] =
        (0..900).map(|n| json!({"category": {"id": format!("{n:0>256}")}})).collect();
    let decoded = decode_full(&record).unwrap();
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
            let _ = decode_product(serde_json::from_str(&json).unwrap(), &context());
        }
    };
    bomb("[", "]");
    bomb(r#"{"category":"#, "}");
}

#[test]
fn record_set_aside_keeps_its_id() {
    let mut record = record();
    record["stock1"] = json!("many");
    let json = record.to_string();
    let item: &RawValue = serde_json::from_str(&json).unwrap();
    assert!(decode_product(item, &context()).is_err());
    assert_eq!(resource_id(item).as_deref(), Some("UDE="));
}

#[test]
fn product_is_stored_with_whole_raw() {
    let json = serde_json::to_string_pretty(&record()).unwrap();
    let item = serde_json::from_str(&json).unwrap();
    let decoded = pages::decode(Resource::Products, item, Contract::Official, &context());
    let Ok(ShopRecord::Product(_, raw)) = decoded else { panic!("no product: {decoded:?}") };
    let (raw, mut text) = (raw.into_bytes(), String::new());
    GzDecoder::new(raw.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, json);
}

#[test]
fn forbidden_values_are_never_stored() {
    let mut planted = record();
    plant(&mut planted);
    let decoded = decode_full(&planted).unwrap();
    assert_eq!(decoded, decode(&record()).unwrap());
    assert_nothing_planted(&decoded);
}

proptest! {
    #[test]
    fn any_field_value_decodes_or_is_named(
        field in prop::sample::select(record().as_object().unwrap().keys().cloned().collect::<Vec<_>>()),
        value in super::super::arbitrary::json(),
    ) {
        let mut planted = record();
        planted[&field] = value;
        plant(&mut planted);
        match decode_full(&planted) {
            Ok(decoded) => assert_nothing_planted(&decoded),
            Err(DecodeError::Missing { field: named } | DecodeError::TooLong { field: named }) => {
                prop_assert_eq!(named, field.as_str());
            }
            Err(DecodeError::Unusable { field: named }) => prop_assert!(named.starts_with(&field)),
            Err(DecodeError::NotARecord) => prop_assert!(false, "the item is a record"),
            Err(DecodeError::Malformed) => {}
        }
    }

    #[test]
    fn any_json_decodes_without_panic(json in super::super::arbitrary::json()) {
        let _ = decode(&json);
    }
}
