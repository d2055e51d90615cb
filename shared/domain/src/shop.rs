//! Ids of shops, platforms and stores.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Maximum length of a shop's name in bytes, as for a host name (RFC 1035, section 2.3.4).
const MAX_SHOP: usize = 253;
/// Maximum length of a platform's id in bytes.
const MAX_PLATFORM: usize = 32;

/// A shop's name within its platform: lower case, `[a-z0-9]([a-z0-9._-]*[a-z0-9])?`.
///
/// Each platform restricts valid names further. The name becomes part of keys, paths and host
/// names, so it must not contain their separators.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShopName(String);

/// The text is not a shop name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shop name is 1 to 253 letters, digits and inner hyphens, dots and underscores")]
pub struct InvalidShopName;

impl ShopName {
    /// Parses a name, ignoring case.
    pub fn parse(text: &str) -> Result<Self, InvalidShopName> {
        let bytes = text.as_bytes();
        let inner = |b: &u8| b.is_ascii_alphanumeric() || b"-._".contains(b);
        let outer = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        let is_name = bytes.len() <= MAX_SHOP
            && outer(bytes.first())
            && outer(bytes.last())
            && bytes.iter().all(inner);
        if is_name { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidShopName) }
    }

    /// The name, lower case.
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

/// Id of a shop platform: 1 to 32 lower-case letters, digits and inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlatformId(Cow<'static, str>);

/// The text is not a platform id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a platform id is 1 to 32 lower-case letters, digits and inner hyphens")]
pub struct InvalidPlatformId;

impl PlatformId {
    /// An id known at compile time; not validated.
    pub const fn from_static(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// Parses an id.
    pub fn parse(text: &str) -> Result<Self, InvalidPlatformId> {
        let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let is_id = (1..=MAX_PLATFORM).contains(&text.len())
            && text.bytes().all(is_inner)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if is_id { Ok(Self(Cow::Owned(text.to_owned()))) } else { Err(InvalidPlatformId) }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlatformId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Id of a store across platforms, written `<platform>:<shop>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoreId {
    platform: PlatformId,
    shop: ShopName,
}

/// The text is not a store id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a store id is <platform>:<shop>")]
pub struct InvalidStoreId;

impl StoreId {
    /// The store id of a platform's shop.
    pub fn new(platform: &PlatformId, shop: &ShopName) -> Self {
        Self { platform: platform.clone(), shop: shop.clone() }
    }

    /// The platform.
    pub fn platform(&self) -> &PlatformId {
        &self.platform
    }

    /// The shop's name within its platform.
    pub fn shop(&self) -> &ShopName {
        &self.shop
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform, self.shop)
    }
}

impl FromStr for StoreId {
    type Err = InvalidStoreId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (platform, shop) = text.split_once(':').ok_or(InvalidStoreId)?;
        let platform = PlatformId::parse(platform).map_err(|_| InvalidStoreId)?;
        let shop = ShopName::parse(shop).map_err(|_| InvalidStoreId)?;
        Ok(Self { platform, shop })
    }
}

impl TryFrom<String> for StoreId {
    type Error = InvalidStoreId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<StoreId> for String {
    fn from(id: StoreId) -> Self {
        id.to_string()
    }
}

/// Number of a store's install that a record belongs to: 1 at first, one more at each reinstall.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Generation(pub u64);

impl Generation {
    /// The generation of the next install.
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
    fn separators_of_keys_and_paths_are_refused() {
        for good in ["a", "7", "demo-shop", "shop.example.com", "a_b", "x".repeat(253).as_str()] {
            assert!(ShopName::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(254);
        for bad in ["", "-a", "a-", ".a", "a/b", "a b", "á", "a\n", "a@b", "a:1", "a#b", &long] {
            assert_eq!(ShopName::parse(bad), Err(InvalidShopName), "{bad:?}");
        }
    }

    #[test]
    fn shop_names_ignore_case() {
        assert_eq!(ShopName::parse("DemoShop"), ShopName::parse("demoshop"));
    }

    #[test]
    fn store_id_names_platform_and_shop() {
        let id: StoreId = "platform-1:DemoShop".parse().unwrap();
        assert_eq!(id.to_string(), "platform-1:demoshop");
        assert_eq!((id.platform().as_str(), id.shop().as_str()), ("platform-1", "demoshop"));
        for bad in ["demoshop", ":demoshop", "a:", "A:b", "-a:b", "a:b:c", "a/b:c", ""] {
            assert_eq!(bad.parse::<StoreId>(), Err(InvalidStoreId), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn parsed_store_id_is_read_back(text in "\\PC{0,40}|[a-z-]{0,6}:[A-Za-z0-9._-]{0,20}") {
            if let Ok(id) = text.parse::<StoreId>() {
                prop_assert_eq!(id.to_string().parse(), Ok(id));
            }
        }

        #[test]
        fn parsed_shop_name_has_safe_characters(text in ".{0,80}") {
            if let Ok(name) = ShopName::parse(&text) {
                let is_safe = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
                prop_assert!(name.as_str().bytes().all(is_safe));
            }
        }
    }
}
