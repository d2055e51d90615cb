//! ShopRenter's signature in the four canonical forms of its documents and demos.

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Canonical form of the signed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CanonicalForm {
    /// `shopname`, `code`, `timestamp`, in this order.
    Demo,
    /// `code`, `shopname`, `timestamp`, in this order.
    Example,
    /// The query string as sent, without `hmac`.
    Raw,
    /// Every decoded parameter, sorted by name.
    Sorted,
}

impl CanonicalForm {
    pub(crate) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Demo),
            2 => Some(Self::Example),
            3 => Some(Self::Raw),
            4 => Some(Self::Sorted),
            _ => None,
        }
    }

    /// Builds the text to sign. `shop_key` is the spelling of the shop's parameter.
    pub(crate) fn text(self, pairs: &[(String, String)], shop_key: &str, label: &str) -> String {
        let value = |name: &str| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let (shop, code, timestamp) = (value(shop_key), value("code"), value("timestamp"));
        match self {
            Self::Demo => format!("{label}={shop}&code={code}&timestamp={timestamp}"),
            Self::Example => format!("code={code}&{label}={shop}&timestamp={timestamp}"),
            Self::Raw => encode(pairs),
            Self::Sorted => {
                let mut sorted = pairs.to_vec();
                sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
                let joined: Vec<_> =
                    sorted.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
                joined.join("&")
            }
        }
    }
}

/// Encodes the pairs as a query string.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let pair = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// Computes an HMAC-SHA256 in hexadecimal.
pub(crate) fn sign(secret: &str, text: &str) -> String {
    // Cannot fail, because HMAC accepts keys of any length.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(text.as_bytes());
            hex::encode(mac.finalize().into_bytes())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs() -> Vec<(String, String)> {
        [("shopname", "bolt"), ("code", "ab"), ("timestamp", "7"), ("app_url", "https://a/b?c=d")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    #[test]
    fn each_canonical_form_covers_its_parameters() {
        let text = |number| {
            let form = CanonicalForm::from_number(number).expect("a form");
            form.text(&pairs(), "shopname", "shopname")
        };
        assert_eq!(text(1), "shopname=bolt&code=ab&timestamp=7");
        assert_eq!(text(2), "code=ab&shopname=bolt&timestamp=7");
        assert_eq!(
            text(3),
            "shopname=bolt&code=ab&timestamp=7&app_url=https%3A%2F%2Fa%2Fb%3Fc%3Dd"
        );
        assert_eq!(text(4), "app_url=https://a/b?c=d&code=ab&shopname=bolt&timestamp=7");
        assert_eq!(CanonicalForm::from_number(5), None);
    }

    #[test]
    fn signature_matches_rfc_4231_vector() {
        // RFC 4231, test case 2.
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign("Jefe", "what do ya want for nothing?"), expected);
    }
}
