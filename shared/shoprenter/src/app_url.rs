//! The redirect target after an install.
//!
//! Following `app_url` blindly would be an open redirect: unless the signature covers it, anybody
//! can add it to a callback that ShopRenter signed.

use percent_encoding::percent_decode_str;
use shopcall_domain::{ShopName, SignedCall};
use url::Url;

use crate::settings::hosts;

/// Bytes; not all browsers and proxies support longer addresses.
const MAX_BYTES: usize = 2048;

/// Returns `app_url` if it can be trusted, otherwise the app's own address; either with the added
/// parameters, which ShopRenter passes back when it calls the entry point.
///
/// `own_admin` is the app's page in the shop's admin, built from the configuration. An `app_url` on
/// the same origin and at or below its path is trusted like one on the shop's hosts.
pub fn redirect_target(call: &SignedCall, own_admin: &Url, added: &[(&str, &str)]) -> Url {
    let target = call
        .app_url
        .as_deref()
        .and_then(Candidate::parse)
        .filter(|candidate| {
            candidate.is_below(own_admin)
                || candidate.is_on_host_of(&call.shop)
                || (call.covers_added && candidate.is_https())
        })
        .map_or_else(|| own_admin.clone(), |candidate| candidate.url);
    with_added(target, added)
}

/// An address that all parsers read alike, whatever its host.
struct Candidate<'a> {
    url: Url,
    /// The text between `//` and the path.
    authority: &'a str,
}

