//! Records of a shop: generated on demand from the seed, with an overlay of later changes.

mod address;
pub(crate) mod attribute;
mod calendar;
mod customer;
mod filter;
mod offer;
mod order;
mod phone;
mod phrases;
mod product;
mod recipe;
mod stock;
mod stocks;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use address::Address;
pub use attribute::AttributeValue;
pub use customer::Customer;
pub use offer::Offer;
pub use order::{Line, Note, Order};
pub use product::{Product, Texts};

pub(crate) use filter::{Edge, Filter, Window};
pub(crate) use recipe::Recipe;
pub(crate) use stocks::Catalogue;

/// Kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Products.
    Products,
    /// Orders and abandoned carts.
    Orders,
    /// Registered customers.
    Customers,
}

impl Kind {
    const fn first_inner_id(self) -> u32 {
        match self {
            Self::Products => 1_000,
            Self::Orders => 5_000,
            Self::Customers => 2_000,
        }
    }

    const fn id_prefix(self) -> &'static str {
        match self {
            Self::Products => "product-product_id=",
            Self::Orders => "order-order_id=",
            Self::Customers => "customer-customer_id=",
        }
    }

    pub(crate) const fn salt(self) -> u64 {
        match self {
            Self::Products => 1,
            Self::Orders => 2,
            Self::Customers => 3,
        }
    }

    pub(crate) const fn inner_id(self, index: u32) -> u32 {
        self.first_inner_id().saturating_add(index)
    }

    pub(crate) fn id(self, inner_id: u32) -> String {
        BASE64_STANDARD.encode(format!("{}{inner_id}", self.id_prefix()))
    }

    /// Index of an opaque id of this kind.
    pub(crate) fn index_of(self, id: &str) -> Option<u32> {
        let text = String::from_utf8(BASE64_STANDARD.decode(id).ok()?).ok()?;
        let inner_id: u32 = text.strip_prefix(self.id_prefix())?.parse().ok()?;
        inner_id.checked_sub(self.first_inner_id())
    }

    /// Collection with complete records.
    pub(crate) const fn extended(self) -> &'static str {
        match self {
            Self::Products => "productExtend",
            Self::Orders => "orderExtend",
            Self::Customers => "customerExtend",
        }
    }

    /// Collection with the records' own fields only, which is also the kind's name in control
    /// calls.
    pub(crate) const fn plain(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Orders => "orders",
            Self::Customers => "customers",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = crate::ControlError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Products, Self::Orders, Self::Customers]
            .into_iter()
            .find(|kind| kind.plain() == name)
            .ok_or_else(|| crate::ControlError::invalid(format!("no kind of record named {name}")))
    }
}

/// Corruption of a record. Only the first and the last make it undecodable as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Poison {
    /// Neither `id` nor `href`.
    #[default]
    NoId,
    /// The list of descriptions, lines or addresses is a string.
    WrongType,
    /// The price, total or `innerId` is `abc`.
    BadNumber,
    /// The record is a string.
    NotAnObject,
}

/// Common interface of products, orders and customers.
pub(crate) trait Record:
    Clone + Send + Sync + Serialize + DeserializeOwned + 'static
{
    const KIND: Kind;

    fn generate(recipe: &Recipe, index: u32) -> Self;
    fn index(&self) -> u32;
    fn stamp(&mut self, created: Option<Timestamp>, updated: Timestamp);
    fn dates(&self) -> (Option<Timestamp>, Option<Timestamp>);

    /// Makes a record consistent after a merge patch, or returns why the patch is invalid.
    fn settle(&mut self, patch: &Value) -> Result<(), &'static str>;

    /// E-mail address alone, which is cheaper than generating the whole record.
    fn email(recipe: &Recipe, index: u32) -> Option<String>;

    /// Id that the shop has given the record.
    fn outer_id(&self) -> Option<&str> {
        None
    }

    /// Outer id of a generated record, without generating the rest.
    fn generated_outer_id(_recipe: &Recipe, _index: u32) -> Option<String> {
        None
    }

    /// Index of the record that may have this generated outer id.
    fn index_of_outer_id(_id: &str) -> Option<u32> {
        None
    }

    /// Formats the record like the API's `…Extend` resource.
    fn wire(&self, recipe: &Recipe) -> Value;

    /// Formats the record in the product brief's dialect.
    fn brief(&self, recipe: &Recipe) -> Value;

    fn normalized(&self, _recipe: &Recipe) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_id_resolves_only_within_its_kind() {
        for kind in [Kind::Products, Kind::Orders, Kind::Customers] {
            assert_eq!(kind.index_of(&kind.id(kind.inner_id(77))), Some(77));
        }
        assert_eq!(Kind::Orders.index_of(&Kind::Products.id(1077)), None);
        assert_eq!(Kind::Orders.index_of("not base64!"), None);
    }
}
