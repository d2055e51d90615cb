//! Names, variants, attributes, quantities and availability.

use shopcall_domain::HostName;

use super::super::super::domain::Domain;
use super::*;

/// A context with the names of everything that the records here refer to.
fn named() -> ShopContext {
    let mut context = context();
    let ShopContext { languages, names, .. } = &mut context;
    let page = |items: Value| json!({ "items": items }).to_string();
    let categories = page(json!([
        {"id": "QzE=", "categoryDescriptions": [
            {"name": "Bögrék", "language": link("languages/TDE=")},
            {"name": "Mugs", "language": link("languages/TDI=")}]},
        {"id": "QzI=", "categoryDescriptions": [
            {"name": "Konyha", "language": link("languages/TDE=")}]},
    ]));
    names.add_categories(&decode_page(&categories).unwrap().items, languages);
    let manufacturers = page(json!([{"id": "TTE=", "name": "Kerámia Kft."}]));
    names.add_manufacturers(&decode_page(&manufacturers).unwrap().items);
    let status = |id: &str, name: &str| {
        json!({"name": name, "stockStatus": link(&format!("stockStatuses/{id}")),
               "language": link("languages/TDE=")})
    };
    let statuses = page(json!([
        status("UzU=", "Előrendelhető"),
        status("Uzk=", "Raktáron"),
        status("UzExMQ==", "Boltban"),
    ]));
    names.add_availabilities(&decode_page(&statuses).unwrap().items, languages);
    let label = |id: &str, name: &str, postfix: &str| {
        json!({"name": name, "postfix": postfix, "prefix": {}, "attribute": link(id),
               "language": link("languages/TDE=")})
    };
    let attributes = page(json!([
        label("listAttributes/eA==", "Levélforma", ""),
        label("numberAttributes/bg==", "Súly", "kg"),
    ]));
    names.add_attributes(&decode_page(&attributes).unwrap().items, languages);
    context
}

fn read(record: &Value, context: &ShopContext) -> (Product, SkippedFields) {
    let json = record.to_string();
    let (item, mut skipped) = (serde_json::from_str(&json).unwrap(), SkippedFields::default());
    let product = decode_product(item, (context, Timestamp::UNIX_EPOCH), &mut skipped).unwrap();
    (product, skipped)
}