impl<'a> Candidate<'a> {
    /// Refuses what browsers and servers read differently: control characters and blanks (browsers
    /// drop some), backslashes (browsers read them as slashes), user information, a missing or
    /// third slash before the host.
    fn parse(text: &'a str) -> Option<Self> {
        let ambiguous = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if text.len() > MAX_BYTES || text.contains(ambiguous) {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
        if authority.contains('@') {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let has_userinfo = !url.username().is_empty() || url.password().is_some();
        let is_as_written = url.has_host() && url.scheme().eq_ignore_ascii_case(scheme);
        (is_as_written && !has_userinfo).then_some(Self { url, authority })
    }

    fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Compares the host as written, not only as parsed: ShopRenter never sends an encoded or
    /// non-ASCII spelling of the shop's name.
    fn is_on_host_of(&self, shop: &ShopName) -> bool {
        let written = self.authority.strip_suffix(":443").unwrap_or(self.authority);
        self.is_https()
            && self.url.port().is_none()
            && hosts(shop)
                .iter()
                .any(|host| written.eq_ignore_ascii_case(host) && self.url.host_str() == Some(host))
    }

    fn is_below(&self, own_admin: &Url) -> bool {
        let below = self.url.path().strip_prefix(own_admin.path().trim_end_matches('/'));
        self.url.origin() == own_admin.origin()
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Appends to the query, before any fragment, and replaces parameters of the same name: the entry
/// point refuses duplicates.
fn with_added(mut url: Url, added: &[(&str, &str)]) -> Url {
    if added.is_empty() {
        return url;
    }
    let kept = query_without(url.query().unwrap_or_default(), added);
    url.set_query((!kept.is_empty()).then_some(&kept));
    url.query_pairs_mut().extend_pairs(added);
    url
}

fn query_without(query: &str, added: &[(&str, &str)]) -> String {
    let is_kept = |segment: &&str| {
        let raw_name = segment.split('=').next().unwrap_or_default();
        let name = percent_decode_str(raw_name).decode_utf8_lossy();
        !added.iter().any(|(added_name, _)| *added_name == name)
    };
    query.split('&').filter(is_kept).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::signing::{Draft, NOW, SECRET};
    use crate::signature::{Form, SigningKeys, verify_callback};
    use shopcall_domain::Purpose;

    const OWN: &str = "https://demo.myshoprenter.hu/admin/app/42";
    const ADDED: [(&str, &str); 1] = [("sr_install", "i 1&")];

    fn verified(app_url: Option<&str>, form: Form) -> SignedCall {
        let draft = Draft::of("demo");
        let draft = app_url.into_iter().fold(draft, |draft, url| draft.with("app_url", url));
        let keys = SigningKeys::new([SECRET]).unwrap();
        verify_callback(&draft.signed(form), &keys, NOW, Purpose::Install).unwrap().into()
    }

    fn target(app_url: &str, form: Form) -> String {
        let own = Url::parse(OWN).unwrap();
        redirect_target(&verified(Some(app_url), form), &own, &[]).into()
    }

    /// Redirect target when the signature does not cover `app_url`.
    fn unsigned_target(app_url: &str) -> String {
        target(app_url, Form::ShopnameFirst)
    }

    fn signed_target(app_url: &str) -> String {
        target(app_url, Form::AsReceived)
    }

    /// Addresses refused even if signed.
    const NEVER: [&str; 29] = [
        "",
        "/admin/app/42",
        "//evil.com/",
        "///evil.com/",
        "https:evil.com/",
        "https:/evil.com/",
        "https:evil.com/://demo.myshoprenter.hu",
        "https:///evil.com/",
        "https://",
        "https://?a",
        "http://demo.myshoprenter.hu/",
        "http://127.0.0.1:8080/demo/admin/app/42",
        "javascript:alert(1)",
        "javascript://demo.myshoprenter.hu/%0aalert(1)",
        "data:text/html,x",
        "ftp://demo.myshoprenter.hu/",
        "https://demo.myshoprenter.hu@evil.com/",
        "https://demo@myshoprenter.hu/",
        "https://a:b@demo.myshoprenter.hu/",
        "https://@demo.myshoprenter.hu/",
        "https://:@demo.myshoprenter.hu/",
        "https://evil.com\\@demo.myshoprenter.hu/",
        "https://evil.com\\.demo.myshoprenter.hu/",
        "https:\\\\demo.myshoprenter.hu/",
        "https://demo.myshop\trenter.hu/",
        "https://demo.myshoprenter.hu/\r\nLocation: https://evil.com/",
        " https://demo.myshoprenter.hu/",
        "https://demo.myshoprenter.hu/a b",
        "https://demo.myshoprenter.hu/\u{1}",
    ];

    /// Addresses accepted only if signed.
    const ONLY_VOUCHED: [&str; 15] = [
        "https://shop.example/admin/app/42",
        "https://evil.com/demo.myshoprenter.hu",
        "https://evil.com?demo.myshoprenter.hu",
        "https://evil.com#demo.myshoprenter.hu",
        "https://demo.myshoprenter.hu.evil.com/",
        "https://myshoprenter.hu.evil.com/",
        "https://evilmyshoprenter.hu/",
        "https://demo.evilmyshoprenter.hu/",
        "https://demo.myshoprenter.hu./",
        "https://other.myshoprenter.hu/",
        "https://a.demo.myshoprenter.hu/",
        "https://myshoprenter.hu/",
        "https://demo.myshoprenter.hu:8443/",
        "https://xn--dem-sna.myshoprenter.hu/",
        "https://dem\u{43e}.myshoprenter.hu/",
    ];

    #[test]
    fn unacceptable_address_is_replaced_by_own() {
        for address in NEVER {
            assert_eq!(unsigned_target(address), OWN, "{address}");
            assert_eq!(signed_target(address), OWN, "{address}, signed");
        }
    }

    #[test]
    fn foreign_address_is_followed_only_if_signed() {
        for address in ONLY_VOUCHED {
            assert_eq!(unsigned_target(address), OWN, "{address}");
            assert_eq!(signed_target(address), Url::parse(address).unwrap().as_str(), "{address}");
            assert_eq!(target(address, Form::CodeFirst), OWN, "{address}");
        }
        assert_eq!(target("https://shop.example/", Form::Sorted), "https://shop.example/");
    }

    #[test]
    fn shop_hosts_are_followed_even_unsigned() {
        for address in [
            "https://demo.myshoprenter.hu/admin/app/42",
            "https://demo.shoprenter.hu/",
            "https://demo.myshoprenter.hu/?a=1&b=%26#c",
        ] {
            assert_eq!(unsigned_target(address), address);
            assert_eq!(signed_target(address), address);
        }
        assert_eq!(
            unsigned_target("HTTPS://DEMO.MyShopRenter.hu/X"),
            "https://demo.myshoprenter.hu/X"
        );
        assert_eq!(
            unsigned_target("https://demo.myshoprenter.hu:443/"),
            "https://demo.myshoprenter.hu/"
        );
    }

    #[test]
    fn host_equal_only_after_parsing_is_refused() {
        for address in [
            "https://demo%2emyshoprenter.hu/",
            "https://%64emo.myshoprenter.hu/",
            "https://\u{ff44}emo.myshoprenter.hu/",
            "https://demo\u{3002}myshoprenter.hu/",
            "https://de\u{ad}mo.myshoprenter.hu/",
        ] {
            let parsed = Url::parse(address).unwrap();
            assert_eq!(parsed.host_str(), Some("demo.myshoprenter.hu"), "{address}");
            assert_eq!(unsigned_target(address), OWN, "{address}");
        }
    }

    #[test]
    fn missing_or_overlong_address_is_replaced_by_own() {
        let own = Url::parse(OWN).unwrap();
        let none = verified(None, Form::AsReceived);
        assert_eq!(redirect_target(&none, &own, &[]).as_str(), OWN);

        let longest = format!("https://shop.example/{}", "x".repeat(MAX_BYTES - 21));
        assert_eq!(signed_target(&longest), longest);
        assert_eq!(signed_target(&format!("{longest}x")), OWN);
    }

    #[test]
    fn address_below_own_admin_is_followed_without_tls() {
        let own = "http://127.0.0.1:8080/demo/admin/app/42";
        let follows = |app_url: &str| {
            let verified = verified(Some(app_url), Form::ShopnameFirst);
            redirect_target(&verified, &Url::parse(own).unwrap(), &[]).as_str() == app_url
        };
        for good in ["", "/", "/settings?a=1#b", "?a=1"] {
            assert!(follows(&format!("{own}{good}")), "{good}");
        }
        for bad in [
            "http://127.0.0.1:8080/demo/admin/app/421",
            "http://127.0.0.1:8080/demo/admin/app/42/../43",
            "http://127.0.0.1:8080/demo/admin/app/42/%2e%2e/43",
            "http://127.0.0.1:8080/other/admin/app/42",
            "http://127.0.0.1:8081/demo/admin/app/42",
            "https://127.0.0.1:8080/demo/admin/app/42",
            "http://localhost:8080/demo/admin/app/42",
            "http://127.0.0.1:8080@evil.com/demo/admin/app/42",
        ] {
            assert!(!follows(bad), "{bad}");
        }
    }

    #[test]
    fn added_parameters_go_before_the_fragment() {
        let own = Url::parse(OWN).unwrap();
        for (app_url, expected) in [
            ("https://demo.shoprenter.hu/x", "https://demo.shoprenter.hu/x?sr_install=i+1%26"),
            ("https://demo.shoprenter.hu/x?", "https://demo.shoprenter.hu/x?sr_install=i+1%26"),
            (
                "https://demo.shoprenter.hu/x?a=%20#f?g",
                "https://demo.shoprenter.hu/x?a=%20&sr_install=i+1%26#f?g",
            ),
            (
                "https://demo.shoprenter.hu/?sr%5Finstall=evil&a=1",
                "https://demo.shoprenter.hu/?a=1&sr_install=i+1%26",
            ),
            ("https://evil.com/", "https://demo.myshoprenter.hu/admin/app/42?sr_install=i+1%26"),
        ] {
            let verified = verified(Some(app_url), Form::ShopnameFirst);
            assert_eq!(redirect_target(&verified, &own, &ADDED).as_str(), expected);
        }
    }
}
