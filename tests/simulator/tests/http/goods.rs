//! Products and the collections that they refer to, in the documented shapes.

use std::collections::BTreeSet;

use jiff::{ToSpan as _, Zoned, tz::TimeZone};
use serde_json::{Value, json};
use shoprenter_simulator::{Kind, Quirks, ShopConfig};

use crate::{Bench, unlimited};

fn bench(languages: &[&str]) -> Bench {
    let languages = languages.iter().map(|&code| code.to_owned()).collect();
    let config = ShopConfig { languages, specials: 0.0, ..ShopConfig::sized(30, 0, 0) };
    Bench::new(ShopConfig { rate: unlimited(), quirks: Quirks::none(), ..config })
}

fn keys(record: &Value) -> BTreeSet<&str> {
    record.as_object().expect("an object").keys().map(String::as_str).collect()
}

async fn products(bench: &Bench) -> Vec<Value> {
    let (status, page) = bench.read("productExtend?full=1&limit=200").await;
    assert_eq!(status, 200);
    page["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn categories_have_descriptions_by_language() {
    let bench = bench(&["hu", "en"]);
    let (_, page) = bench.read("categoryExtend?full=1&limit=2").await;
    assert_eq!(page["pageCount"], json!("14"));
    let category = &page["items"][0];
    for key in ["href", "id", "innerId", "status", "parentCategory", "categoryDescriptions"] {
        assert!(keys(category).contains(key), "{key}");
    }
    let descriptions = category["categoryDescriptions"].as_array().expect("descriptions");
    let names: Vec<_> = descriptions.iter().map(|description| &description["name"]).collect();
    assert_eq!(names, [&json!("Kategória 50"), &json!("Category 50")]);
    assert!(descriptions[0]["language"]["href"].as_str().expect("a link").contains("/languages/"));
}

#[tokio::test]
async fn descriptions_link_to_what_they_describe() {
    let bench = bench(&["hu"]);
    let (_, page) = bench.read("stockStatusDescriptions?full=1").await;
    let status = &page["items"][0];
    assert_eq!(status["name"], json!("Előrendelhető"));
    let expected = ["href", "id", "name", "color", "stockStatus", "language"];
    assert_eq!(keys(status), expected.into_iter().collect());
    let (_, page) = bench.read("attributeDescriptions?full=1").await;
    let weight = page["items"].as_array().expect("items").last().expect("an item");
    assert_eq!((&weight["name"], &weight["postfix"]), (&json!("Súly"), &json!("kg")));
    let link = weight["attribute"]["href"].as_str().expect("a link");
    assert!(link.contains("/numberAttributes/"), "{link}");
    let (_, page) = bench.read("manufacturers?full=1&limit=200").await;
    assert_eq!(page["items"].as_array().expect("items").len(), 30);
    assert!(page["pageCount"].is_null());
    assert!(keys(&page["items"][0]).contains("manufacturerDescriptions"));
}

#[tokio::test]
async fn each_collection_has_its_scope() {
    for (collection, scope) in [
        ("categoryExtend", "product.category:read"),
        ("manufacturers", "product.manufacturer:read"),
        ("stockStatusDescriptions", "product.stockStatus:read"),
        ("attributeDescriptions", "product.attribute:read"),
    ] {
        let bench = bench(&["hu"]);
        assert_eq!(bench.read(collection).await.0, 200);
        let without = |config: &mut ShopConfig| {
            config.scopes.remove(scope);
        };
        bench.shop.configure(without).expect("a configuration");
        assert!([401, 403].contains(&bench.read(collection).await.0), "{collection}");
        assert_eq!(bench.read("productExtend?full=1").await.0, 200);
    }
}

#[tokio::test]
async fn attribute_values_depend_on_their_type() {
    let bench = bench(&["hu", "en"]);
    let all = products(&bench).await;
    let attributes: Vec<_> = all
        .iter()
        .flat_map(|product| product["productAttributeExtend"].as_array().expect("a list"))
        .collect();
    let value = |kind: &str| {
        let found = attributes.iter().find(|attribute| attribute["type"] == json!(kind));
        found.expect("an attribute")["value"].clone()
    };
    for kind in ["LIST", "TEXT"] {
        let values = value(kind);
        assert_eq!(values.as_array().expect("a list").len(), 2);
        assert!(values[0]["language"]["id"].is_string() && values[0]["value"].is_string());
    }
    for kind in ["INTEGER", "FLOAT"] {
        assert!(value(kind)["value"].is_string(), "{kind}");
    }
    assert!(all.iter().any(|product| product["productAttributeExtend"] == json!([])));
}

#[tokio::test]
async fn special_price_follows_its_offer() {
    let bench = bench(&["hu"]);
    let today =
        Zoned::now().with_time_zone(TimeZone::get("Europe/Budapest").expect("a zone")).date();
    let special = |offer: Value| {
        // A patch merges: what it does not name stays.
        let mut whole = json!({ "from": null, "to": null, "weekday": null });
        for (name, value) in offer.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        bench.shop.update(Kind::Products, 1, &json!({ "special": "1000", "offer": whole }))
    };
    for (offer, is_on) in [
        (json!({}), true),
        (json!({ "from": today.to_string() }), true),
        (json!({ "from": today.saturating_add(1.day()).to_string() }), false),
        (json!({ "to": today.to_string() }), false),
        (json!({ "weekday": today.weekday().to_monday_one_offset() }), true),
        (json!({ "weekday": today.weekday().next().to_monday_one_offset() }), false),
    ] {
        special(offer.clone()).expect("a change");
        let product = products(&bench).await.swap_remove(1);
        let prices = product["productPrices"].as_array().expect("prices");
        let price = prices.iter().find(|price| price["customerGroup"]["default"] == json!(true));
        assert_eq!(price.expect("a price")["grossSpecial"].is_string(), is_on, "{offer}");
        let special = &product["productSpecials"][0];
        assert_eq!(special["price"], json!("787.4016"));
        assert_eq!(
            special["type"],
            json!(if offer["weekday"].is_null() { "interval" } else { "day_spec" })
        );
    }
    bench
        .shop
        .configure(|config| config.specials_include_last_day = true)
        .expect("a configuration");
    special(json!({ "to": today.to_string() })).expect("a change");
    let product = products(&bench).await.swap_remove(1);
    let special = &product["productSpecials"][0];
    assert_eq!(special["dateTo"], json!(format!("{today} 00:00:00")));
    assert!(product["productPrices"][1]["grossSpecial"].is_string());
    let expected = [
        "href",
        "id",
        "priority",
        "price",
        "dateFrom",
        "dateTo",
        "minQuantity",
        "maxQuantity",
        "dateCreated",
        "type",
        "dayOfWeek",
        "product",
        "customerGroup",
    ];
    assert_eq!(keys(special), expected.into_iter().collect());
}

#[tokio::test]
async fn aliases_and_variants_are_linked() {
    let bench = bench(&["hu", "en"]);
    let all = products(&bench).await;
    let aliases = all[0]["urlAliases"].as_array().expect("a list");
    assert_eq!(aliases.len(), 2);
    assert!(aliases[1]["language"]["href"].is_string());
    let link = all[3]["parentProduct"]["href"].as_str().expect("a link");
    assert!(link.ends_with(all[0]["id"].as_str().expect("an id")), "{link}");
}
