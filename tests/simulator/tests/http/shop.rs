//! Tests of what a shop publishes about itself.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Bench;

/// The only page of a collection, and the names of its first item's fields.
async fn read(bench: &Bench, collection: &str) -> (Vec<Value>, Vec<String>) {
    let (status, page) = bench.read(&format!("{collection}?full=1&page=0&limit=200")).await;
    assert_eq!(status, 200, "{page}");
    // A single item may come as a bare object.
    let items = page["items"].as_array().cloned().unwrap_or_else(|| vec![page["items"].clone()]);
    let fields: BTreeSet<_> = items[0].as_object().expect("an object").keys().cloned().collect();
    (items, fields.into_iter().collect())
}

#[tokio::test]
async fn information_has_the_documented_fields() {
    let (items, fields) = read(&Bench::sized(0, 0, 0), "informationExtend").await;
    let expected = [
        "enabled",
        "href",
        "id",
        "informationDescriptions",
        "innerId",
        "showInFooter",
        "showInHeader",
        "showInInfoModule",
        "showInInfoModule2",
        "showInInfoModule3",
        "sortOrder",
        "urlAliases",
    ];
    assert_eq!(fields, expected);
    let text = items[0]["informationDescriptions"][0]["description"].as_str().expect("a text");
    assert!(text.starts_with("&lt;p&gt;"), "{text}");
}

#[tokio::test]
async fn shipping_modes_have_the_documented_fields() {
    let bench = Bench::sized(0, 0, 0);
    let (items, fields) = read(&bench, "shippingModeExtend").await;
    let expected = [
        "costCalculationBy",
        "enabled",
        "extension",
        "freeShippingFrom",
        "geoZone",
        "href",
        "id",
        "innerId",
        "shippingLanes",
        "shippingModeDescriptions",
        "shippingType",
        "sortOrder",
        "taxClass",
    ];
    assert_eq!(fields, expected);
    assert_eq!(items[0]["id"], "c2hpcHBpbmdNb2RlLWlkPTE4");
    assert_eq!(items[0]["shippingLanes"][0]["costNet"], "792.0000");
    let (classes, _) = read(&bench, "taxClassExtend").await;
    let class = classes[0]["id"].as_str().expect("an id");
    assert_eq!(class, "dGF4Q2xhc3MtdGF4X2NsYXNzX2lkPTEw");
    assert!(items[0]["taxClass"]["href"].as_str().is_some_and(|link| link.ends_with(class)));
    assert_eq!(classes[0]["taxRates"][0]["rate"], "27.0000");
}

#[tokio::test]
async fn payment_modes_have_the_documented_fields() {
    let (items, fields) = read(&Bench::sized(0, 0, 0), "paymentModes").await;
    let expected = [
        "code",
        "geoZone",
        "href",
        "id",
        "innerId",
        "orderStatus",
        "paymentDescription",
        "sortOrder",
        "status",
    ];
    assert_eq!(fields, expected);
    assert_eq!(items[0]["id"], "cGF5bWVudE1vZGUtZXh0ZW5zaW9uX2lkPTIz");
    assert_eq!(items[0]["code"], "cod");
}

#[tokio::test]
async fn each_collection_needs_its_own_scope() {
    let bench = Bench::sized(0, 0, 0);
    for (collection, scope) in [
        ("informationExtend", "cms.information:read"),
        ("shippingModeExtend", "shipping.shippingMethod:read"),
        ("taxClassExtend", "taxClass.taxClass:read"),
        ("paymentModes", "payment.paymentMethod:read"),
    ] {
        let granted = bench.shop.state().config.scopes;
        bench
            .shop
            .configure(|config| config.scopes.retain(|known| known != scope))
            .expect("a change");
        assert_ne!(bench.read(&format!("{collection}?full=1")).await.0, 200, "{collection}");
        bench.shop.configure(|config| config.scopes = granted).expect("a change");
    }
}
