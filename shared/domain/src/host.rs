//! Host names of shops.

use serde::{Deserialize, Serialize};
use url::Host;

/// Maximum length of a host name in bytes (RFC 1035, section 2.3.4).
const MAX_LENGTH: usize = 253;
/// Maximum length of a label in bytes.
const MAX_LABEL: usize = 63;

/// A host name in the public DNS: lower case, ASCII (`xn--` for other scripts), two labels or more.
/// Safe to include in a content security policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

/// The text is not a host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host name has two labels or more, each of letters, digits and inner hyphens")]
pub struct InvalidHostName;

impl HostName {
    /// Parses a name, or an http(s) address that consists of a name only. Refuses ports, IP
    /// addresses and wildcards.
    pub fn parse(text: &str) -> Result<Self, InvalidHostName> {
        let text = text.trim();
        let name = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let name = name.unwrap_or(text);
        let name = name.strip_suffix('/').unwrap_or(name);
        match Host::parse(name) {
            Ok(Host::Domain(name)) if is_public_name(&name) => Ok(Self(name)),
            _ => Err(InvalidHostName),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for HostName {
    type Error = InvalidHostName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<HostName> for String {
    fn from(name: HostName) -> Self {
        name.0
    }
}

fn is_public_name(name: &str) -> bool {
    name.len() <= MAX_LENGTH && name.contains('.') && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(is_inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        HostName::parse(text).ok().map(String::from)
    }

    #[test]
    fn shop_address_is_reduced_to_its_host() {
        for text in ["www.bolt.hu", " WWW.Bolt.hu ", "https://www.bolt.hu/", "http://www.bolt.hu"] {
            assert_eq!(read(text).as_deref(), Some("www.bolt.hu"), "{text}");
        }
        assert_eq!(read("rövidáru.hu").as_deref(), Some("xn--rvidru-sta8n.hu"));
    }

    #[test]
    fn ambiguous_host_is_refused() {
        for text in [
            "",
            ".",
            "hu",
            "localhost",
            "*.hu",
            "*",
            "a..hu",
            ".a.hu",
            "-a.hu",
            "a-.hu",
            "a_b.hu",
            "1.2.3.4",
            "[::1]",
            "0x7f.1",
            "a.hu:8080",
            "a.hu/path",
            "a@b.hu",
            "a.hu; script-src *",
            "a.hu https://b.hu",
            "a.hu\r\nx: y",
            "'self'",
            "data:",
            "javascript:alert(1)",
            "a.hu,b.hu",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read(&format!("{}.hu", "a".repeat(64))), None);
        assert_eq!(read(&format!("{}hu", "a.".repeat(130))), None);
    }

    proptest! {
        #[test]
        fn parsed_host_has_only_policy_safe_characters(text in "\\PC{0,60}|[a-z.:;' */-]{0,40}") {
            if let Ok(host) = HostName::parse(&text) {
                let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
                prop_assert!(host.as_str().bytes().all(is_plain), "{:?}", host);
                prop_assert_eq!(HostName::parse(host.as_str()), Ok(host));
            }
        }
    }
}
