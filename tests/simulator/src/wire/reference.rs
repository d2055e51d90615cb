//! Reference data of records: languages, currencies, statuses, settings, domains.

use serde_json::{Value, json};

use super::{href, link, opaque};
use crate::{amount::Amount, catalogue::Recipe};

/// Status of a cancelled order.
pub(crate) const STORNO_STATUS: u32 = 14;

/// Statuses for random selection; frequent ones are repeated.
pub(crate) const STATUS_IDS: [u32; 9] = [1, 2, 3, 3, 5, 5, 5, 7, STORNO_STATUS];

/// Number and name in Hungarian, English and German.
const STATUSES: [(u32, [&str; 3]); 6] = [
    (1, ["Függőben lévő", "Pending", "Ausstehend"]),
    (2, ["Feldolgozás alatt", "Processing", "In Bearbeitung"]),
    (3, ["Kiszállítás alatt", "Shipped", "Versandt"]),
    (5, ["Teljesítve", "Complete", "Abgeschlossen"]),
    (7, ["Fizetésre vár", "Awaiting payment", "Wartet auf Zahlung"]),
    (STORNO_STATUS, ["Törölve (sztornó)", "Cancelled", "Storniert"]),
];

/// Code, number, name, locale.
const LANGUAGES: [(&str, u32, &str, &str); 3] = [
    ("hu", 1, "Magyar", "hu_HU.UTF-8"),
    ("en", 4, "English", "en_GB.UTF-8"),
    ("de", 5, "Deutsch", "de_DE.UTF-8"),
];

pub(crate) fn status_names(status: u32) -> Option<[&'static str; 3]> {
    STATUSES.iter().find(|(number, _)| *number == status).map(|(_, names)| *names)
}

pub(crate) fn status_name(status: u32, language: &str) -> &'static str {
    let column = LANGUAGES.iter().position(|(code, ..)| *code == language).unwrap_or_default();
    status_names(status).and_then(|names| names.get(column).copied()).unwrap_or_default()
}

pub(crate) fn status_id(status: u32) -> String {
    opaque("orderStatus", "order_status_id", status)
}

pub(crate) fn language_number(code: &str) -> u32 {
    LANGUAGES.iter().find(|language| language.0 == code).map_or(1, |language| language.1)
}

pub(crate) fn language_id(code: &str) -> String {
    opaque("language", "language_id", language_number(code))
}

pub(crate) fn language(shop: &str, code: &str) -> Value {
    let (code, number, name, locale) =
        LANGUAGES.iter().find(|language| language.0 == code).copied().unwrap_or_default();
    let id = language_id(code);
    json!({
        "href": href(shop, &format!("languages/{id}")),
        "id": id,
        "innerId": number.to_string(),
        "name": name,
        "code": code,
        "locale": locale,
        "sortOrder": "1",
        "status": "1",
    })
}

pub(crate) fn languages(recipe: &Recipe) -> Vec<Value> {
    recipe.config.languages.iter().map(|code| language(&recipe.shop, code)).collect()
}

/// Tax number of every company.
pub(crate) const TAX_NUMBER: &str = "24680246-2-42";

/// Exchange rate.
pub(crate) const HUF_PER_EUR: u32 = 400;

/// The rate from the shop's currency to another, as the API writes it.
pub(crate) fn rate(shops: &str, code: &str) -> &'static str {
    match (shops, code) {
        ("HUF", "EUR") => "0.00250000",
        ("EUR", "HUF") => "400.00000000",
        _ => "1.00000000",
    }
}

pub(crate) fn currency(shop: &str, shops_currency: &str, code: &str) -> Value {
    let number = if code == "HUF" { 4 } else { 5 };
    let id = opaque("currency", "currency_id", number);
    json!({
        "href": href(shop, &format!("currencies/{id}")),
        "id": id,
        "name": code,
        "code": code,
        "symbolLeft": "",
        "symbolRight": if code == "HUF" { " Ft" } else { " €" },
        "decimalPlace": if code == "HUF" { "0" } else { "2" },
        "value": rate(shops_currency, code),
        "status": "1",
        "dateUpdated": "2025-11-29 10:44:07",
    })
}

pub(crate) fn currencies(recipe: &Recipe) -> Vec<Value> {
    let own = recipe.config.currency.as_str();
    let other = if own == "HUF" { "EUR" } else { "HUF" };
    [own, other].into_iter().map(|code| currency(&recipe.shop, own, code)).collect()
}

/// An amount as the shop shows it.
pub(crate) fn written(amount: Amount, currency: &str) -> String {
    let padded = amount.padded();
    let (whole, part) = padded.split_once('.').unwrap_or((&padded, ""));
    match (currency, part.get(..2)) {
        ("HUF", _) => {
            let (sign, digits) =
                whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
            format!("{sign}{} Ft", grouped(digits))
        }
        (_, cents) => format!("{whole}.{} €", cents.unwrap_or("00")),
    }
}

