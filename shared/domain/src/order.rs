//! Orders and abandoned carts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Address, Email, HistoryEntry, Money, PersonName, Phone};

/// One order of a shop, or an abandoned cart.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The platform's id: opaque, never computed or decoded.
    pub id: String,
    /// The order number that merchants and customers see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_id: Option<String>,
    /// The order's status; None for an abandoned cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// The total to be paid, gross, in the order's currency; None if it is known in another only.
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
    /// The company that buys, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The buyer's telephone number; the first of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The buyer's further telephone numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_phones: Vec<Phone>,
    /// Extensions to dial, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<Phone, String>,
    /// The buyer's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The shipping address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Address>,
    /// The shipping method, as named by the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_method: Option<String>,
    /// The platform's code of the pick-up point. Its name and address are part of the shipping
    /// method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup_point: Option<String>,
    /// The payment method, as named by the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<String>,
    /// The platform's code of the payment method (`cod`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_code: Option<String>,
    /// When the payment method has the buyer pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_time: Option<PaymentTime>,
    /// The code of the coupon used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// What the total is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<OrderTotal>,
    /// The invoice's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<String>,
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

    /// The buyer's telephone numbers.
    pub fn phones(&self) -> impl Iterator<Item = &Phone> {
        self.phone.iter().chain(&self.other_phones)
    }

    /// What the buyer has yet to pay when the goods arrive: the total if the payment method has the
    /// buyer pay then, otherwise nothing. None if that is unknown, or the order was cancelled or is
    /// a cart.
    pub fn due_on_delivery(&self) -> Option<Money> {
        let total =
            self.total_gross.filter(|_| !self.is_cancelled() && !self.is_abandoned_cart())?;
        match self.payment_time? {
            PaymentTime::OnDelivery => Some(total),
            PaymentTime::BeforeDelivery => Some(Money { amount: Decimal::ZERO, ..total }),
        }
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

/// When a payment method has the buyer pay. Whether a buyer who pays in advance has paid, no field
/// says; the status often does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentTime {
    /// In advance.
    BeforeDelivery,
    /// When the goods arrive, or later.
    OnDelivery,
}

/// A part of an order's total.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTotal {
    /// What it is for.
    pub kind: TotalKind,
    /// The platform's key, where it tells apart totals of one kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it is for, as named by the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The amount in the order's currency, negative for a discount; None if it is known in another
    /// only, or is no money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The amount as the shop writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What a part of an order's total is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotalKind {
    /// The goods, gross.
    Goods,
    /// Shipping.
    Shipping,
    /// A fee for the payment method.
    Fee,
    /// A coupon's discount.
    Coupon,
    /// A discount paid with loyalty points.
    PointsUsed,
    /// Loyalty points that the order earns.
    PointsEarned,
    /// Anything else, such as a discount on the cart.
    Other,
}

impl fmt::Debug for OrderTotal {
    /// Leaves out amounts and names: some name a pick-up point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderTotal").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// One line of an order, with the product's name and price at the time of the order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product's name.
    pub name: String,
    /// The article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Pieces from all warehouses; fractional if the shop sells by weight. None if unknown, as in
    /// abandoned carts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn order(payment_time: Option<PaymentTime>, is_cancelled: bool) -> Order {
        let total = Money { amount: Decimal::TEN, currency: Currency::parse("EUR").unwrap() };
        let status = OrderStatus { id: None, names: BTreeMap::new(), is_cancelled };
        Order { status: Some(status), total_gross: Some(total), payment_time, ..Order::default() }
    }

    #[test]
    fn due_on_delivery_depends_on_payment_time() {
        let due = |order: Order| order.due_on_delivery().map(|due| due.amount);
        assert_eq!(due(order(Some(PaymentTime::OnDelivery), false)), Some(Decimal::TEN));
        assert_eq!(due(order(Some(PaymentTime::BeforeDelivery), false)), Some(Decimal::ZERO));
        assert_eq!(due(order(Some(PaymentTime::OnDelivery), true)), None);
        assert_eq!(due(order(None, false)), None);
        let cart = Order { status: None, ..order(Some(PaymentTime::OnDelivery), false) };
        assert_eq!(due(cart), None);
    }

    #[test]
    fn row_of_an_older_version_is_read() {
        let row = r#"{"id":"TzE=","phone":"+36201234567",
            "lines":[{"name":"Bögre","quantity":"3"}],"buyer":{"family":"Őri"}}"#;
        let order: Order = serde_json::from_str(row).unwrap();
        assert_eq!(order.phones().count(), 1);
        assert_eq!(order.lines[0].quantity, Some(Decimal::from(3)));
        assert!(order.totals.is_empty() && order.expected_delivery.is_none());
    }
}
