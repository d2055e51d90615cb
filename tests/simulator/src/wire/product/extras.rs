//! Promotions, attributes, quantities and availability of a product.

use serde_json::{Value, json};

use super::super::{Pen, goods, href, link, opaque, reference};
use crate::{
    amount::Amount,
    catalogue::{AttributeValue, Kind, Offer, Product, attribute},
};

/// `productSpecials`: the product's promotion, and for some products one for ten pieces.
pub(super) fn write_specials(pen: &mut Pen<'_>, product: &Product) {
    let mut specials = Vec::new();
    if let Some(gross) = product.special.as_deref().and_then(Amount::parse) {
        let net = gross.without_vat().padded();
        specials.push(special(pen, product, (1, &net, "0"), &product.offer));
    }
    if product.inner_id.is_multiple_of(5) {
        let net = Amount::parse(&product.price).unwrap_or_default();
        let net = net.percent(80, &product.currency).padded();
        specials.push(special(pen, product, (2, &net, "10"), &Offer::default()));
    }
    if specials.is_empty() {
        pen.text("productSpecials", None);
    } else {
        pen.set("productSpecials", specials);
    }
}

fn special(
    pen: &mut Pen<'_>,
    product: &Product,
    (priority, net, pieces): (i32, &str, &str),
    offer: &Offer,
) -> Value {
    let number = product.inner_id * 10 + priority.unsigned_abs();
    let id = opaque("productSpecial", "product_special_id", number);
    let day = |date: Option<jiff::civil::Date>| {
        date.map_or_else(|| "0000-00-00 00:00:00".to_owned(), |date| format!("{date} 00:00:00"))
    };
    let priority = if offer.weekday.is_some() { -1 } else { priority };
    pen.nested(|pen| {
        pen.identity("productSpecials", &id);
        pen.set("priority", priority.to_string());
        pen.set("price", net);
        pen.set("dateFrom", day(offer.from));
        pen.set("dateTo", day(offer.to));
        pen.set("minQuantity", pieces);
        pen.set("maxQuantity", "0");
        pen.date("dateCreated", product.created);
        pen.set("type", if offer.weekday.is_some() { "day_spec" } else { "interval" });
        pen.set("dayOfWeek", offer.weekday.map(|day| day.to_string()));
        pen.link("product", "products", &product.id);
        pen.text("customerGroup", None);
    })
}

/// `productAttributeExtend`
pub(super) fn write_attributes(pen: &mut Pen<'_>, product: &Product) {
    let shop = &pen.recipe.shop;
    let mut attributes = Vec::new();
    for definition in &attribute::DEFINITIONS {
        let Some(value) = product.attributes.get(definition.name) else { continue };
        let (collection, kind) = definition.collection();
        let id = opaque(kind, "attribute_id", definition.number);
        let value = match value {
            AttributeValue::Number(number) => json!({ "value": number }),
            AttributeValue::Texts(texts) => texts
                .iter()
                .map(|(code, text)| {
                    let language = reference::language_id(code);
                    json!({
                        "value": text.replace('&', "&amp;"),
                        "language": {
                            "href": href(shop, &format!("languages/{language}")),
                            "id": language,
                        },
                    })
                })
                .collect(),
        };
        attributes.push(json!({
            "href": href(shop, &format!("{collection}/{id}")),
            "id": id,
            "type": definition.kind,
            "name": definition.name,
            "value": value,
        }));
    }
    pen.set("productAttributeExtend", attributes);
}

/// Smallest order, parent, and the statuses for the stock.
pub(super) fn write_selling(pen: &mut Pen<'_>, product: &Product) {
    pen.count("minimalOrderNumber", product.minimum);
    pen.count("maximalOrderNumber", 0);
    pen.flag("minimalOrderNumberMultiply", product.only_multiples);
    match product.parent {
        Some(parent) => pen.link("parentProduct", "products", &Kind::Products.id(parent)),
        // The documentation's sample names itself.
        None if product.inner_id.is_multiple_of(2) => {
            pen.link("parentProduct", "products", &product.id);
        }
        None => pen.text("parentProduct", None),
    }
    for (name, status) in [
        ("noStockStatus", goods::NO_STOCK),
        ("inStockStatus", goods::IN_STOCK),
        ("onlyStock1Status", goods::IN_STOCK),
        ("onlyStock2Status", goods::ELSEWHERE),
        ("onlyStock3Status", goods::ELSEWHERE),
        ("onlyStock4Status", goods::ELSEWHERE),
    ] {
        pen.link(name, "stockStatuses", &goods::stock_status_id(status));
    }
}

/// `urlAliases`: one object, or a list with one for each language.
pub(super) fn write_aliases(pen: &mut Pen<'_>, product: &Product) {
    let shop = &pen.recipe.shop;
    let Some(alias) = &product.url_alias else {
        pen.text("urlAliases", None);
        return;
    };
    let mut aliases = Vec::new();
    for (place, code) in (0..).zip(&pen.recipe.config.languages) {
        let id = opaque("urlAlias", "url_alias_id", product.inner_id * 10 + place);
        let own = if place == 0 { alias.clone() } else { format!("{alias}-{code}") };
        aliases.push(json!({
            "href": href(shop, &format!("urlAliases/{id}")),
            "id": id,
            "type": "PRODUCT",
            "urlAlias": own,
            "urlAliasEntity": link(shop, "products", &product.id),
            "language": link(shop, "languages", &reference::language_id(code)),
        }));
    }
    match aliases.pop() {
        Some(only) if aliases.is_empty() => pen.set("urlAliases", only),
        last => {
            aliases.extend(last);
            pen.set("urlAliases", aliases);
        }
    }
}
