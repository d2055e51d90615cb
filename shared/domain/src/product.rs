//! Products.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Money;

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
    /// Gross price during a special offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special_price: Option<Money>,
    /// Pieces in stock.
    pub stock: Stock,
    /// Whether the product can be ordered, regardless of stock.
    pub orderable: bool,
    /// Whether the shop shows the product.
    pub status: ProductStatus,
    /// Address of the main image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The path of the product's page within the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The platform's id of the manufacturer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// The platform's ids of the categories.
    pub categories: Vec<String>,
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
}

/// Stock in each of the shop's four warehouses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// Pieces (`stock1` to `stock4`); fractional if the shop sells by weight.
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
