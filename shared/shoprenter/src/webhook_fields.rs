//! Names of the fields that deliveries are asked for. ShopRenter documents a closed list of names,
//! some of them for certain events only.

use shopcall_domain::{FieldNames, WebhookEvent};

/// Fields that are read from deliveries of an order whose status has changed.
const STATUS_CHANGE: FieldNames = &[
    "order_innerId",
    "order_innerResourceId",
    "order_outerResourceId",
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
    "order_shippingCountryIsoCode2",
    "order_shippingMethodName",
    "order_paymentCountryIsoCode2",
    "order_paymentMethodName",
    "order_totalGross",
    "order_currency",
    "order_languageCode",
    "orderHistory_status",
    "orderHistory_statusText",
    "orderHistory_dateAdded",
    "orderProduct_name",
    "orderProduct_sku",
    "orderProduct_quantity",
    "orderProduct_grossPrice",
    "orderProduct_currency",
];

/// Fields of [`STATUS_CHANGE`] and the one that exists only for placed orders.
const CONFIRM: FieldNames = &[
    "order_innerId",
    "order_innerResourceId",
    "order_outerResourceId",
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
    "order_shippingCountryIsoCode2",
    "order_shippingMethodName",
    "order_expectedDeliveryDate",
    "order_paymentCountryIsoCode2",
    "order_paymentMethodName",
    "order_totalGross",
    "order_currency",
    "order_languageCode",
    "orderHistory_status",
    "orderHistory_statusText",
    "orderHistory_dateAdded",
    "orderProduct_name",
    "orderProduct_sku",
    "orderProduct_quantity",
    "orderProduct_grossPrice",
    "orderProduct_currency",
];

/// A cart is never stored from a delivery, so only what identifies it is needed.
const CART: FieldNames = &["order_innerId", "order_innerResourceId", "order_outerResourceId"];

/// The fields to request for an event of the official contract.
pub(crate) fn fields_of(event: WebhookEvent) -> FieldNames {
    match event {
        WebhookEvent::OrderConfirm => CONFIRM,
        WebhookEvent::AbandonedCart => CART,
        _ => STATUS_CHANGE,
    }
}

/// The name by which a field of a delivery is requested, if it is: `order_email` for `email` of the
/// order itself.
pub(crate) fn requested_name(group: &str, field: &str) -> Option<&'static str> {
    let is_it = |name: &&&str| {
        name.split_once('_').is_some_and(|(known, rest)| known == group && rest == field)
    };
    CONFIRM.iter().find(is_it).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placed_orders_have_one_more_field() {
        let only_confirm: Vec<_> =
            CONFIRM.iter().filter(|name| !STATUS_CHANGE.contains(name)).collect();
        assert_eq!(only_confirm, [&"order_expectedDeliveryDate"]);
        assert_eq!(CONFIRM.len(), STATUS_CHANGE.len() + 1);
    }

    #[test]
    fn field_of_a_delivery_has_a_requested_name() {
        assert_eq!(requested_name("order", "email"), Some("order_email"));
        assert_eq!(requested_name("orderProduct", "sku"), Some("orderProduct_sku"));
        assert_eq!(requested_name("order", "sku"), None);
        assert_eq!(requested_name("order", "total"), None);
    }

    #[test]
    fn undocumented_names_are_not_requested() {
        for name in
            ["order_language", "order_orderCreated", "order_orderHistory", "order_orderProducts"]
        {
            assert!(!CONFIRM.contains(&name) && !STATUS_CHANGE.contains(&name), "{name}");
        }
    }
}
