//! Products.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Money, SpecialPrice};

/// One product of a shop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// The platform's id: opaque, never computed or decoded.
    pub id: String,
    /// The shop's product number; None if the API has only one id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_id: Option<String>,
    /// The article number used by merchants and customers; some shops leave it empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Names and descriptions by language code (`hu`, `en`, …).
    pub texts: BTreeMap<String, ProductText>,
    /// Gross price for the default customer group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// Special prices that apply or will apply, the one that goes first in front: the first that
    /// applies at the time of reading is the one to tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special_prices: Vec<SpecialPrice>,
    /// Pieces in stock; None if they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<Stock>,
    /// Whether the product can be ordered, regardless of stock.
    pub orderable: bool,
    /// Whether the shop shows the product.
    pub status: ProductStatus,
    /// The shop's words for the availability at the present stock, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub availability: BTreeMap<String, String>,
    /// The smallest number of pieces that can be ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_minimum: Option<Decimal>,
    /// The number of pieces of which only multiples can be ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_multiple: Option<Decimal>,
    /// Address of the main image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Address of the product's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The platform's id of the manufacturer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// The manufacturer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer_name: Option<String>,
    /// The platform's ids of the categories.
    pub categories: Vec<String>,
    /// Names of the categories by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub category_names: BTreeMap<String, Vec<String>>,
    /// The platform's id of the product of which this is a variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What sets the product apart from its other variants, and more: size, colour, material.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// When the shop created the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the shop last changed the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

/// A product's texts in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductText {
    /// The product's name.
    pub name: String,
    /// One or two sentences, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_description: Option<String>,
    /// The long description, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the product is sold by, such as `db` or `m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Address of the product's page in this language, if it is another than the product's `link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A property of a product, as the shop defines it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// The shop's internal name.
    pub name: String,
    /// Names for people by language; empty if the app may not read them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Values by language; of a number, those with a unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The value, if it is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Decimal>,
}

impl Product {
    /// The special price to tell at a moment.
    pub fn special_price_at(&self, moment: Timestamp) -> Option<Money> {
        let mut specials = self.special_prices.iter();
        specials.find(|special| special.applies_at(moment)).map(|special| special.price)
    }
}

/// Stock in each of the shop's four warehouses. A warehouse that the shop does not count has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// Pieces (`stock1` to `stock4`), never negative; fractional if the shop sells by weight.
    pub warehouses: [Decimal; 4],
}

impl Stock {
    /// The sum over all warehouses; saturates.
    pub fn total(&self) -> Decimal {
        self.warehouses.iter().fold(Decimal::ZERO, |sum, pieces| sum.saturating_add(*pieces))
    }
}

/// Whether a shop sells a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// Hidden (`0`).
    Off,
    /// For sale (`1`).
    On,
    /// No longer sold (`2`).
    Discontinued,
}
