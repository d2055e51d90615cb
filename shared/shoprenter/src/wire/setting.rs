//! `/settings`: keys and values, of which a few are used.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::MAX_ID;
use shopcall_domain::{Country, Currency};

/// Warehouses of a shop.
pub(super) const WAREHOUSES: usize = 4;
/// Bytes of a language's code.
const MAX_CODE: usize = 16;

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSetting<'a> {
    #[serde(borrow)]
    key: Scalar<'a>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

/// Time zone in `config_timezone`, if the page has it and it is valid.
pub(crate) fn decode_time_zone(items: &[&RawValue]) -> Option<TimeZone> {
    value_of("config_timezone", items, |name| TimeZone::get(name).ok())
}

/// Country in `config_country`, if the page has it and it is a valid code. The key is undocumented;
/// without it the country is [`usual_country`], or else Hungary.
pub(crate) fn decode_country(items: &[&RawValue]) -> Option<Country> {
    value_of("config_country", items, |code| Country::parse(code).ok())
}

/// Code of the shop's default language in `config_language`, lower case, if the page has it.
pub(crate) fn decode_default_language(items: &[&RawValue]) -> Option<String> {
    let is_code = |code: &str| {
        code.len() <= MAX_CODE && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    value_of("config_language", items, |code| {
        Some(code.to_ascii_lowercase()).filter(|code| is_code(code))
    })
}

/// The shop's own currency, if the page has it.
pub(crate) fn decode_currency(items: &[&RawValue]) -> Option<Currency> {
    value_of("config_currency", items, |code| Currency::parse(code).ok())
}

/// The country that the shop's currency or language belongs to, if it is one alone: most shops sell
/// at home. No documented setting names the country.
pub(crate) fn usual_country(currency: Option<Currency>, language: Option<&str>) -> Option<Country> {
    let by_currency = currency.and_then(|currency| match currency.as_str() {
        "HUF" => Some("HU"),
        "BGN" => Some("BG"),
        "CHF" => Some("CH"),
        "CZK" => Some("CZ"),
        "GBP" => Some("GB"),
        "PLN" => Some("PL"),
        "RON" => Some("RO"),
        "RSD" => Some("RS"),
        "UAH" => Some("UA"),
        _ => None,
    });
    // German, English and the like are spoken in several countries.
    let by_language = || match language? {
        "hu" => Some("HU"),
        "sk" => Some("SK"),
        "sl" => Some("SI"),
        "hr" => Some("HR"),
        "cs" => Some("CZ"),
        "ro" => Some("RO"),
        "pl" => Some("PL"),
        "bg" => Some("BG"),
        _ => None,
    };
    Country::parse(by_currency.or_else(by_language)?).ok()
}

/// Number or id of the status of cancelled orders, if the page has it, for
/// [`OrderStatuses::set_cancelled`](super::status::OrderStatuses::set_cancelled).
pub(crate) fn decode_cancelled_status(items: &[&RawValue]) -> Option<String> {
    value_of("storno_order_status_id", items, |status| {
        Some(status.to_owned()).filter(|status| status.len() <= MAX_ID)
    })
}

/// How many of a product's four warehouses count, if the page has it.
pub(crate) fn decode_stock_count(items: &[&RawValue]) -> Option<usize> {
    value_of("config_stock_count", items, |count| count.parse().ok())
        .filter(|count| (1..=WAREHOUSES).contains(count))
}

/// First decodable value of the settings with that name.
fn value_of<T>(key: &str, items: &[&RawValue], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    items.iter().find_map(|item| {
        let setting: WireSetting<'_> = serde_json::from_str(item.get()).ok()?;
        setting.value.text().filter(|_| setting.key.text() == Some(key)).and_then(&read)
    })
}

/// Default time zone: nearly all shops are Hungarian.
pub(super) fn default_time_zone() -> TimeZone {
    TimeZone::get("Europe/Budapest").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::super::decode_page;
    use super::*;

    fn zone(items: &str) -> Option<String> {
        let body = format!(r#"{{"page":0,"items":{items}}}"#);
        let zone = decode_time_zone(&decode_page(&body).unwrap().items);
        zone.and_then(|zone| zone.iana_name().map(str::to_owned))
    }

    #[test]
    fn time_zone_is_read_from_settings() {
        let items = r#"[{"key":"config_language","value":"hu"}, {"key":"config_name","value":[]},
            {"group":"config","key":"config_timezone","value":"Europe/Bucharest"}]"#;
        assert_eq!(zone(items).as_deref(), Some("Europe/Bucharest"));
    }

    #[test]
    fn country_and_cancelled_status_are_read_from_settings() {
        let body = r#"{"items":[{"key":"config_country","value":{}}, 7,
            {"key":"config_country","value":"sk"},
            {"group":"system_order_status","key":"storno_order_status_id","value":14}]}"#;
        let page = decode_page(body).unwrap();
        assert_eq!(decode_country(&page.items), Country::parse("SK").ok());
        assert_eq!(decode_cancelled_status(&page.items).as_deref(), Some("14"));
        let other = decode_page(r#"{"items":[{"key":"config_name","value":"HU"}]}"#).unwrap();
        assert_eq!(decode_country(&other.items), None);
        assert_eq!(decode_cancelled_status(&other.items), None);
    }

    #[test]
    fn documented_page_of_settings_is_read() {
        let setting = |group: &str, key: &str, value: &str| {
            format!(
                r#"{{"href":"https://a.example/settings/c2V0","id":"c2V0","group":"{group}",
                    "key":"{key}","value":"{value}"}}"#
            )
        };
        let items = [
            setting("config", "config_customer_price", "0"),
            setting("config", "config_stock_count", "2"),
            setting("config", "config_owner", "WebShop Experts"),
            setting("config", "config_language", "hu"),
            setting("config", "config_timezone", "Europe/Budapest"),
            setting("config", "config_currency", "HUF"),
            setting("system_order_status", "storno_order_status_id", "14"),
        ];
        let body = format!(
            r#"{{"page":"0","pageCount":"1","limit":"100","next":null,"items":[{}]}}"#,
            items.join(",")
        );
        let page = decode_page(&body).unwrap();
        let zone = decode_time_zone(&page.items).unwrap();
        assert_eq!(zone.iana_name(), Some("Europe/Budapest"));
        assert_eq!(decode_cancelled_status(&page.items).as_deref(), Some("14"));
        assert_eq!(decode_stock_count(&page.items), Some(2));
        assert_eq!(decode_country(&page.items), None);
        let (currency, language) =
            (decode_currency(&page.items), decode_default_language(&page.items));
        assert_eq!(usual_country(currency, language.as_deref()), Some(Country::HUNGARY));
    }

    #[test]
    fn country_follows_from_currency_and_language() {
        let country = |currency: &str, language: Option<&str>| {
            usual_country(Currency::parse(currency).ok(), language).map(|code| code.to_string())
        };
        for (currency, language, expected) in [
            ("HUF", Some("hu"), Some("HU")),
            ("HUF", Some("en"), Some("HU")),
            ("RON", Some("hu"), Some("RO")),
            ("EUR", Some("sk"), Some("SK")),
            ("EUR", Some("hu"), Some("HU")),
            ("EUR", Some("de"), None),
            ("EUR", None, None),
            ("Ft.", Some("sk"), Some("SK")),
        ] {
            assert_eq!(country(currency, language).as_deref(), expected, "{currency} {language:?}");
        }
    }

    #[test]
    fn number_of_warehouses_is_read_from_settings() {
        let count = |value: &str| {
            let body = format!(r#"{{"items":[{{"key":"config_stock_count","value":{value}}}]}}"#);
            decode_stock_count(&decode_page(&body).unwrap().items)
        };
        assert_eq!((count(r#""2""#), count("4")), (Some(2), Some(4)));
        for other in ["0", "5", "{}", r#""many""#] {
            assert_eq!(count(other), None, "{other}");
        }
    }

    #[test]
    fn default_language_is_read_from_settings() {
        let language = |value: &str| {
            let body = format!(r#"{{"items":[{{"key":"config_language","value":{value}}}]}}"#);
            decode_default_language(&decode_page(&body).unwrap().items)
        };
        assert_eq!(language(r#""HU""#).as_deref(), Some("hu"));
        for other in ["{}", "[]", r#""Magyar nyelv""#, r#""abcdefghijklmnopq""#] {
            assert_eq!(language(other), None, "{other}");
        }
    }

    #[test]
    fn unknown_zone_defaults_to_hungarian() {
        assert_eq!(zone(r#"[{"key":"config_timezone","value":"Europe/Atlantis"}]"#), None);
        assert_eq!(zone(r#"[{"key":"config_timezone","value":{}}, 7]"#), None);
        assert_eq!(default_time_zone().iana_name(), Some("Europe/Budapest"));
    }
}
