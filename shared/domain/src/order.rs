//! An order as the assistant needs it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Address, Email, Money, PersonName, Phone};

/// One order of a shop, or a cart that its owner left.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The platform's opaque id; never computed, never decoded.
    pub id: String,
    /// The order number that merchants and customers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_id: Option<String>,
    /// How far it is; none for a cart that was never ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// What is to be paid in all, gross.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_gross: Option<Money>,
    /// What was ordered. Where it is more than a row can hold, the first lines.
    pub lines: Vec<OrderLine>,
    /// The platform's id of the customer; None where a guest ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Who ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<PersonName>,
    /// The buyer's number, where what was typed is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The buyer's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Address>,
    /// How it goes there, in the shop's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_method: Option<String>,
    /// How it is paid, in the shop's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<String>,
    /// When the shop created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the shop last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Whether it is what a webhook told, which nobody signed, and is still to be read back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

impl Order {
    /// Whether it is a cart that was filled and never ordered: the API gives it no status.
    pub fn is_abandoned_cart(&self) -> bool {
        self.status.is_none()
    }

    /// Whether it was ordered and then cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.is_cancelled)
    }
}

impl fmt::Debug for Order {
    /// Says nothing of who ordered what for how much.
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

/// One of the statuses that a shop has made up for its orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStatus {
    /// The platform's opaque id of the status; None where only its name is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its names by language code (`hu`, `en`, …); none where the shop doesn't let them be read.
    pub names: BTreeMap<String, String>,
    /// Whether it is that of a cancelled order; no where that can't be told.
    pub is_cancelled: bool,
}

/// One product of an order, as it was called and priced then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product's name.
    pub name: String,
    /// The article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Pieces from all warehouses together, or parts of them where a shop sells by weight.
    pub quantity: Decimal,
    /// What one piece cost, gross; older orders don't tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price_gross: Option<Money>,
    /// The whole line, net; none where the API tells it in another currency than the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_net: Option<Money>,
}

impl fmt::Debug for OrderLine {
    /// What somebody bought is theirs to tell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderLine([redacted])")
    }
}
