//! Settings of the client.

use shopcall_domain::{InvalidShopName, ShopName};

use crate::Addresses;

/// Contracts of ShopRenter's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    /// Current: `client_credentials`, pages from 0, `productExtend`.
    Official,
    /// Older: `authorization_code`, refresh tokens, pages from 1.
    Brief,
}

impl Contract {
    /// Parses `official` or `brief`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "official" => Some(Self::Official),
            "brief" => Some(Self::Brief),
            _ => None,
        }
    }
}

/// Settings of the connection to ShopRenter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Contract of the API.
    pub contract: Contract,
    /// Addresses of the API, the token endpoint and the admin.
    pub addresses: Addresses,
    /// The app's RedirectUri, which the brief's token requests carry.
    pub redirect_uri: Option<String>,
    /// Whether webhooks for abandoned carts are needed too.
    pub abandoned_carts: bool,
}

/// Domains under which every shop has a host for its storefront and its admin.
pub(crate) const SHOP_DOMAINS: [&str; 2] = ["shoprenter.hu", "myshoprenter.hu"];

/// Hosts of a shop under [`SHOP_DOMAINS`].
pub(crate) fn hosts(shop: &ShopName) -> [String; 2] {
    SHOP_DOMAINS.map(|domain| format!("{shop}.{domain}"))
}

/// Parses a shop's name: one DNS label, `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`, ignoring case.
pub fn shop_name(text: &str) -> Result<ShopName, InvalidShopName> {
    let is_label = text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_label { ShopName::parse(text) } else { Err(InvalidShopName) }
}

/// Parses a shop's name, or one of its hosts: `demo`, `demo.shoprenter.hu`, `demo.myshoprenter.hu`.
pub(crate) fn shop_name_or_host(text: &str) -> Result<ShopName, InvalidShopName> {
    let text = text.to_ascii_lowercase();
    let label_before = |domain| text.strip_suffix(domain)?.strip_suffix('.');
    shop_name(SHOP_DOMAINS.into_iter().find_map(label_before).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shop_name_is_one_dns_label() {
        for good in ["a", "7", "demo-shop", "x".repeat(63).as_str(), "xn--rvztr-0na"] {
            assert!(shop_name(good).is_ok(), "{good}");
        }
        let long = "x".repeat(64);
        for bad in ["", "-a", "a-", "a.b", "a_b", "a/b", "a b", "á", "a\n", "a@b", "a:1", &long] {
            assert_eq!(shop_name(bad), Err(InvalidShopName), "{bad:?}");
        }
    }

    #[test]
    fn shop_names_ignore_case() {
        assert_eq!(shop_name("DemoShop"), shop_name("demoshop"));
    }

    proptest! {
        #[test]
        fn parsed_shop_name_is_a_label(text in ".{0,80}|[A-Za-z0-9-]{0,70}") {
            if let Ok(name) = shop_name(&text) {
                let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
                prop_assert!(name.as_str().bytes().all(is_inner));
                prop_assert!((1..=63).contains(&name.as_str().len()));
            }
        }
    }
}
