//! Hungarian or English, as the browser asks.

use http::HeaderMap;

/// Whether the merchant's browser prefers English to Hungarian, the default.
pub fn prefers_english(headers: &HeaderMap) -> bool {
    let accepted = headers.get(http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let weight = |language: &str| {
        let ranges = accepted.unwrap_or_default().split(',').take(32);
        ranges.filter_map(|range| quality(range, language)).max().unwrap_or(0)
    };
    weight("en") > weight("hu")
}

/// The weight in thousandths that one range (`en-GB;q=0.8`) gives to a language.
fn quality(range: &str, language: &str) -> Option<u32> {
    let mut parts = range.trim().split(';');
    let primary = parts.next()?.trim().split('-').next()?;
    let q = parts.find_map(|part| part.trim().strip_prefix("q="));
    let q = q.map_or(Some(1_000), thousandths)?;
    primary.eq_ignore_ascii_case(language).then_some(q)
}

/// A quality value (RFC 9110, 12.4.2) in thousandths: `0.8` is 800.
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

    fn prefers(accept_language: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers
            .insert(http::header::ACCEPT_LANGUAGE, HeaderValue::from_str(accept_language).unwrap());
        prefers_english(&headers)
    }

    #[test]
    fn hungarian_is_the_default_and_english_is_asked_for() {
        assert!(!prefers_english(&HeaderMap::new()));
        assert!(!prefers("de-AT"));
        assert!(prefers("en-GB,en;q=0.9"));
        assert!(prefers("de, en;q=0.5"));
        assert!(!prefers("hu-HU,hu;q=0.9,en;q=0.8"));
        assert!(prefers("hu;q=0.5,en;q=0.8"));
        assert!(!prefers("en;q=0"));
        assert!(!prefers("en;q=nonsense"));
    }

    proptest! {
        #[test]
        fn no_header_can_upset_it(text in "[ -~]{0,200}") {
            prefers(&text);
        }
    }
}
