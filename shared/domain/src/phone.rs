//! Telephone numbers in a normalised form that can be compared.

use std::fmt;

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};
use serde::{Deserialize, Serialize};

use super::Country;

mod field;
mod usual;

pub use field::TypedPhone;

/// Maximum length of one number in bytes.
const MAX_TYPED: usize = 64;
/// Digits of country code and national number together (ITU-T E.164).
const MAX_DIGITS: usize = 15;

/// A number in E.164: `+`, the country code, the national number. Personal data: never printed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// The text is not a valid telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number")]
pub struct InvalidPhone;

impl Phone {
    /// Parses one number as people write it (`06 20 123 4567`, `(06-1) 234-5678`, `0036…`, `36…`,
    /// `+36 (0)20…`), without letters; without a country code, it is taken as one of `country`.
    ///
    /// The number must be valid in its country's numbering plan (libphonenumber's metadata);
    /// otherwise a lookup could return the wrong person. The first call in a process loads that
    /// metadata, which takes 5 ms and 5 MB.
    pub fn parse(text: &str, country: Country) -> Result<Self, InvalidPhone> {
        let text = text.trim();
        let has_letters = text.contains(char::is_alphabetic);
        if text.len() > MAX_TYPED || has_letters || !text.contains(char::is_numeric) {
            return Err(InvalidPhone);
        }
        match usual::hungarian(text, country) {
            Some(number) if number.is_valid() => Self::try_from(usual::e164(&number)),
            Some(_) => Err(InvalidPhone),
            None => Self::parse_any(text, country),
        }
    }

    /// Parses with libphonenumber alone, ten times slower than the usual spellings' parser.
    fn parse_any(text: &str, country: Country) -> Result<Self, InvalidPhone> {
        let region = Region::from_code(country.as_str()).ok();
        let mut number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|_| InvalidPhone)?;
        if !number.is_valid() && is_international(text) {
            number.italian_leading_zero = None;
        }
        Self::of(&number)
    }

    fn of(number: &PhoneNumber) -> Result<Self, InvalidPhone> {
        if !number.is_valid() {
            return Err(InvalidPhone);
        }
        Self::try_from(number.format_as(PhoneNumberFormat::E164).into_owned())
    }

    /// Parses a caller's number as the telephone network reports it: like [`Self::parse`], or
    /// international without the plus.
    pub fn of_caller(text: &str, country: Country) -> Result<Self, InvalidPhone> {
        let parsed = Self::parse(text, country);
        if parsed.is_err() && text.trim_start().starts_with(|c: char| ('1'..='9').contains(&c)) {
            return Self::parse(&format!("+{}", text.trim_start()), country);
        }
        parsed
    }

    /// The number, `+36201234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the country code is written, so that a zero after it is a trunk prefix too many.
fn is_international(text: &str) -> bool {
    text.trim_start_matches('(').starts_with(['+', '\u{ff0b}']) || text.starts_with("00")
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone([redacted])")
    }
}

impl TryFrom<String> for Phone {
    type Error = InvalidPhone;

    /// Accepts a number in E.164, such as a stored one. Checks the format, not the numbering plan.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhone)?.as_bytes();
        let is_number = (3..=MAX_DIGITS).contains(&digits.len())
            && digits.first() != Some(&b'0')
            && digits.iter().all(u8::is_ascii_digit);
        if is_number { Ok(Self(text)) } else { Err(InvalidPhone) }
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hungarian(text: &str) -> Option<String> {
        Phone::parse(text, Country::HUNGARY).ok().map(String::from)
    }

    #[test]
    fn hungarian_spellings_parse_to_the_same_number() {
        for text in [
            "+36201234567",
            "06 20 123 4567",
            "06-20/123-4567",
            "0036201234567",
            "0036 20 123-4567",
            "36201234567",
            "20 123 4567",
            "201234567",
            "+36 (20) 123-4567",
            "+36/20.123.4567",
            "+3620/123-4567",
            "0620/123-4567",
            "(06-20) 123 4567",
            "+36 06 20 123 4567",
            " +36\u{a0}20\u{a0}1234567 ",
            "\u{ff0b}36201234567",
        ] {
            assert_eq!(hungarian(text).as_deref(), Some("+36201234567"), "{text}");
        }
    }

    #[test]
    fn area_codes_have_one_or_two_digits() {
        for text in ["(06 1) 234-5678", "06-1-234-5678", "1 234 5678", "(1) 234-5678"] {
            assert_eq!(hungarian(text).as_deref(), Some("+3612345678"), "{text}");
        }
        assert_eq!(hungarian("06 52/123-456").as_deref(), Some("+3652123456"));
    }

