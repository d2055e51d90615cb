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
    pub(super) payment_company: Scalar<'a>,
    /// Records with `isoCode2`.
    #[serde(borrow)]
    pub(super) payment_country: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) shipping_country: Option<&'a RawValue>,
    pub(super) email: Scalar<'a>,
    pub(super) shipping_firstname: Scalar<'a>,
    pub(super) shipping_lastname: Scalar<'a>,
    pub(super) shipping_company: Scalar<'a>,
    pub(super) shipping_address1: Scalar<'a>,
    pub(super) shipping_address2: Scalar<'a>,
    pub(super) shipping_city: Scalar<'a>,
    pub(super) shipping_postcode: Scalar<'a>,
    pub(super) shipping_method_name: Scalar<'a>,
    pub(super) shipping_method_extension: Scalar<'a>,
    pub(super) shipping_receiving_point_id: Scalar<'a>,
    pub(super) pick_pack_pont_shop_code: Scalar<'a>,
    pub(super) payment_method_name: Scalar<'a>,
    pub(super) payment_method_code: Scalar<'a>,
    /// Whether the buyer pays when the goods arrive, or later.
    pub(super) payment_method_after: Scalar<'a>,
    pub(super) invoice_id: Scalar<'a>,
    pub(super) invoice_prefix: Scalar<'a>,
    pub(super) coupon: OneOrMany<WireCoupon<'a>>,
    pub(super) order_totals: OneOrMany<WireTotal<'a>>,
    /// Gross here, net in a webhook. In the shop's currency.
    pub(super) total: Scalar<'a>,
    /// Not documented; named like the fields in the order's currency.
    pub(super) total_currency: Scalar<'a>,
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
    #[serde(rename = "decimalPlace")]
    pub(super) decimal_place: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireCoupon<'a> {
    pub(super) code: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireTotal<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Scalar<'a>,
    pub(super) key: Scalar<'a>,
    pub(super) name: Scalar<'a>,
    /// In the shop's currency.
    pub(super) value: Scalar<'a>,
    /// In the order's currency, as the shop shows it.
    pub(super) value_text: Scalar<'a>,
}

impl WireTotal<'_> {
    /// Whether the total is of that type.
    pub(super) fn is_of(&self, kind: &str) -> bool {
        self.kind.text() == Some(kind)
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireLine<'a> {
    id: Scalar<'a>,
    href: Scalar<'a>,
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

impl WireLine<'_> {
    /// Whether this is a line rather than a link to a collection of lines.
    pub(super) fn is_record(&self) -> bool {
        let own = [&self.id, &self.name, &self.sku, &self.total, &self.gross_price_currency];
        let stocks = [&self.stock1, &self.stock2, &self.stock3, &self.stock4];
        let is_there = |value: &&Scalar<'_>| !matches!(value, Scalar::Empty);
        self.href.text().is_none() || own.iter().chain(&stocks).any(is_there)
    }
}
