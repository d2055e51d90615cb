//! `/settings`: keys and values, of which a few matter here.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::MAX_ID;
use shopcall_domain::Country;

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSetting<'a> {
    #[serde(borrow)]
    key: Scalar<'a>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

/// The zone that `config_timezone` names, where a page of settings has it and it is one.
pub(crate) fn decode_time_zone(items: &[&RawValue]) -> Option<TimeZone> {
    value_of("config_timezone", items, |name| TimeZone::get(name).ok())
}

/// The country that `config_country` names, where a page of settings has it and it is a code. No
/// documentation lists that key; a shop without it is taken for Hungarian.
pub(crate) fn decode_country(items: &[&RawValue]) -> Option<Country> {
    value_of("config_country", items, |code| Country::parse(code).ok())
}

/// The number, or the id, of the status of cancelled orders, where a page of settings has it: what
/// [`OrderStatuses::set_cancelled`](super::status::OrderStatuses::set_cancelled) takes.
pub(crate) fn decode_cancelled_status(items: &[&RawValue]) -> Option<String> {
    value_of("storno_order_status_id", items, |status| {
        Some(status.to_owned()).filter(|status| status.len() <= MAX_ID)
    })
}

/// What can be made of the first setting of that name that something can be made of.
fn value_of<T>(key: &str, items: &[&RawValue], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    items.iter().find_map(|item| {
        let setting: WireSetting<'_> = serde_json::from_str(item.get()).ok()?;
        setting.value.text().filter(|_| setting.key.text() == Some(key)).and_then(&read)
    })
}

/// Nearly all shops are Hungarian: the zone of one that does not tell its own.
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
    fn the_shops_zone_is_among_its_settings() {
        let items = r#"[{"key":"config_language","value":"hu"}, {"key":"config_name","value":[]},
            {"group":"config","key":"config_timezone","value":"Europe/Bucharest"}]"#;
        assert_eq!(zone(items).as_deref(), Some("Europe/Bucharest"));
    }

    #[test]
    fn the_shops_country_and_its_cancelled_status_are_among_its_settings() {
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
    fn a_shop_without_a_known_zone_is_taken_for_hungarian() {
        assert_eq!(zone(r#"[{"key":"config_timezone","value":"Europe/Atlantis"}]"#), None);
        assert_eq!(zone(r#"[{"key":"config_timezone","value":{}}, 7]"#), None);
        assert_eq!(default_time_zone().iana_name(), Some("Europe/Budapest"));
    }
}
