//! Fields read, under their API names. All others are skipped.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::scalar::Scalar;
use super::super::shape::{OneOrMany, Ref};

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireOrder<'a> {
    pub(super) id: Scalar<'a>,
    pub(super) inner_id: Scalar<'a>,
    pub(super) firstname: Scalar<'a>,
    pub(super) lastname: Scalar<'a>,
    pub(super) phone: Scalar<'a>,
    pub(super) email: Scalar<'a>,
    pub(super) shipping_firstname: Scalar<'a>,
    pub(super) shipping_lastname: Scalar<'a>,
    pub(super) shipping_company: Scalar<'a>,
    pub(super) shipping_address1: Scalar<'a>,
    pub(super) shipping_city: Scalar<'a>,
    pub(super) shipping_postcode: Scalar<'a>,
    pub(super) shipping_method_name: Scalar<'a>,
    pub(super) payment_method_name: Scalar<'a>,
    /// Gross here, net in a webhook.
    pub(super) total: Scalar<'a>,
    /// Exchange rate from the shop's own currency.
    pub(super) value: Scalar<'a>,
    pub(super) date_created: Scalar<'a>,
    pub(super) date_updated: Scalar<'a>,
    pub(super) customer: Ref<'a>,
    /// A link even here; absent for an abandoned cart.
    #[serde(borrow)]
    pub(super) order_status: Option<&'a RawValue>,
    pub(super) currency: OneOrMany<WireCurrency<'a>>,
    pub(super) order_products: OneOrMany<WireLine<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireCurrency<'a> {
    pub(super) code: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireLine<'a> {
    pub(super) name: Scalar<'a>,
    pub(super) sku: Scalar<'a>,
    pub(super) stock1: Scalar<'a>,
    pub(super) stock2: Scalar<'a>,
    pub(super) stock3: Scalar<'a>,
    pub(super) stock4: Scalar<'a>,
    /// Net, in the shop's own currency.
    pub(super) total: Scalar<'a>,
    /// Gross, in the order's currency (since August 2025).
    pub(super) gross_price_currency: Scalar<'a>,
}