/// `1234567` as `1.234.567`
fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// Code, number, longer code, name.
const COUNTRIES: [(&str, u32, &str, &str); 3] = [
    ("HU", 97, "HUN", "Magyarország"),
    ("AT", 14, "AUT", "Ausztria"),
    ("SK", 189, "SVK", "Szlovákia"),
];

pub(crate) fn country_name(code: &str) -> &'static str {
    COUNTRIES.iter().find(|country| country.0 == code).map_or("", |country| country.3)
}

pub(crate) fn country_id(code: &str) -> String {
    let number = COUNTRIES.iter().find(|country| country.0 == code).map_or(0, |country| country.1);
    opaque("country", "country_id", number)
}

/// A country as in an order, where it is a record, not a link.
pub(crate) fn country(shop: &str, code: &str) -> Value {
    let (code, _, long, name) =
        COUNTRIES.iter().find(|country| country.0 == code).copied().unwrap_or_default();
    let id = country_id(code);
    json!({
        "href": href(shop, &format!("countries/{id}")),
        "id": id,
        "name": name,
        "isoCode2": code,
        "isoCode3": long,
        "status": "1",
        "zones": { "href": href(shop, &format!("zones?countryId={id}")) },
    })
}

pub(crate) fn order_statuses(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let describe = |(number, _): &(u32, _)| {
        let id = status_id(*number);
        json!({
            "href": href(shop, &format!("orderStatuses/{id}")),
            "id": id,
            "innerId": number.to_string(),
            "orderStatusDescriptions": {
                "href": href(shop, &format!("orderStatusDescriptions?orderStatusId={id}")),
            },
        })
    };
    STATUSES.iter().map(describe).collect()
}

pub(crate) fn order_status_descriptions(recipe: &Recipe) -> Vec<Value> {
    let shop = &recipe.shop;
    let mut all = Vec::new();
    for (number, _) in STATUSES {
        for code in &recipe.config.languages {
            let key = format!("order_status_id={number}&language_id");
            let id = opaque("orderStatusDescription", &key, language_number(code));
            all.push(json!({
                "href": href(shop, &format!("orderStatusDescriptions/{id}")),
                "id": id,
                "name": status_name(number, code),
                "color": "#ff00ff",
                "orderStatus": link(shop, "orderStatuses", &status_id(number)),
                "language": link(shop, "languages", &language_id(code)),
            }));
        }
    }
    all
}

pub(crate) fn settings(recipe: &Recipe) -> Vec<Value> {
    let config = &recipe.config;
    let language = config.languages.first().map_or("hu", String::as_str);
    let storno = STORNO_STATUS.to_string();
    let owner = format!("{} bolt", recipe.shop);
    let email = format!("{}@bolt.example", recipe.shop);
    let group = opaque("customerGroup", "customer_group_id", 8);
    let entries = [
        ("config", "config_timezone", config.timezone.as_str()),
        ("config", "config_currency", config.currency.as_str()),
        ("config", "config_language", language),
        ("config", "config_owner", owner.as_str()),
        ("config", "config_email", email.as_str()),
        ("config", "config_telephone", "+36 1 234 5678"),
        ("config", "config_address", "1025 Budapest, Minta utca 25."),
        ("config", "config_customer_group_id", group.as_str()),
        ("config", "config_customer_price", "0"),
        ("config", "config_maintenance", "0"),
        ("config", "config_stock_count", "2"),
        ("config", "config_catalog_limit", "12"),
        ("config", "config_template", "tokyo_blue"),
        ("search", "search_description", "0"),
        ("system_order_status", "storno_order_status_id", storno.as_str()),
    ];
    let mut settings = Vec::new();
    for (number, (group, key, value)) in (43_616_u32..).zip(entries) {
        let id = opaque("setting", "setting_id", number);
        settings.push(json!({
            "href": href(&recipe.shop, &format!("settings/{id}")),
            "id": id,
            "group": group,
            "key": key,
            "value": value,
        }));
    }
    settings
}

pub(crate) fn primary_domain(recipe: &Recipe) -> String {
    let own = recipe.config.primary_domain.clone();
    own.unwrap_or_else(|| format!("www.{}.example", recipe.shop))
}

pub(crate) fn domains(recipe: &Recipe) -> Value {
    let mut domains = Vec::new();
    for (position, language) in recipe.config.languages.iter().enumerate() {
        let primary = primary_domain(recipe);
        let url = if position == 0 { primary } else { format!("{language}.{primary}") };
        domains.push(json!({ "url": url, "primary": position == 0, "language": language }));
    }
    json!({ "domain": domains })
}
