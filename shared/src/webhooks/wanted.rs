//! Which webhooks a shop should have.

use super::address::DeliveryAddresses;
use crate::config::{Config, Contract};
use crate::domain::{Store, WebhookEvent};

/// ShopRenter's names of the fields that are read of a delivery. Its table of names ends before
/// the last of them; those follow from the deliveries that its documentation shows.
const FIELDS: &[&str] = &[
    "order_innerId",
    "order_innerResourceId",
    "order_firstname",
    "order_lastname",
    "order_phone",
    "order_email",
    "order_shippingFirstname",
    "order_shippingLastname",
    "order_shippingCompany",
    "order_shippingAddress1",
    "order_shippingCity",
    "order_shippingPostcode",
    "order_shippingMethodName",
    "order_paymentMethodName",
    "order_totalGross",
    "order_currency",
    "order_language",
    "order_orderCreated",
    "order_orderHistory",
    "order_orderProducts",
];

/// The webhooks that a shop should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What they tell of, one webhook each.
    pub events: Vec<WebhookEvent>,
    /// Where they are delivered to.
    pub addresses: DeliveryAddresses,
    /// The fields of a delivery; none where the contract has no choice of fields.
    pub fields: &'static [&'static str],
}

impl Wanted {
    /// What is wanted by configuration; None without an address that ShopRenter could deliver to.
    pub fn by(config: &Config) -> Option<Self> {
        let addresses = DeliveryAddresses::new(config.backend_url.as_ref()?);
        Some(match config.contract {
            Contract::Official => {
                let mut events = vec![WebhookEvent::OrderConfirm, WebhookEvent::OrderStatusChange];
                events.extend(config.abandoned_carts.then_some(WebhookEvent::AbandonedCart));
                Self { events, addresses, fields: FIELDS }
            }
            Contract::Brief => {
                let events = vec![
                    WebhookEvent::OrderCreate,
                    WebhookEvent::OrderUpdate,
                    WebhookEvent::ProductCreate,
                    WebhookEvent::ProductUpdate,
                    WebhookEvent::ProductDelete,
                    WebhookEvent::CustomerCreate,
                    WebhookEvent::CustomerUpdate,
                ];
                Self { events, addresses, fields: &[] }
            }
        })
    }

    /// What is wanted of a shop that may withhold some of it.
    #[must_use]
    pub fn of(&self, store: &Store) -> Self {
        let is_shared = |event: &WebhookEvent| store.shares(event.resource());
        let events = self.events.iter().copied().filter(is_shared).collect();
        Self { events, ..self.clone() }
    }

    /// The name that our webhooks have in a shop's admin. Another deployment for the same shop is
    /// another app, with a name of its own.
    pub fn label(app_id: &str) -> String {
        format!("ShopCall {app_id}")
    }
}
