//! `/domains`: the hosts of a shop, one per language.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::page::PageError;
use super::scalar::Scalar;
use super::single::decode_single;
use shopcall_domain::HostName;

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
}

/// Host of the shop's primary domain; None if the answer has no valid one.
pub(crate) fn decode_primary_domain(body: &str) -> Result<Option<HostName>, PageError> {
    let domains = decode_single(body)?;
    let domains: WireDomains<'_> =
        serde_json::from_str(domains.get()).map_err(|_| PageError::NotAPage)?;
    Ok(domains.domain.iter().find_map(|domain| {
        let domain: WireDomain<'_> = serde_json::from_str(domain.get()).ok()?;
        let is_primary = domain.primary.flag("primary").is_ok_and(|flag| flag == Some(true));
        HostName::parse(domain.url.text()?).ok().filter(|_| is_primary)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn primary(body: &str) -> Option<String> {
        decode_primary_domain(body).ok().flatten().map(String::from)
    }

    #[test]
    fn marked_domain_is_primary() {
        let body = r#"{"domain":[{"url":"www.bolt.com","primary":false,"language":"en"},
            {"url":"www.bolt.hu","primary":true,"language":"hu"}]}"#;
        assert_eq!(primary(body).as_deref(), Some("www.bolt.hu"));
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
            assert_eq!(decode_primary_domain(body), Ok(None), "{body}");
        }
        assert!(decode_primary_domain("<html></html>").is_err());
        assert!(decode_primary_domain(r#"{"error":1}"#).is_err());
    }

    proptest! {
        #[test]
        fn any_answer_decodes_without_panic(body in "\\PC{0,80}") {
            let _ = decode_primary_domain(&body);
        }
    }
}
