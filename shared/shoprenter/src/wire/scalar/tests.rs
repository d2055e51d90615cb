use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const FIELD: &str = "field";
const UNUSABLE: DecodeError = DecodeError::Unusable { field: FIELD };

fn instant(json: &str) -> Result<Option<String>, DecodeError> {
    let zone = TimeZone::get("Europe/Budapest").unwrap();
    let moment = Instant { zone: &zone }.read(&Scalar::read(json), FIELD)?;
    Ok(moment.map(|moment| moment.to_string()))
}

fn decimal(json: &str) -> Result<Option<String>, DecodeError> {
    Ok(Scalar::read(json).decimal(FIELD)?.map(|number| number.to_string()))
}

#[test]
fn every_empty_value_is_empty() {
    for json in ["{}", "[]", "\"\"", "null", "{ }", "[\n]", "\"  \"", " null "] {
        let scalar = Scalar::read(json);
        assert_eq!(scalar.text(), None, "{json}");
        assert_eq!(scalar.decimal(FIELD), Ok(None), "{json}");
        assert_eq!(scalar.integer(FIELD), Ok(None), "{json}");
        assert_eq!(scalar.flag(FIELD), Ok(None), "{json}");
        assert_eq!(instant(json), Ok(None), "{json}");
    }
}

#[test]
fn number_may_be_quoted() {
    for (json, number) in [
        ("\"2200.0000\"", "2200"),
        ("2200.0000", "2200"),
        ("2413", "2413"),
        ("\" 12.90 \"", "12.9"),
        ("-0.50", "-0.5"),
        ("\"1e3\"", "1000"),
        ("1.5E-2", "0.015"),
        ("\"0.0000\"", "0"),
    ] {
        assert_eq!(decimal(json), Ok(Some(number.to_owned())), "{json}");
    }
}

#[test]
fn money_keeps_all_digits() {
    assert_eq!(decimal("123456789012345678.91"), Ok(Some("123456789012345678.91".to_owned())));
}

#[test]
fn other_text_is_not_a_number() {
    for json in ["\"abc\"", "\"12 Ft\"", "true", "[1]", "{\"a\":1}", "1e999", "\"1e\"", "\"NaN\""] {
        assert_eq!(decimal(json), Err(UNUSABLE), "{json}");
    }
}

#[test]
fn flag_may_be_a_boolean_number_or_word() {
    for json in ["true", "1", "\"1\"", "\"true\"", "\"Yes\"", "\"1.0000\"", "2"] {
        assert_eq!(Scalar::read(json).flag(FIELD), Ok(Some(true)), "{json}");
    }
    for json in ["false", "0", "\"0\"", "\"FALSE\"", "\"no\"", "\"0.00\""] {
        assert_eq!(Scalar::read(json).flag(FIELD), Ok(Some(false)), "{json}");
    }
    assert_eq!(Scalar::read("\"maybe\"").flag(FIELD), Err(UNUSABLE));
    assert_eq!(Scalar::read("[true]").flag(FIELD), Err(UNUSABLE));
}

#[test]
fn integer_ignores_a_zero_fraction_only() {
    assert_eq!(Scalar::read("\"2\"").integer(FIELD), Ok(Some(2)));
    assert_eq!(Scalar::read("2.000").integer(FIELD), Ok(Some(2)));
    assert_eq!(Scalar::read("true").integer(FIELD), Ok(Some(1)));
    assert_eq!(Scalar::read("2.5").integer(FIELD), Err(UNUSABLE));
    assert_eq!(Scalar::read("99999999999999999999").integer(FIELD), Err(UNUSABLE));
}

