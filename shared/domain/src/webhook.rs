//! Webhook events.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Resource;

/// An event that a platform sends webhooks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WebhookEvent {
    /// An order was placed.
    #[serde(rename = "order_confirm")]
    OrderConfirm,
    /// An order's status has changed.
    #[serde(rename = "order_status_change")]
    OrderStatusChange,
    /// A cart was abandoned.
    #[serde(rename = "abandoned_cart")]
    AbandonedCart,
    /// An order was placed (newer name).
    #[serde(rename = "order/create")]
    OrderCreate,
    /// An order has changed (newer name).
    #[serde(rename = "order/update")]
    OrderUpdate,
    /// A product was created.
    #[serde(rename = "product/create")]
    ProductCreate,
    /// A product has changed.
    #[serde(rename = "product/update")]
    ProductUpdate,
    /// A product was deleted.
    #[serde(rename = "product/delete")]
    ProductDelete,
    /// A customer was created.
    #[serde(rename = "customer/create")]
    CustomerCreate,
    /// A customer has changed.
    #[serde(rename = "customer/update")]
    CustomerUpdate,
}

impl WebhookEvent {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::OrderConfirm,
        Self::OrderStatusChange,
        Self::AbandonedCart,
        Self::OrderCreate,
        Self::OrderUpdate,
        Self::ProductCreate,
        Self::ProductUpdate,
        Self::ProductDelete,
        Self::CustomerCreate,
        Self::CustomerUpdate,
    ];

    /// The name used in rows and for registration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderConfirm => "order_confirm",
            Self::OrderStatusChange => "order_status_change",
            Self::AbandonedCart => "abandoned_cart",
            Self::OrderCreate => "order/create",
            Self::OrderUpdate => "order/update",
            Self::ProductCreate => "product/create",
            Self::ProductUpdate => "product/update",
            Self::ProductDelete => "product/delete",
            Self::CustomerCreate => "customer/create",
            Self::CustomerUpdate => "customer/update",
        }
    }

    /// The kind of record that the event concerns.
    pub fn resource(self) -> Resource {
        match self {
            Self::OrderConfirm
            | Self::OrderStatusChange
            | Self::AbandonedCart
            | Self::OrderCreate
            | Self::OrderUpdate => Resource::Orders,
            Self::ProductCreate | Self::ProductUpdate | Self::ProductDelete => Resource::Products,
            Self::CustomerCreate | Self::CustomerUpdate => Resource::Customers,
        }
    }
}

impl fmt::Display for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_is_stored_by_its_name() {
        for event in WebhookEvent::ALL {
            let stored = serde_json::to_value(event).unwrap();
            assert_eq!(stored, event.as_str());
            assert_eq!(serde_json::from_value::<WebhookEvent>(stored).unwrap(), event);
        }
    }
}
