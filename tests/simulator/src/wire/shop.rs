//! What a shop publishes about itself: `informationExtend`, `shippingModeExtend`, `taxClassExtend`
//! and `paymentModes`. Every shop has the same.

use serde_json::{Value, json};

use super::{href, link, opaque, reference};
use crate::catalogue::Recipe;

/// Number, position, whether it is enabled, title, and text as an editor saves it: HTML, escaped as
/// a whole.
const PAGES: [(u32, u32, bool, &str, &str); 4] = [
    (
        5,
        2,
        true,
        "Vásárlási feltételek",
        "&lt;p&gt;El&amp;aacute;ll&amp;aacute;s 14 napig.&lt;/p&gt;",
    ),
    (
        4,
        1,
        true,
        "Nyitvatartás",
        "&lt;p&gt;H&amp;eacute;tf&amp;#337;&amp;ndash;p&amp;eacute;ntek 9&amp;ndash;17&lt;/p&gt;\r\n\
         &lt;p&gt;Szombat z&amp;aacute;rva&lt;/p&gt;",
    ),
    (6, 3, false, "Régi akció", "&lt;p&gt;Lej&amp;aacute;rt.&lt;/p&gt;"),
    (7, 4, true, "Üres oldal", ""),
];

const TAX_CLASS: u32 = 10;

/// Number, position, name, how the fee depends on the cart, whether it has a tax class, and lanes:
/// lowest and highest value, net fee, highest weight.
type Mode = (u32, u32, &'static str, &'static str, bool, &'static [[&'static str; 4]]);

const MODES: [Mode; 2] = [
    (
        18,
        2,
        "Futárszolgálat",
        "PRICE",
        true,
        &[
            ["0.0000", "19999.9999", "792.0000", "0.0000"],
            ["20000.0000", "99999999999.9999", "0.0000", "0.0000"],
        ],
    ),
    (3, 1, "Személyes átvétel", "WEIGHT", false, &[["0.0000", "0.0000", "0.0000", "30.0000"]]),
];

/// Number, code, position, status, name.
const PAYMENTS: [(u32, &str, u32, &str, &str); 3] = [
    (23, "cod", 2, "1", "Utánvét"),
    (24, "barion", 1, "1", "Bankkártya"),
    (25, "paypal", 3, "0", "PayPal"),
];

/// Text menus.
pub(crate) fn information(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let page = |(number, position, enabled, title, text): &(u32, u32, bool, &str, &str)| {
        let id = opaque("information", "information_id", *number);
        let descriptions = by_language(recipe, |language| {
            let key = format!("information_id={number}&language_id");
            let id = opaque("informationDescription", &key, reference::language_number(language));
            json!({
                "href": href(shop, &format!("informationDescriptions/{id}")),
                "id": id,
                "title": title,
                "description": text,
                "information": link(shop, "informations", &opaque("information", "information_id", *number)),
                "language": link(shop, "languages", &reference::language_id(language)),
            })
        });
        let alias = opaque("urlAlias", "url_alias_id", 600 + number);
        json!({
            "href": href(shop, &format!("informationExtend/{id}")),
            "id": id,
            "innerId": number.to_string(),
            "sortOrder": position.to_string(),
            "enabled": if *enabled { "1" } else { "0" },
            "showInHeader": "1",
            "showInInfoModule": "1",
            "showInInfoModule2": "0",
            "showInInfoModule3": "0",
            "showInFooter": "0",
            "informationDescriptions": descriptions,
            "urlAliases": {
                "href": href(shop, &format!("urlAliases/{alias}")),
                "id": alias,
                "type": "INFORMATION",
                "urlAlias": format!("oldal_{number}"),
            },
        })
    };
    PAGES.iter().map(page).collect()
}

