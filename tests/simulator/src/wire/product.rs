//! `productExtend` and `products`.

mod extras;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Pen, goods, href, link, opaque, poison, reference};
use crate::{
    amount::Amount,
    catalogue::{Kind, Poison, Product, Recipe, Texts, attribute},
};

/// Customer groups of every shop; the second is the default.
const GROUPS: [(u32, bool, i64); 3] = [(6, false, 100), (8, true, 100), (13, false, 90)];

pub(crate) fn extend(product: &Product, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Products, product.index);
    pen.identity("productExtend", &product.id);
    write_own(&mut pen, product);
    write_prices(&mut pen, product);
    write_texts(&mut pen, product);
    write_relations(&mut pen, product);
    write_images(&mut pen, product);
    extras::write_aliases(&mut pen, product);
    extras::write_specials(&mut pen, product);
    extras::write_attributes(&mut pen, product);
    extras::write_selling(&mut pen, product);
    pen.unknown_fields();
    spoiled(Value::Object(pen.fields), product)
}

fn spoiled(record: Value, product: &Product) -> Value {
    let mut record = poison::spoil(record, product.poison, "productDescriptions", "price");
    if product.poison == Some(Poison::BadNumber)
        && let Some(prices) = record.get_mut("productPrices").and_then(Value::as_array_mut)
    {
        for price in prices.iter_mut().filter_map(Value::as_object_mut) {
            price.insert("gross".to_owned(), json!("abc"));
        }
    }
    record
}

fn write_own(pen: &mut Pen<'_>, product: &Product) {
    pen.count("innerId", product.inner_id);
    pen.text("sku", product.sku.as_deref());
    pen.text("modelNumber", product.model_number.as_deref());
    pen.text("gtin", None);
    pen.flag("orderable", product.orderable);
    pen.amount("price", &product.price);
    pen.amount("multiplier", "1");
    pen.text("loyaltyPoints", None);
    for (name, stock) in ["stock1", "stock2", "stock3", "stock4"].into_iter().zip(product.stocks) {
        pen.count(name, stock);
    }
    pen.flag("subtractStock", true);
    pen.text("mainPicture", product.main_picture.as_deref());
    pen.number("weight", "0.00");
    pen.count("status", u32::from(product.status));
    pen.flag("shipped", true);
    pen.date("availableDate", None);
    // Despite its name, not the stock.
    pen.amount("quantity", "0");
    pen.count("sortOrder", product.index % 10);
    pen.date("dateCreated", product.created);
    pen.date("dateUpdated", product.updated);
    pen.flag("freeShipping", false);
}

fn write_prices(pen: &mut Pen<'_>, product: &Product) {
    let amount = |text: &str| Amount::parse(text).unwrap_or_default();
    let with_last_day = pen.recipe.config.specials_include_last_day;
    let is_on = product.offer.is_on(Timestamp::now(), &pen.recipe.zone, with_last_day);
    let special = product.special.as_deref().filter(|_| is_on);
    let prices: Vec<_> = GROUPS
        .into_iter()
        .map(|(group, default, percent)| {
            let share = |text: &str| {
                if percent == 100 {
                    amount(text)
                } else {
                    amount(text).percent(percent, &product.currency)
                }
                .plain()
            };
            json!({
                "customerGroup": {
                    "id": opaque("customerGroup", "customer_group_id", group),
                    "innerId": group,
                    "default": default,
                },
                "net": share(&product.price),
                "netOriginal": share(&product.price),
                "netSpecial": special.map(|gross| amount(&share(gross)).without_vat().plain()),
                "gross": share(&product.gross),
                "grossOriginal": share(&product.gross),
                "grossSpecial": special.map(share),
                "currencyCode": product.currency,
            })
        })
        .collect();
    pen.set("productPrices", prices);
}

fn write_texts(pen: &mut Pen<'_>, product: &Product) {
    let mut descriptions: Vec<_> = product
        .texts
        .iter()
        .map(|(language, texts)| write_description(pen, product, language, texts))
        .collect();
    let bare =
        descriptions.len() == 1 && pen.draw.chance(pen.recipe.config.quirks.bare_descriptions);
    match descriptions.pop() {
        Some(only) if bare => pen.set("productDescriptions", only),
        last => {
            descriptions.extend(last);
            pen.set("productDescriptions", descriptions);
        }
    }
}

fn write_description(pen: &mut Pen<'_>, product: &Product, language: &str, texts: &Texts) -> Value {
    let number = reference::language_number(language);
    let id = opaque(
        "productDescription",
        &format!("product_id={}&language_id", product.inner_id),
        number,
    );
    pen.nested(|pen| {
        pen.identity("productDescriptions", &id);
        pen.text("name", texts.name.as_deref());
        pen.text("metaKeywords", None);
        pen.text("metaDescription", None);
        pen.text("shortDescription", texts.short_description.as_deref());
        pen.text("description", texts.description.as_deref());
        pen.text("parameters", texts.parameters.as_deref());
        pen.text("packagingUnit", None);
        pen.text("measurementUnit", Some(attribute::word(["db", "pc", "Stk"], language)));
        pen.date("dateCreated", product.created);
        pen.date("dateUpdated", product.updated);
        pen.link("product", "products", &product.id);
        pen.link("language", "languages", &reference::language_id(language));
    })
}

fn write_relations(pen: &mut Pen<'_>, product: &Product) {
    let shop = &pen.recipe.shop;
    let categories: Vec<_> = product
        .categories
        .iter()
        .map(|&category| {
            let key = format!("product_id={}&category_id", product.inner_id);
            let id = opaque("productCategory", &key, category);
            json!({
                "href": href(shop, &format!("productCategoryRelations/{id}")),
                "id": id,
                "product": link(shop, "products", &product.id),
                "category": link(shop, "categories", &goods::category_id(category)),
            })
        })
        .collect();
    pen.set("productCategoryRelations", categories);
    pen.link("taxClass", "taxClasses", &opaque("taxClass", "tax_class_id", 10));
    pen.link("productClass", "productClasses", &opaque("productClass", "product_class_id", 1));
    match product.manufacturer {
        // A record or a link: the documentation's sample has both.
        Some(number) if product.inner_id.is_multiple_of(2) => {
            let record = goods::manufacturer(&pen.recipe.shop, number);
            pen.set("manufacturer", record);
        }
        Some(number) => {
            pen.link("manufacturer", "manufacturers", &goods::manufacturer_id(number));
        }
        None => pen.text("manufacturer", None),
    }
    pen.text("productTags", None);
}

fn write_images(pen: &mut Pen<'_>, product: &Product) {
    let shop = &pen.recipe.shop;
    let image = product.main_picture.as_ref().map(|path| {
        let host = format!("https://{shop}.shoprenter.hu/custom/{shop}/image/cache/w460h460");
        json!({ "mainImage": format!("{host}/{path}?lastmod=1"), "image1": format!("{host}/2-{path}") })
    });
    match image {
        Some(images) => pen.set("allImages", images),
        None => pen.text("allImages", None),
    }
}