fn by_language(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn variant_has_parent_and_attributes() {
    let value = |text: &str| json!([{"value": text, "language": link("languages/TDE=")}]);
    let (product, skipped) = read(
        &json!({"id": "UDI=", "sku": "SZULO_612-L", "parentProduct": link("products/UDE="),
        "productAttributeExtend": [
            {"id": "eA==", "type": "LIST", "name": "levelforma", "value": value("kerek")},
            {"id": "bg==", "type": "INTEGER", "name": "napsutes", "value": {"value": "6"}},
            {"type": "FLOAT", "name": "suly_kg", "value": {"value": "0.3500"}},
            {"type": "TEXT", "name": "anyag", "value": value("100% pamut &amp; len")},
            {"type": "TEXT", "name": "ures", "value": []},
            {"type": "FLOAT", "name": "hibas", "value": {"value": "sok"}},
        ]}),
        &named(),
    );
    assert_eq!(product.parent.as_deref(), Some("UDE="));
    let attribute = |name: &str| Attribute { name: name.into(), ..Attribute::default() };
    let expected = [
        Attribute {
            labels: by_language(&[("hu", "Levélforma")]),
            values: by_language(&[("hu", "kerek")]),
            ..attribute("levelforma")
        },
        Attribute {
            labels: by_language(&[("hu", "Súly")]),
            values: by_language(&[("hu", "6 kg")]),
            number: Some(Decimal::from(6)),
            ..attribute("napsutes")
        },
        Attribute { number: Some(Decimal::new(35, 2)), ..attribute("suly_kg") },
        Attribute { values: by_language(&[("hu", "100% pamut & len")]), ..attribute("anyag") },
    ];
    assert_eq!(product.attributes, expected);
    let skipped: Vec<_> = skipped.iter().collect();
    assert_eq!(skipped, [("productAttributeExtend.value", 1)]);
}

#[test]
fn product_that_names_itself_is_no_variant() {
    let record = json!({"id": "UDE=", "parentProduct": link("products/UDE=")});
    assert_eq!(read(&record, &named()).0.parent, None);
}

#[test]
fn manufacturer_may_be_a_link_or_a_record() {
    let manufacturer = |value: Value| {
        let product = read(&json!({"id": "UDE=", "manufacturer": value}), &named()).0;
        (product.manufacturer, product.manufacturer_name)
    };
    let known = (Some("TTE=".to_owned()), Some("Kerámia Kft.".to_owned()));
    assert_eq!(manufacturer(link("manufacturers/TTE=")), known);
    let record = json!({"href": "https://a.example/manufacturers/TTI=", "id": "TTI=",
        "name": "P&amp;amp;H", "picture": "image.jpg",
        "manufacturerDescriptions": link("manufacturerDescriptions?manufacturerId=TTI=")});
    assert_eq!(manufacturer(record), (Some("TTI=".to_owned()), Some("P&H".to_owned())));
    assert_eq!(manufacturer(link("manufacturers/TTk=")), (Some("TTk=".to_owned()), None));
    assert_eq!(manufacturer(json!([])), (None, None));
}

#[test]
fn categories_are_named_by_language() {
    let (product, _) = read(&record(), &named());
    assert_eq!(product.category_names["hu"], ["Bögrék", "Konyha"]);
    assert_eq!(product.category_names["en"], ["Mugs"]);
}

#[test]
fn availability_depends_on_where_the_stock_is() {
    let availability = |stock1: &str, stock2: &str| {
        let record = json!({"id": "UDE=", "stock1": stock1, "stock2": stock2,
            "noStockStatus": link("stockStatuses/UzU="), "inStockStatus": link("stockStatuses/Uzk="),
            "onlyStock1Status": link("stockStatuses/UzExMQ=="), "onlyStock2Status": []});
        read(&record, &named()).0.availability
    };
    assert_eq!(availability("0", "-2"), by_language(&[("hu", "Előrendelhető")]));
    assert_eq!(availability("1", "2"), by_language(&[("hu", "Raktáron")]));
    assert_eq!(availability("1", "0"), by_language(&[("hu", "Boltban")]));
    assert_eq!(availability("0", "1"), by_language(&[("hu", "Raktáron")]));
    assert_eq!(availability("0", "many"), by_language(&[]));
}

#[test]
fn quantities_may_be_multiples_of_the_minimum() {
    let quantities = |minimum: &str, multiple: &str| {
        let record = json!({"id": "UDE=", "minimalOrderNumber": minimum,
            "minimalOrderNumberMultiply": multiple});
        let product = read(&record, &named()).0;
        (product.order_minimum, product.order_multiple)
    };
    let six = Some(Decimal::from(6));
    assert_eq!(quantities("6", "1"), (six, six));
    assert_eq!(quantities("6.0000", "0"), (six, None));
    assert_eq!(quantities("0", "1"), (None, None));
    assert_eq!(quantities("none", "1"), (None, None));
}

#[test]
fn pages_are_absolute_and_by_language() {
    let domain = |host: &str, is_primary, language: &str| Domain {
        host: HostName::parse(host).unwrap(),
        is_primary,
        language: Some(language.to_owned()),
    };
    let domains = vec![domain("www.bolt.hu", true, "hu"), domain("www.bolt.com", false, "en")];
    let shop = ShopName::parse("bolt").unwrap();
    let context = ShopContext {
        site: Some(Site::new(shop, domains)),
        language: Some("hu".into()),
        ..context()
    };
    let mut record = record();
    record["urlAliases"] = json!([
        {"type": "PRODUCT", "urlAlias": "mug", "language": link("languages/TDI=")},
        {"type": "PRODUCT", "urlAlias": "kek-bogre", "language": link("languages/TDE=")},
        {"type": "PRODUCT", "urlAlias": ["?"], "language": link("languages/TDE=")},
    ]);
    let (product, skipped) = read(&record, &context);
    assert_eq!(product.link.as_deref(), Some("https://www.bolt.hu/kek-bogre"));
    assert_eq!(product.texts["en"].link.as_deref(), Some("https://www.bolt.com/mug"));
    assert_eq!(product.texts["hu"].link, None);
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [("urlAliases.urlAlias", 1)]);
}

#[test]
fn documented_page_has_both_its_products() {
    let mut second = record();
    second["id"] = json!("UDI=");
    second["modelNumber"] = json!([]);
    second["manufacturer"] = json!({"id": "TTI=", "name": "Kerámia Kft."});
    let body = json!({
        "href": "https://a.example/productExtend?full=1&page=0&limit=2", "page": "0",
        "pageCount": "120", "limit": "2", "previous": null,
        "next": {"href": "https://a.example/productExtend?full=1&page=1&limit=2"},
        "items": [record(), second],
    })
    .to_string();
    let page = decode_page(&body).unwrap();
    assert_eq!((page.items.len(), page.has_next, page.page_count), (2, true, Some(120)));
    let names = page.items.iter().map(|item| {
        let mut skipped = SkippedFields::default();
        let product =
            decode_product(item, (&named(), Timestamp::UNIX_EPOCH), &mut skipped).unwrap();
        assert!(skipped.is_empty());
        product.manufacturer_name
    });
    assert_eq!(
        names.collect::<Vec<_>>(),
        [Some("Kerámia Kft.".into()), Some("Kerámia Kft.".into())]
    );
}
