//! `/settings`: keys and values, of which a few are used.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::MAX_ID;
use shopcall_domain::Country;

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
/// the default is Hungary.
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

/// Number or id of the status of cancelled orders, if the page has it, for
/// [`OrderStatuses::set_cancelled`](super::status::OrderStatuses::set_cancelled).
pub(crate) fn decode_cancelled_status(items: &[&RawValue]) -> Option<String> {
    value_of("storno_order_status_id", items, |status| {
        Some(status.to_owned()).filter(|status| status.len() <= MAX_ID)
    })
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
