//! What a shop publishes about itself: contact, pages, shipping and payment.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Currency;

/// Bytes of JSON that a shop's information takes at most.
pub const MAX_SHOP_INFO: usize = 256 * 1024;

/// Texts by language code.
pub type Texts = BTreeMap<String, String>;

/// Public information about a shop. A part is None if the app may not read it or the platform has
/// none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopInfo {
    /// Name of the shop's owner, as the shop writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The shop's telephone number, as the shop writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The shop's postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The shop's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Currency of the fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Pages such as contact, opening hours and terms, in the shop's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<Vec<InfoPage>>,
    /// Shipping methods that customers can choose, in the shop's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Vec<ShippingMethod>>,
    /// Payment methods that customers can choose, in the shop's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Vec<PaymentMethod>>,
}

/// A page of text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InfoPage {
    /// Titles.
    pub title: Texts,
    /// Contents without markup.
    pub text: Texts,
}

/// A way in which a shop sends what was ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShippingMethod {
    /// Names.
    pub name: Texts,
    /// Descriptions.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub description: Texts,
    /// Fees, one for each range of the cart's value or weight.
    pub fees: Vec<ShippingFee>,
    /// Gross value of the cart from which shipping is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_from: Option<Decimal>,
}

/// The fee for carts within a range. A bound that is None does not apply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShippingFee {
    /// Lowest gross value of the cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_from: Option<Decimal>,
    /// Highest gross value of the cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_to: Option<Decimal>,
    /// Lowest weight of the cart, in the shop's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_from: Option<Decimal>,
    /// Highest weight of the cart, in the shop's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_to: Option<Decimal>,
    /// The net fee.
    pub net: Decimal,
    /// The fee with tax; None if the tax is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gross: Option<Decimal>,
}

/// A way in which customers can pay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentMethod {
    /// The platform's code, as orders have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Names.
    pub name: Texts,
    /// Descriptions.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub description: Texts,
}

impl ShopInfo {
    /// Drops pages from the end until the JSON has at most [`MAX_SHOP_INFO`] bytes.
    pub fn bounded(mut self) -> Self {
        let is_too_large =
            |info: &Self| serde_json::to_vec(info).is_ok_and(|json| json.len() > MAX_SHOP_INFO);
        while is_too_large(&self) && self.pages.as_mut().and_then(Vec::pop).is_some() {}
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_beyond_the_bound_are_dropped() {
        let page = |text: &str| InfoPage {
            title: Texts::new(),
            text: [("hu".to_owned(), text.to_owned())].into(),
        };
        let long = "a".repeat(MAX_SHOP_INFO / 3);
        let pages = vec![page("first"), page(&long), page(&long), page(&long)];
        let info = ShopInfo { pages: Some(pages.clone()), ..ShopInfo::default() }.bounded();
        assert_eq!(info.pages, Some(pages[..3].to_vec()));
    }
}