#[test]
fn text_without_escapes_is_borrowed() {
    assert!(matches!(Scalar::read("\"bögre\""), Scalar::Text(Cow::Borrowed("bögre"))));
    assert_eq!(Scalar::read(r#""b\u00f6gre \/ \"x\"""#).text(), Some("bögre / \"x\""));
}

#[test]
fn lone_surrogate_is_replaced() {
    let scalar = Scalar::read(r#""szép \ud83d""#);
    assert!(scalar.text().is_some_and(|text| text.starts_with("szép \u{fffd}")));
}

#[test]
fn non_empty_object_or_array_is_not_text() {
    assert_eq!(Scalar::read("{\"a\":\"b\"}").text(), None);
    assert_eq!(Scalar::read("[\"a\"]").text(), None);
}

#[test]
fn local_time_separator_may_be_t_or_space() {
    let summer = Ok(Some("2017-10-20T07:25:30Z".to_owned()));
    assert_eq!(instant("\"2017-10-20T09:25:30\""), summer);
    assert_eq!(instant("\"2017-10-20 09:25:30\""), summer);
    assert_eq!(instant("\"2017-12-20T09:25:30\""), Ok(Some("2017-12-20T08:25:30Z".to_owned())));
    assert_eq!(instant("\"2017-12-20\""), Ok(Some("2017-12-19T23:00:00Z".to_owned())));
}

#[test]
fn explicit_offset_is_kept() {
    assert_eq!(instant("\"2017-10-20T09:25:30Z\""), Ok(Some("2017-10-20T09:25:30Z".to_owned())));
    let other = Ok(Some("2017-10-20T04:25:30Z".to_owned()));
    assert_eq!(instant("\"2017-10-20T09:25:30+05:00\""), other);
}

#[test]
fn zero_dates_are_none() {
    for json in [
        "\"0000-00-00\"",
        "\"0000-00-00 00:00:00\"",
        "\"0000-00-00T00:00:00\"",
        "\"-0001-11-30T00:00:00\"",
        "\"-0001-11-30 00:00:00\"",
        "\"-0001-11-30T00:00:00+0100\"",
        "0",
    ] {
        assert_eq!(instant(json), Ok(None), "{json}");
    }
}

#[test]
fn skipped_or_repeated_local_time_is_unambiguous() {
    // Budapest, 2024: 02:00 → 03:00 on 31 March; 03:00 → 02:00 on 27 October.
    assert_eq!(instant("\"2024-03-31T02:30:00\""), Ok(Some("2024-03-31T01:30:00Z".to_owned())));
    assert_eq!(instant("\"2024-10-27T02:30:00\""), Ok(Some("2024-10-27T00:30:00Z".to_owned())));
}

#[test]
fn other_text_is_not_a_time() {
    for json in ["\"yesterday\"", "\"2017-13-01\"", "true", "[\"2017-10-20\"]", "\"2017-10-20T\""] {
        assert_eq!(instant(json), Err(UNUSABLE), "{json}");
    }
}

proptest! {
    #[test]
    fn text_round_trips_trimmed(text in ".{0,40}") {
        let json = serde_json::to_string(&text).unwrap();
        let scalar = Scalar::read(&json);
        prop_assert_eq!(scalar.text().unwrap_or_default(), text.trim());
    }

    #[test]
    fn amount_round_trips_exactly(units in any::<i64>(), scale in 0u32..10, quoted: bool) {
        let amount = Decimal::new(units, scale);
        let json = if quoted { format!("\"{amount}\"") } else { amount.to_string() };
        prop_assert_eq!(Scalar::read(&json).decimal(FIELD), Ok(Some(amount)));
    }

    #[test]
    fn local_time_round_trips_through_its_zone(seconds in 0i64..4_000_000_000) {
        let zone = TimeZone::get("Europe/Budapest").unwrap();
        let local = zone.to_datetime(jiff::Timestamp::from_second(seconds).unwrap());
        let read = Instant { zone: &zone }.read(&Scalar::Text(local.to_string().into()), FIELD);
        let again = zone.to_datetime(read.unwrap().unwrap());
        prop_assert_eq!(again, local);
    }

    #[test]
    fn any_text_reads_as_any_type_without_panic(json in ".{0,40}") {
        let scalar = Scalar::read(&json);
        let _ = (scalar.decimal(FIELD), scalar.integer(FIELD), scalar.flag(FIELD), instant(&json));
    }
}
