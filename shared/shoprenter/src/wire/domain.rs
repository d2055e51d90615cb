//! `/domains`: the hosts of a shop, one per language.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::page::PageError;
use super::scalar::Scalar;
use super::single::decode_single;
use shopcall_domain::HostName;

/// A shop has one for each of its languages.
const MAX_DOMAINS: usize = 50;
/// Bytes of a language's code.
const MAX_CODE: usize = 16;

#[derive(Deserialize)]
struct WireDomains<'a> {
    #[serde(borrow, alias = "items")]
    domain: Vec<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireDomain<'a> {
    #[serde(borrow)]
    url: Scalar<'a>,
    #[serde(borrow)]
    primary: Scalar<'a>,
    #[serde(borrow)]
    language: Scalar<'a>,
}

/// A host of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Domain {
    pub(crate) host: HostName,
    /// Whether it is the main one, with the admin.
    pub(crate) is_primary: bool,
    /// Code of the language of the pages there, lower case.
    pub(crate) language: Option<String>,
}

/// The shop's valid domains.
pub(crate) fn decode_domains(body: &str) -> Result<Vec<Domain>, PageError> {
    let domains = decode_single(body)?;
    let domains: WireDomains<'_> =
        serde_json::from_str(domains.get()).map_err(|_| PageError::NotAPage)?;
    let domains = domains.domain.iter().take(MAX_DOMAINS).filter_map(|domain| {
        let domain: WireDomain<'_> = serde_json::from_str(domain.get()).ok()?;
        Some(Domain {
            host: HostName::parse(domain.url.text()?).ok()?,
            is_primary: domain.primary.flag("primary").is_ok_and(|flag| flag == Some(true)),
            language: domain.language.text_within(MAX_CODE).map(|code| code.to_ascii_lowercase()),
        })
    });
    Ok(domains.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn primary(body: &str) -> Option<String> {
        let domains = decode_domains(body).unwrap_or_default();
        let primary = domains.into_iter().find(|domain| domain.is_primary);
        primary.map(|domain| String::from(domain.host))
    }

    #[test]
    fn marked_domain_is_primary() {
        let body = r#"{"domain":[{"url":"www.bolt.com","primary":false,"language":"en"},
            {"url":"www.bolt.hu","primary":true,"language":"hu"}]}"#;
        assert_eq!(primary(body).as_deref(), Some("www.bolt.hu"));
        let languages = decode_domains(body).unwrap();
        let languages: Vec<_> = languages.iter().map(|domain| domain.language.as_deref()).collect();
        assert_eq!(languages, [Some("en"), Some("hu")]);
    }

    #[test]
    fn domain_is_found_in_every_list_shape() {
        for body in [
            r#"{"response":{"domain":[{"url":"https://bolt.hu/","primary":"1"}]}}"#,
            r#"{"page":0,"items":[{"url":"bolt.hu","primary":1}]}"#,
            r#"{"domain":[7,{"url":[],"primary":true},{"url":"bolt.hu","primary":"true"}]}"#,
        ] {
            assert_eq!(primary(body).as_deref(), Some("bolt.hu"), "{body}");
        }
    }

    #[test]
    fn invalid_host_is_none() {
        for body in [
            r#"{"domain":[]}"#,
            r#"{"domain":[{"url":"bolt.hu","primary":false}]}"#,
            r#"{"domain":[{"url":"bolt.hu; script-src *","primary":true}]}"#,
            r#"{"domain":[{"url":"*.hu","primary":true}]}"#,
        ] {
            assert_eq!(primary(body), None, "{body}");
        }
        assert!(decode_domains("<html></html>").is_err());
        assert!(decode_domains(r#"{"error":1}"#).is_err());
    }

    proptest! {
        #[test]
        fn any_answer_decodes_without_panic(body in "\\PC{0,80}") {
            let _ = decode_domains(&body);
        }
    }
}
