//! Telephone fields as people fill them: several numbers, remarks, extensions.

use std::sync::LazyLock;

use regex_lite::Regex;
use rlibphonenumber::enums::Region;
use rlibphonenumber::phonenumber_matcher::{Leniency, PhoneNumberMatcherFactory};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberType, PhoneNumberUtil};

use super::Phone;
use crate::{Country, visible};

/// Maximum length of a field in bytes; shops' fields hold fewer.
const MAX_FIELD: usize = 255;
/// Most numbers taken from one field.
const MAX_NUMBERS: usize = 8;
/// Candidates in a text that the search tries before it gives up.
const MAX_TRIES: u64 = 32;
/// Most groups of digits in one number, for a search among many.
const MAX_GROUPS: usize = 8;
/// Separate numbers, and never occur in one.
const SEPARATORS: [char; 5] = [',', ';', '|', '\n', '\r'];
/// Introduces an extension, as the search expects it.
const MARK: &str = " ext. ";

/// A number in a telephone field.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedPhone {
    /// The number.
    pub phone: Phone,
    /// Digits to dial once the number has answered.
    pub extension: Option<String>,
}

type Search = PhoneNumberMatcherFactory<PhoneNumberUtil, &'static PhoneNumberUtil>;

/// Alternate formats serve stricter searches only.
static SEARCH: LazyLock<Search> =
    LazyLock::new(|| Search::new_for_util_with_formats(&PHONE_NUMBER_UTIL, None));

/// Extensions in other languages' words: `mell. 12`, `mellék: 12`, `/12 mellék`, `12-es mellék`;
/// `klapka` is Slovak, `Durchwahl` German.
const EXTENSIONS: [&str; 3] = [
    r"(?i)[\s,;/(-]*\b(?:mell[^\s\d:.,;]*|klapka|kl|durchwahl|dw)[.:]*\s*(\d{1,6})\b",
    r"(?i)[/(]\s*(\d{1,6})(?:\.|-?[aeo]s)?\s*mell[^\s\d:,;]*",
    r"(?i)[\s,;]+(\d{1,6})(?:\.|-?[aeo]s)\s*mell[^\s\d:,;]*",
];
static EXTENSION: LazyLock<Vec<Regex>> =
    LazyLock::new(|| EXTENSIONS.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect());

impl Phone {
    /// Finds all numbers in a telephone field, without duplicates. Without a country code, a number
    /// is one of `country`.
    ///
    /// What may be no telephone number, such as a tax number, yields none: beside words, a number
    /// needs the country's code or trunk prefix, or to be a mobile one.
    pub fn all_in(field: &str, country: Country) -> Vec<TypedPhone> {
        if field.len() > MAX_FIELD || !field.contains(char::is_numeric) {
            return Vec::new();
        }
        let field = visible(field);
        let is_list = field.contains(SEPARATORS);
        if let (false, Ok(phone)) = (is_list, Self::parse(&field, country)) {
            return vec![TypedPhone { phone, extension: None }];
        }
        // A trunk prefix in brackets is dialled within the country only: `+36 (0)30 123 4567`.
        let field = mark_extensions(&field).replace("(0)", " ");
        let parts = field.split(SEPARATORS);
        let mut found: Vec<_> = parts.flat_map(|part| in_part(part, country)).collect();
        if found.is_empty() {
            found = in_part(&field, country);
        }
        let mut numbers: Vec<TypedPhone> = Vec::new();
        for typed in found {
            if numbers.len() < MAX_NUMBERS && numbers.iter().all(|known| known.phone != typed.phone)
            {
                numbers.push(typed);
            }
        }
        numbers
    }
}

/// Writes extensions in other languages' words as the search expects them.
fn mark_extensions(field: &str) -> String {
    if !field.contains(char::is_alphabetic) {
        return field.to_owned();
    }
    EXTENSION.iter().fold(field.to_owned(), |marked, pattern| {
        pattern.replace_all(&marked, format!("{MARK}$1")).into_owned()
    })
}

fn in_part(part: &str, country: Country) -> Vec<TypedPhone> {
    let (number, extension) = match part.split_once(MARK) {
        Some((number, digits)) if is_extension(digits.trim()) => {
            (number, Some(digits.trim().to_owned()))
        }
        _ => (part, None),
    };
    if let Ok(phone) = Phone::parse(number, country) {
        return vec![TypedPhone { phone, extension }];
    }
    let region = Region::from_code(country.as_str()).ok();
    let matches = SEARCH.create_matcher(part, Leniency::Valid, MAX_TRIES, region);
    let found: Vec<_> = matches.filter_map(|found| typed(&found.number)).collect();
    if !found.is_empty() {
        return found;
    }
    if part.contains(char::is_alphabetic) {
        mobile_beside_words(part, country).into_iter().collect()
    } else {
        one_after_another(&part.split_whitespace().collect::<Vec<_>>(), country)
    }
}

