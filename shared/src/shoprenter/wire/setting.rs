//! `/settings`: keys and values, of which one matters here.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSetting<'a> {
    #[serde(borrow)]
    key: Scalar<'a>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

/// The zone that `config_timezone` names, where a page of settings has it and it is one.
pub fn decode_time_zone(items: &[&RawValue]) -> Option<TimeZone> {
    items.iter().find_map(|item| {
        let setting: WireSetting<'_> = serde_json::from_str(item.get()).ok()?;
        let name = setting.value.text().filter(|_| setting.key.text() == Some("config_timezone"));
        TimeZone::get(name?).ok()
    })
}

/// Nearly all shops are Hungarian: the zone of one that does not tell its own.
pub fn default_time_zone() -> TimeZone {
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
    fn a_shop_without_a_known_zone_is_taken_for_hungarian() {
        assert_eq!(zone(r#"[{"key":"config_timezone","value":"Europe/Atlantis"}]"#), None);
        assert_eq!(zone(r#"[{"key":"config_timezone","value":{}}, 7]"#), None);
        assert_eq!(default_time_zone().iana_name(), Some("Europe/Budapest"));
    }
}
