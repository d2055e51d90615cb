//! Selects the language from a request's `Accept-Language` header.

use http::HeaderMap;

pub use crate::domain::Language;

/// The preferred language of a request; Hungarian by default.
pub fn language_of(headers: &HeaderMap) -> Language {
    let accepted = headers.get(http::header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight = |language: Language| {
        let ranges = accepted.split(',').take(32);
        ranges.filter_map(|range| quality(range, language.as_str())).max().unwrap_or(0)
    };
    let is_english = weight(Language::English) > weight(Language::Hungarian);
    if is_english { Language::English } else { Language::Hungarian }
}

/// The weight in thousandths of a language range (`en-GB;q=0.8`), if it matches the language.
fn quality(range: &str, language: &str) -> Option<u32> {
    let mut parts = range.trim().split(';');
    let primary = parts.next()?.trim().split('-').next()?;
    let q = parts.find_map(|part| part.trim().strip_prefix("q="));
    let q = q.map_or(Some(1_000), thousandths)?;
    primary.eq_ignore_ascii_case(language).then_some(q)
}

/// Parses a quality value (RFC 9110, section 12.4.2) to thousandths: `0.8` is 800.
fn thousandths(q: &str) -> Option<u32> {
    let (whole, part) = q.trim().split_once('.').unwrap_or((q.trim(), ""));
    let whole: u32 = whole.parse().ok()?;
    let digits = format!("{part:0<3}");
    let part: u32 = digits.get(..3)?.parse().ok()?;
    Some((whole.min(1) * 1_000 + part).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn asked_for(accept_language: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers
            .insert(http::header::ACCEPT_LANGUAGE, HeaderValue::from_str(accept_language).unwrap());
        language_of(&headers)
    }

    #[test]
    fn english_is_chosen_only_when_preferred() {
        assert_eq!(language_of(&HeaderMap::new()), Language::Hungarian);
        assert_eq!(asked_for("de-AT"), Language::Hungarian);
        assert_eq!(asked_for("en-GB,en;q=0.9"), Language::English);
        assert_eq!(asked_for("de, en;q=0.5"), Language::English);
        assert_eq!(asked_for("hu-HU,hu;q=0.9,en;q=0.8"), Language::Hungarian);
        assert_eq!(asked_for("hu;q=0.5,en;q=0.8"), Language::English);
        assert_eq!(asked_for("en;q=0"), Language::Hungarian);
        assert_eq!(asked_for("en;q=nonsense"), Language::Hungarian);
    }

    #[test]
    fn language_is_parsed_by_its_code() {
        for language in [Language::Hungarian, Language::English] {
            assert_eq!(Language::parse(language.as_str()), Some(language));
            assert_ne!(language.other(), language);
        }
        assert_eq!(Language::parse("HU"), None);
    }

    proptest! {
        #[test]
        fn any_header_is_accepted(text in "[ -~]{0,200}") {
            asked_for(&text);
        }
    }
}
