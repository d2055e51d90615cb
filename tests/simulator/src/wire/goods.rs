//! Collections that products refer to: categories, manufacturers, stock statuses, attributes.

use serde_json::{Value, json};

use super::{href, link, opaque, reference::language_id, reference::language_number};
use crate::catalogue::{Recipe, attribute};

/// Numbers of a shop's categories and manufacturers.
pub(crate) const CATEGORIES: std::ops::Range<u32> = 50..78;
pub(crate) const MANUFACTURERS: std::ops::RangeInclusive<u32> = 1..=30;

/// Stock statuses: none, in stock, in the second warehouse alone.
pub(crate) const NO_STOCK: u32 = 5;
pub(crate) const IN_STOCK: u32 = 9;
pub(crate) const ELSEWHERE: u32 = 11;

const STOCK_STATUSES: [(u32, [&str; 3]); 3] = [
    (NO_STOCK, ["Előrendelhető", "Pre-order", "Vorbestellbar"]),
    (IN_STOCK, ["Raktáron", "In stock", "Auf Lager"]),
    (ELSEWHERE, ["Külső raktáron", "In an external warehouse", "Im Außenlager"]),
];

pub(crate) fn category_id(number: u32) -> String {
    opaque("category", "category_id", number)
}

pub(crate) fn manufacturer_id(number: u32) -> String {
    opaque("manufacturer", "manufacturer_id", number)
}

pub(crate) fn stock_status_id(number: u32) -> String {
    opaque("stockStatus", "stock_status_id", number)
}

/// Name of a category.
pub(crate) fn category_name(number: u32, language: &str) -> String {
    let word = attribute::word(["Kategória", "Category", "Kategorie"], language);
    format!("{word} {number}")
}

/// Name of a manufacturer.
pub(crate) fn manufacturer_name(number: u32) -> String {
    format!("Gyártó {number} Kft.")
}

/// Name of a stock status.
pub(crate) fn stock_status_name(number: u32, language: &str) -> &'static str {
    let words = STOCK_STATUSES.iter().find(|(status, _)| *status == number);
    words.map_or("", |(_, words)| attribute::word(*words, language))
}

/// `/categoryExtend`
pub(crate) fn categories(recipe: &Recipe) -> Vec<Value> {
    CATEGORIES.map(|number| category(recipe, number)).collect()
}

fn category(recipe: &Recipe, number: u32) -> Value {
    let (shop, id) = (&recipe.shop, category_id(number));
    let describe = |code: &String| {
        let key = format!("category_id={number}&language_id");
        let own = opaque("categoryDescription", &key, language_number(code));
        json!({
            "href": href(shop, &format!("categoryDescriptions/{own}")),
            "id": own,
            "name": category_name(number, code),
            "metaKeywords": [],
            "metaDescription": [],
            "description": [],
            "customTitle": [],
            "robotsMetaTag": "0",
            "footerSeoText": [],
            "category": link(shop, "categories", &id),
            "language": link(shop, "languages", &language_id(code)),
        })
    };
    let descriptions: Vec<_> = recipe.config.languages.iter().map(describe).collect();
    json!({
        "href": href(shop, &format!("categoryExtend/{id}")),
        "id": id,
        "innerId": number.to_string(),
        "picture": [],
        "sortOrder": "10",
        "status": "1",
        "productsStatus": "1",
        "groupCode": [],
        "dateCreated": "2018-12-05T14:43:26",
        "dateUpdated": "2018-12-05T14:43:26",
        "parentCategory": [],
        "centralCategory": [],
        "categoryDescriptions": descriptions,
        "categoryCustomerGroupRelations": [],
    })
}

/// `/manufacturers`
pub(crate) fn manufacturers(recipe: &Recipe) -> Vec<Value> {
    MANUFACTURERS.map(|number| manufacturer(&recipe.shop, number)).collect()
}

/// A manufacturer's record.
pub(crate) fn manufacturer(shop: &str, number: u32) -> Value {
    let id = manufacturer_id(number);
    json!({
        "href": href(shop, &format!("manufacturers/{id}")),
        "id": id,
        "innerId": number.to_string(),
        "name": manufacturer_name(number),
        "picture": [],
        "sortOrder": "0",
        "robotsMetaTag": "0",
        "dateCreated": "2013-08-08T12:30:00",
        "dateUpdated": "2013-08-08T12:30:00",
        "manufacturerDescriptions": {
            "href": href(shop, &format!("manufacturerDescriptions?manufacturerId={id}")),
        },
    })
}

/// `/stockStatusDescriptions`
pub(crate) fn stock_status_descriptions(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let mut all = Vec::new();
    for (number, _) in STOCK_STATUSES {
        for code in &recipe.config.languages {
            let key = format!("stock_status_id={number}&language_id");
            let id = opaque("stockStatusDescription", &key, language_number(code));
            all.push(json!({
                "href": href(shop, &format!("stockStatusDescriptions/{id}")),
                "id": id,
                "name": stock_status_name(number, code),
                "color": "#f00540",
                "stockStatus": link(shop, "stockStatuses", &stock_status_id(number)),
                "language": link(shop, "languages", &language_id(code)),
            }));
        }
    }
    all
}

/// `/attributeDescriptions`
pub(crate) fn attribute_descriptions(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let mut all = Vec::new();
    for definition in &attribute::DEFINITIONS {
        let (collection, kind) = definition.collection();
        let attribute = opaque(kind, "attribute_id", definition.number);
        for code in &recipe.config.languages {
            let key = format!("attribute_id={}&language_id", definition.number);
            let id = opaque("attributeDescription", &key, language_number(code));
            all.push(json!({
                "href": href(shop, &format!("attributeDescriptions/{id}")),
                "id": id,
                "name": attribute::word(definition.labels, code),
                "description": "",
                "prefix": "",
                "postfix": definition.postfix,
                "attribute": link(shop, collection, &attribute),
                "language": link(shop, "languages", &language_id(code)),
            }));
        }
    }
    all
}