    #[test]
    fn number_with_country_code_keeps_it() {
        assert_eq!(hungarian("+421 905 123 456").as_deref(), Some("+421905123456"));
        assert_eq!(hungarian("00421 905 123 456").as_deref(), Some("+421905123456"));
    }

    #[test]
    fn number_without_country_code_gets_the_shops() {
        let slovak = Phone::parse("0905 123 456", Country::parse("SK").unwrap()).unwrap();
        assert_eq!(slovak.as_str(), "+421905123456");
        let nowhere = Country::parse("ZZ").unwrap();
        assert_eq!(Phone::parse("06 20 123 4567", nowhere), Err(InvalidPhone));
        assert!(Phone::parse("+36 20 123 4567", nowhere).is_ok());
    }

    #[test]
    fn callers_number_needs_no_plus() {
        let caller = |text: &str| Phone::of_caller(text, Country::HUNGARY).ok().map(String::from);
        for (reported, number) in [
            ("421905123456", "+421905123456"),
            ("436701234567", "+436701234567"),
            ("36201234567", "+36201234567"),
            ("201234567", "+36201234567"),
            ("0036201234567", "+36201234567"),
            ("12025550123", "+12025550123"),
        ] {
            assert_eq!(caller(reported).as_deref(), Some(number), "{reported}");
        }
        for nobody in ["", "anonymous", "unknown", "112", "1001", "*21#", "sip:1001@pbx.example"] {
            assert_eq!(caller(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn invalid_number_is_refused() {
        let long = format!("06 20 123 4567{}", " ".repeat(99) + "x");
        for text in [
            "",
            "-",
            "nincs",
            "0",
            "000",
            "112",
            "1234567",
            "06201234567890123",
            "+362012345678901234567890",
            "+36 99 999 9999",
            "06 20 123 4567, 06 30 765 4321",
            "06 20 NINCSEN",
            "HU12345678",
            "06201234567x",
            "valaki@bolt.example",
            long.as_str(),
        ] {
            assert_eq!(hungarian(text), None, "{text}");
        }
    }

    #[test]
    fn only_e164_is_read_back() {
        let phone = Phone::parse("06 20 123 4567", Country::HUNGARY).unwrap();
        let json = serde_json::to_string(&phone).unwrap();
        assert_eq!(json, "\"+36201234567\"");
        assert_eq!(serde_json::from_str::<Phone>(&json).unwrap(), phone);
        for bad in ["", "+", "36201234567", "+0620123", "+36 20", "+3620123456789012", "+36x"] {
            assert_eq!(Phone::try_from(bad.to_owned()), Err(InvalidPhone), "{bad}");
        }
    }

    #[test]
    fn number_is_not_printed() {
        let phone = Phone::parse("+36201234567", Country::HUNGARY).unwrap();
        assert_eq!(format!("{phone:?}"), "Phone([redacted])");
    }

    proptest! {
        #[test]
        fn parsed_text_is_valid_e164(text in "[+0-9a-fx /().,;:#-]{0,40}|.{0,40}") {
            if let Ok(phone) = Phone::parse(&text, Country::HUNGARY) {
                prop_assert_eq!(Phone::try_from(phone.as_str().to_owned()), Ok(phone.clone()));
                prop_assert_eq!(Phone::parse(phone.as_str(), Country::HUNGARY), Ok(phone));
            }
        }

        #[test]
        fn fast_path_agrees_with_libphonenumber(
            start in prop::sample::select(vec!["+36", "06", "(06", "0036", "(0036", "36", "+3606", "+360", "+421", "0", ""]),
            rest in "[ /.()-]{0,2}([0-9][ /.()-]{0,2}){6,10}",
            country in prop::sample::select(vec!["HU", "SK", "ZZ"]),
        ) {
            let (text, country) = (format!("{start}{rest}"), Country::parse(country).unwrap());
            prop_assert_eq!(Phone::parse(&text, country), Phone::parse_any(text.trim(), country), "{}", text);
        }

        #[test]
        fn separators_do_not_change_a_mobile_number(
            area in prop::sample::select(vec!["20", "30", "31", "50", "70"]),
            digits in "[2-9][0-9]{6}",
            prefix in prop::sample::select(vec!["+36", "06", "(06", "0036", "(0036", "36", ""]),
            separators in "[ /.-]{3}",
        ) {
            let parts = [prefix, area, &digits[..3], &digits[3..]];
            let gaps = separators.chars().map(String::from).chain([String::new()]);
            let typed: String = parts.iter().zip(gaps).map(|(part, gap)| format!("{part}{gap}")).collect();
            prop_assert_eq!(hungarian(&typed), Some(format!("+36{area}{digits}")), "{}", typed);
        }
    }
}
