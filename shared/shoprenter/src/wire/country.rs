//! The country of an order or an address.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use shopcall_domain::Country;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct WireCountry<'a> {
    #[serde(borrow)]
    iso_code2: Scalar<'a>,
}

/// The country in a record's country field; None if the field is a mere link.
pub(super) fn own_country(json: Option<&RawValue>) -> Option<Country> {
    let country: WireCountry<'_> = serde_json::from_str(json?.get()).ok()?;
    Country::parse(country.iso_code2.text()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_is_read_if_the_record_is_complete() {
        let read = |json: &str| own_country(Some(serde_json::from_str(json).unwrap()));
        assert_eq!(read(r#"{"id":"x","isoCode2":"at"}"#), Country::parse("AT").ok());
        for none in [r#"{"href":"https://a.example/countries/x"}"#, "{}", "[]", "7", "null"] {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(own_country(None), None);
    }
}
