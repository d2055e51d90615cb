//! Shops and the names they go by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where every shop has a host of its own, whatever its primary domain: its front, and its admin.
pub const SHOP_DOMAINS: [&str; 2] = ["shoprenter.hu", "myshoprenter.hu"];

/// A shop's name: one DNS label, lower case, as in `{shop}.myshoprenter.hu`.
///
/// It becomes part of host names, so nothing that is not a label can be one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShopName(String);

/// The text is not one DNS label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shop name is 1 to 63 letters, digits and inner hyphens")]
pub struct InvalidShopName;

impl ShopName {
    /// Parses one DNS label, compared without case: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`.
    pub fn parse(text: &str) -> Result<Self, InvalidShopName> {
        let bytes = text.as_bytes();
        let inner = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        let outer = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        let is_label = bytes.len() <= 63
            && outer(bytes.first())
            && outer(bytes.last())
            && bytes.iter().all(inner);
        if is_label { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidShopName) }
    }

    /// Its hosts below [`SHOP_DOMAINS`].
    pub fn hosts(&self) -> [String; 2] {
        SHOP_DOMAINS.map(|domain| format!("{self}.{domain}"))
    }

    /// The label, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShopName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ShopName {
    type Err = InvalidShopName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ShopName {
    type Error = InvalidShopName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ShopName> for String {
    fn from(name: ShopName) -> Self {
        name.0
    }
}

/// Names a store across platforms: `shoprenter:<shop>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoreId(ShopName);

const PLATFORM_PREFIX: &str = "shoprenter:";

impl StoreId {
    /// The store of a ShopRenter shop.
    pub fn of(shop: &ShopName) -> Self {
        Self(shop.clone())
    }

    /// The shop's name within its platform.
    pub fn shop(&self) -> &ShopName {
        &self.0
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PLATFORM_PREFIX}{}", self.0)
    }
}

impl FromStr for StoreId {
    type Err = InvalidShopName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shop = text.strip_prefix(PLATFORM_PREFIX).ok_or(InvalidShopName)?;
        ShopName::parse(shop).map(Self)
    }
}

impl TryFrom<String> for StoreId {
    type Error = InvalidShopName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<StoreId> for String {
    fn from(id: StoreId) -> Self {
        id.to_string()
    }
}

/// Which install of a store a record belongs to: 1 at the first, one more at each reinstall.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Generation(pub u64);

impl Generation {
    /// The generation that the next install gets.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shop_name_is_one_dns_label() {
        for good in ["a", "7", "demo-shop", "x".repeat(63).as_str(), "xn--rvztr-0na"] {
            assert!(ShopName::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(64);
        for bad in ["", "-a", "a-", "a.b", "a/b", "a b", "á", "a\n", "a@b", "a:1", long.as_str()] {
            assert_eq!(ShopName::parse(bad), Err(InvalidShopName), "{bad:?}");
        }
    }

    #[test]
    fn a_shop_name_is_compared_without_case() {
        assert_eq!(ShopName::parse("DemoShop"), ShopName::parse("demoshop"));
    }

    #[test]
    fn a_store_id_names_its_platform() {
        let id: StoreId = "shoprenter:DemoShop".parse().unwrap();
        assert_eq!(id.to_string(), "shoprenter:demoshop");
        assert!("demoshop".parse::<StoreId>().is_err());
        assert!("unas:demoshop".parse::<StoreId>().is_err());
    }

    proptest! {
        #[test]
        fn whatever_parses_is_a_label(text in ".{0,80}") {
            if let Ok(name) = ShopName::parse(&text) {
                prop_assert!(name.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                prop_assert!((1..=63).contains(&name.as_str().len()));
            }
        }
    }
}
