//! Names of the fields that a webhook can ask for, as documented.

use serde::{Deserialize, Serialize};

/// What happens to requested field names that are not documented for the event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFields {
    /// The webhook is registered without them.
    #[default]
    Dropped,
    /// They are listed, and never sent.
    Kept,
    /// The registration is refused with 400.
    Refused,
}

const ALL_EVENTS: &str = "
    order_storeName order_innerId order_innerResourceId order_outerResourceId order_firstname
    order_lastname order_phone order_fax order_email order_email_hash order_cart_token
    order_shippingFirstname order_shippingLastname order_shippingCompany order_shippingAddress1
    order_shippingAddress2 order_shippingCity order_shippingCountryName order_shippingZoneName
    order_shippingPostcode order_paymentFirstname order_paymentLastname order_paymentCompany
    order_paymentAddress1 order_paymentAddress2 order_paymentCity order_paymentCountryName
    order_paymentZoneName order_paymentPostcode order_paymentTaxnumber order_shippingMethodName
    order_shippingNetPrice order_shippingGrossPrice order_paymentMethodName order_paymentNetPrice
    order_paymentGrossPrice order_couponCode order_couponGrossPrice order_languageId
    order_languageCode order_comment order_total order_totalGross order_taxPrice order_currency
    order_reloadLink order_loyaltyPoints order_loyaltyPointsUsed orderHistory_status
    orderHistory_statusText orderHistory_comment orderHistory_dateAdded orderProduct_innerId
    orderProduct_innerResourceId orderProduct_outerResourceId orderProduct_name orderProduct_sku
    orderProduct_price orderProduct_currency orderProduct_taxRate orderProduct_quantity
    orderProduct_image orderProduct_category orderProduct_volume orderProduct_weight
    orderProductOption_name orderProductOption_valueName orderProductOption_price
    orderProductOption_prefix";

const NOT_CARTS: &str = "
    order_shippingAdditionalCostNet order_shippingAdditionalCostGross order_shippingInnerResourceId
    order_shippingCountryIsoCode2 order_shippingCountryIsoCode3 order_paymentCountryIsoCode2
    order_paymentCountryIsoCode3 order_cartAmountDiscount orderProduct_durableMediaDevice
    orderProduct_grossPrice orderProduct_gtin orderProduct_model";

const ONLY_CONFIRM: &str = "
    order_expectedDeliveryDate order_shippingMethodCode order_paymentMethodCode order_customerId
    order_shippingId order_shippingCountryId order_paymentCountryId orderCreditCard_date
    orderCreditCard_transactionId orderCreditCard_licenceNumber orderCreditCard_bankAnswerCode
    orderCreditCard_bankAnswer orderProduct_productId orderProductExtra orderProductAddon";

const ONLY_STATUS_CHANGE: &str = "order_newsletterChecked";

/// Whether a field exists for an event.
pub(crate) fn is_documented(event: &str, name: &str) -> bool {
    let has = |names: &str| names.split_whitespace().any(|known| known == name);
    has(ALL_EVENTS)
        || match event {
            "order_confirm" => has(NOT_CARTS) || has(ONLY_CONFIRM),
            "order_status_change" => has(NOT_CARTS) || has(ONLY_STATUS_CHANGE),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_fields_exist_for_certain_events_only() {
        let events = ["order_confirm", "order_status_change", "abandoned_cart"];
        let of = |name| events.map(|event| is_documented(event, name));
        assert_eq!(of("order_languageCode"), [true, true, true]);
        assert_eq!(of("orderProduct_grossPrice"), [true, true, false]);
        assert_eq!(of("order_expectedDeliveryDate"), [true, false, false]);
        assert_eq!(of("order_newsletterChecked"), [false, true, false]);
        assert_eq!(of("order_language"), [false; 3]);
        assert_eq!(of("order_orderProducts"), [false; 3]);
    }
}
