//! Orders and abandoned carts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Address, Email, HistoryEntry, Money, PersonName, Phone};

/// One order of a shop, or an abandoned cart.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The platform's id: opaque, never computed or decoded.
    pub id: String,
    /// The order number that merchants and customers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_id: Option<String>,
    /// The order's status; None for an abandoned cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// The total to be paid, gross.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_gross: Option<Money>,
    /// The order lines; only the first ones if a row cannot hold all.
    pub lines: Vec<OrderLine>,
    /// The platform's id of the customer; None for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// The buyer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<PersonName>,
    /// The buyer's telephone number, if it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The buyer's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Address>,
    /// The shipping method, as named by the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_method: Option<String>,
    /// The payment method, as named by the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<String>,
    /// The day of delivery that the shop promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_delivery: Option<Date>,
    /// When the shop created the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the shop last changed the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// The newest entries of the order's history, newest first; None if it was not read. It is
    /// read separately, and stored with the row but not in its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<HistoryEntry>>,
    /// Whether the order comes from an unsigned webhook and is still to be read back from the API.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

impl Order {
    /// Whether the order is an abandoned cart: the API gives those no status.
    pub fn is_abandoned_cart(&self) -> bool {
        self.status.is_none()
    }

    /// Whether the order was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.is_cancelled)
    }
}

impl fmt::Debug for Order {
    /// Leaves out personal data, lines and amounts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order")
            .field("id", &self.id)
            .field("inner_id", &self.inner_id)
            .field("status", &self.status)
            .field("lines", &self.lines.len())
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("provisional", &self.provisional)
            .finish_non_exhaustive()
    }
}

/// An order status, as defined by the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStatus {
    /// The platform's opaque id of the status; None if only the name is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Names by language code (`hu`, `en`, …); empty if the app may not read them.
    pub names: BTreeMap<String, String>,
    /// Whether the status means cancelled; false if unknown.
    pub is_cancelled: bool,
}

/// One line of an order, with the product's name and price at the time of the order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product's name.
    pub name: String,
    /// The article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Pieces from all warehouses; fractional if the shop sells by weight.
    pub quantity: Decimal,
    /// The gross price of one piece; missing in older orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price_gross: Option<Money>,
    /// The net total of the line; None if the API returns it in a currency other than the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_net: Option<Money>,
}

impl fmt::Debug for OrderLine {
    /// Leaves out everything: purchases are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderLine([redacted])")
    }
}