/// Shipping methods.
pub(crate) fn shipping_modes(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let mode = |(number, position, name, by, is_taxed, lanes): &Mode| {
        let id = opaque("shippingMode", "id", *number);
        let descriptions = by_language(recipe, |language| {
            let key = format!("id={number}&language_id");
            let own = opaque("shippingModeDescription", &key, reference::language_number(language));
            json!({
                "href": href(shop, &format!("shippingModeDescriptions/{own}")),
                "id": own,
                "name": name,
                "description": "",
                "shippingMode": link(shop, "shippingModes", &id),
                "language": link(shop, "languages", &reference::language_id(language)),
            })
        });
        let lane = |(place, [from, to, net, weight]): (u32, &[&str; 4])| {
            let own = opaque("shippingLane", "id", number * 10 + place);
            json!({
                "href": href(shop, &format!("shippingLanes/{own}")),
                "id": own,
                "innerId": (number * 10 + place).to_string(),
                "cartMinimumGross": from,
                "cartMaximumGross": to,
                "costNet": net,
                "weightMinimum": "0.0000",
                "weightMaximum": weight,
                "shippingMode": link(shop, "shippingModes", &id),
            })
        };
        let tax = link(shop, "taxClasses", &opaque("taxClass", "tax_class_id", TAX_CLASS));
        json!({
            "href": href(shop, &format!("shippingModeExtend/{id}")),
            "id": id,
            "innerId": number.to_string(),
            "sortOrder": position.to_string(),
            "enabled": "1",
            "costCalculationBy": by,
            "freeShippingFrom": "0.0000",
            "shippingType": "PERSONAL_RECEIPT",
            "extension": "WSESHIP",
            "taxClass": if *is_taxed { tax } else { Value::Null },
            "geoZone": null,
            "shippingModeDescriptions": descriptions,
            "shippingLanes": (0..).zip(lanes.iter()).map(lane).collect::<Vec<_>>(),
        })
    };
    MODES.iter().map(mode).collect()
}

/// The tax class of shipping fees.
pub(crate) fn tax_classes(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let id = opaque("taxClass", "tax_class_id", TAX_CLASS);
    let rate = opaque("taxRate", "tax_rate_id", 95);
    vec![json!({
        "href": href(shop, &format!("taxClassExtend/{id}")),
        "id": id,
        "name": "27 %",
        "description": "27% tax rate",
        "dateCreated": "2010-08-11T15:43:16",
        "dateUpdated": "2012-01-12T12:11:42",
        "taxRates": [{
            "href": href(shop, &format!("taxRates/{rate}")),
            "id": rate,
            "priority": "1",
            "rate": "27.0000",
            "description": "VAT (27%)",
            "dateCreated": "2012-01-12T12:11:42",
            "dateUpdated": "2012-01-12T12:11:42",
            "geoZone": link(shop, "geoZones", &opaque("geoZone", "geo_zone_id", 5)),
            "taxClass": link(shop, "taxClasses", &id),
        }],
    })]
}

/// Payment methods. Their descriptions have the singular name, as in the documentation's sample.
pub(crate) fn payment_modes(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let mode = |(number, code, position, status, name): &(u32, &str, u32, &str, &str)| {
        let id = opaque("paymentMode", "extension_id", *number);
        let descriptions = by_language(recipe, |language| {
            let language = reference::language_id(language);
            json!({
                "name": name,
                "description": "",
                "language": { "href": href(shop, &format!("languages/{language}")), "id": language },
            })
        });
        json!({
            "href": href(shop, &format!("paymentModes/{id}")),
            "id": id,
            "innerId": number.to_string(),
            "code": code,
            "status": status,
            "sortOrder": position.to_string(),
            "geoZone": link(shop, "geoZones", &opaque("geoZone", "geo_zone_id", 0)),
            "orderStatus": link(shop, "orderStatuses", &reference::status_id(1)),
            "paymentDescription": descriptions,
        })
    };
    PAYMENTS.iter().map(mode).collect()
}

fn by_language(recipe: &Recipe, describe: impl Fn(&str) -> Value) -> Vec<Value> {
    recipe.config.languages.iter().map(|language| describe(language)).collect()
}