/// Numbers that only blanks separate, as they do the groups of each number. Each has to begin with
/// a code.
fn one_after_another(groups: &[&str], country: Country) -> Vec<TypedPhone> {
    let has_code =
        |groups: &[&str]| groups.first().is_some_and(|group| group.starts_with(['0', '+']));
    for place in 1..groups.len().min(MAX_GROUPS) {
        let Some((first, rest)) = groups.split_at_checked(place) else { break };
        if !has_code(first) || !has_code(rest) {
            continue;
        }
        let Ok(phone) = Phone::parse(&first.join(" "), country) else { continue };
        let others = match Phone::parse(&rest.join(" "), country) {
            Ok(last) => vec![TypedPhone { phone: last, extension: None }],
            Err(_) => one_after_another(rest, country),
        };
        if !others.is_empty() {
            let first = TypedPhone { phone, extension: None };
            return std::iter::once(first).chain(others).collect();
        }
    }
    Vec::new()
}

fn is_extension(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn typed(number: &PhoneNumber) -> Option<TypedPhone> {
    let phone = Phone::of(number).ok()?;
    let extension = Some(number.extension()).filter(|digits| is_extension(digits));
    Some(TypedPhone { phone, extension: extension.map(str::to_owned) })
}

/// `20/123-4567 Kati`
fn mobile_beside_words(part: &str, country: Country) -> Option<TypedPhone> {
    let is_word = |token: &&str| token.contains(char::is_alphabetic);
    let tokens = || part.split_whitespace();
    if tokens().any(|token| is_word(&token) && token.contains(char::is_numeric)) {
        return None;
    }
    let rest: Vec<_> = tokens().filter(|token| !is_word(token)).collect();
    let phone = Phone::parse(&rest.join(" "), country).ok()?;
    let kind = PHONE_NUMBER_UTIL.parse(phone.as_str(), None).ok()?.get_type();
    let is_mobile = matches!(kind, PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile);
    is_mobile.then_some(TypedPhone { phone, extension: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(field: &str, country: &str) -> Vec<String> {
        let found = Phone::all_in(field, Country::parse(country).unwrap());
        let written = |typed: &TypedPhone| match &typed.extension {
            Some(extension) => format!("{} x{extension}", typed.phone.as_str()),
            None => typed.phone.as_str().to_owned(),
        };
        found.iter().map(written).collect()
    }

    #[test]
    fn every_number_of_a_field_is_found() {
        const TWO: [&str; 2] = ["+36201234567", "+36301234567"];
        for field in [
            "06201234567, 06301234567",
            "06201234567/06301234567",
            "20/123-4567; 30/123-4567",
            "06 20 123 4567 06 30 123 4567",
            "+36201234567 +36301234567",
            "+36201234567 vagy 06-30/123-4567",
            "otthon: 06 20 123 4567, munkahely: 06 30 123 4567",
            "06201234567\n06301234567, 0036201234567",
        ] {
            assert_eq!(numbers(field, "HU"), TWO, "{field}");
        }
    }

    #[test]
    fn remark_does_not_hide_the_number() {
        for field in [
            "06-30/123 45 67 (du.)",
            "0630 1234567 Kati",
            "30/123-4567",
            "30/123-4567 Kati",
            "Kati: 06 30 123 4567, este 8 után",
            "tel.: +36 30 123 4567!",
            "hívható 06301234567 (17 óra után)",
        ] {
            assert_eq!(numbers(field, "HU"), ["+36301234567"], "{field}");
        }
    }

    #[test]
    fn extension_is_kept_apart() {
        for field in [
            "+36-1-234-5678/12 mellék",
            "06 1 234 5678 mell. 12",
            "06 1 234 5678 mellék: 12",
            "(06-1) 234-5678, 12-es mellék",
            "06 1 234 5678, mell.12",
            "06 1 234 5678 ext. 12",
            "06 1 234 5678 x12",
        ] {
            assert_eq!(numbers(field, "HU"), ["+3612345678 x12"], "{field}");
        }
        let two = numbers("06 1 234 5678/12 mellék, 06 30 123 4567", "HU");
        assert_eq!(two, ["+3612345678 x12", "+36301234567"]);
        assert_eq!(numbers("+43 1 534530 DW 12", "AT"), ["+431534530 x12"]);
    }

    #[test]
    fn half_international_spellings_are_understood() {
        for field in [
            "+36 (0)30 123 4567",
            "0036 (0) 30 123 4567",
            "+36 030 123 4567",
            "(+36) 30 123 4567",
            "+36 (0)30 123 4567 Kati",
            "36 30 123 4567",
        ] {
            assert_eq!(numbers(field, "HU"), ["+36301234567"], "{field}");
        }
    }

    #[test]
    fn number_without_country_code_is_of_the_country() {
        assert_eq!(numbers("0670 123 4567", "AT"), ["+436701234567"]);
        assert_eq!(numbers("0670 123 4567", "HU"), ["+36701234567"]);
        assert_eq!(
            numbers("0905 123 456, +36 30 123 4567", "SK"),
            ["+421905123456", "+36301234567"]
        );
    }

    #[test]
    fn what_is_no_number_yields_none() {
        let long = format!("06 30 123 4567{}", " ".repeat(MAX_FIELD));
        for field in [
            "",
            "-",
            "nincs",
            "000000000",
            "HU12345678",
            "12345678-1-42",
            "HU 12345678",
            "adószám: 12345678-1-42",
            "adószám 12345678",
            "06 20 NINCSEN",
            "2024.05.06",
            "valaki12345678@bolt.example",
            "este 18-20 óra között",
            "11773016-11111018-00000000",
            "11773016 11111018",
            long.as_str(),
        ] {
            assert_eq!(numbers(field, "HU"), [""; 0], "{field}");
        }
    }

    #[test]
    fn invisible_characters_are_ignored() {
        let field = "\u{feff}06\u{200b}30 123\u{ad}4567\u{3}";
        assert_eq!(numbers(field, "HU"), ["+36301234567"]);
    }

    /// A number in every usual notation.
    fn notations(area: &str, first: &str, last: &str) -> [String; 9] {
        [
            format!("06{area}{first}{last}"),
            format!("06-{area}/{first}-{last}"),
            format!("06 {area} {first} {last}"),
            format!("+36 ({area}) {first}-{last}"),
            format!("0036{area}{first}{last}"),
            format!("36{area}{first}{last}"),
            format!("(06-{area}) {first} {last}"),
            format!("+36/{area}.{first}.{last}"),
            format!("+36{area}{first}{last}"),
        ]
    }

    #[test]
    fn two_numbers_are_found_in_any_notations() {
        for one in notations("20", "345", "6789") {
            for other in notations("70", "987", "6543") {
                for between in [", ", "; ", " / ", " vagy ", "\n"] {
                    let field = format!("{one}{between}{other}");
                    assert_eq!(numbers(&field, "HU"), ["+36203456789", "+36709876543"], "{field}");
                }
            }
        }
    }

    #[test]
    fn number_beside_words_is_found_in_any_notation() {
        for typed in notations("20", "345", "6789") {
            for field in [
                format!("{typed} Kati"),
                format!("{typed} (du.)"),
                format!("Kati: {typed}"),
                format!("{typed} este 6 után"),
            ] {
                assert_eq!(numbers(&field, "HU"), ["+36203456789"], "{field}");
            }
        }
        for typed in notations("1", "345", "6789") {
            for extension in ["/12 mellék", " mell. 12", ", mellék: 12", " ext. 12"] {
                let field = format!("{typed}{extension}");
                assert_eq!(numbers(&field, "HU"), ["+3613456789 x12"], "{field}");
            }
        }
    }

    proptest! {
        #[test]
        fn numbers_of_any_field_are_valid_and_distinct(
            field in "[+0-9a-fxmel /().,;:#-]{0,80}|.{0,80}",
            country in prop::sample::select(vec!["HU", "AT", "ZZ"]),
        ) {
            let found = Phone::all_in(&field, Country::parse(country).unwrap());
            prop_assert!(found.len() <= MAX_NUMBERS);
            for (place, typed) in found.iter().enumerate() {
                prop_assert_eq!(Phone::parse(typed.phone.as_str(), Country::HUNGARY), Ok(typed.phone.clone()));
                prop_assert!(found.iter().skip(place + 1).all(|other| other.phone != typed.phone));
            }
        }
    }
}
