//! Shipping methods and their fees.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use shopcall_domain::{ShippingFee, ShippingMethod};

use super::super::language::Languages;
use super::super::scalar::Scalar;
use super::super::shape::{OneOrMany, Ref};
use super::{MAX_DESCRIPTION, MAX_ENTRIES, WireText, is_on, position, texts};

/// Bounds of a cart from here on mean that there is none: the documentation's own sample has
/// 99999999999.9999.
const NO_BOUND: i64 = 999_999_999;

/// Tax rates in per cent, by the id of their class.
#[derive(Debug, Default)]
pub(crate) struct TaxRates(BTreeMap<String, Decimal>);

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireClass<'a> {
    tax_rates: OneOrMany<WireRate<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireRate<'a> {
    rate: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireMode<'a> {
    sort_order: Scalar<'a>,
    enabled: Scalar<'a>,
    cost_calculation_by: Scalar<'a>,
    free_shipping_from: Scalar<'a>,
    tax_class: Ref<'a>,
    shipping_mode_descriptions: OneOrMany<WireText<'a>>,
    shipping_lanes: OneOrMany<WireLane<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireLane<'a> {
    cart_minimum_gross: Scalar<'a>,
    cart_maximum_gross: Scalar<'a>,
    cost_net: Scalar<'a>,
    weight_minimum: Scalar<'a>,
    weight_maximum: Scalar<'a>,
}

impl TaxRates {
    /// Adds a page of `/taxClassExtend`. A class with several rates, which depend on the customer's
    /// region, has none here.
    pub(crate) fn add(&mut self, items: &[&RawValue]) {
        for item in items {
            let class: WireClass<'_> = serde_json::from_str(item.get()).unwrap_or_default();
            let reference = Ref::read(item.get());
            if let (Some(id), [only]) = (reference.id(), class.tax_rates.entries())
                && let Some(rate) = number(&only.rate)
            {
                self.0.insert(id.to_owned(), rate);
            }
        }
    }

    /// A net amount with the tax of a class. Without a class there is no tax.
    fn gross(&self, net: Decimal, class: Option<&str>) -> Option<Decimal> {
        let Some(class) = class else { return Some(net) };
        let factor = Decimal::ONE.checked_add(self.0.get(class)?.checked_div(100.into())?)?;
        Some(net.checked_mul(factor)?.round_dp(2).normalize())
    }
}

/// Decodes the enabled shipping methods of `/shippingModeExtend`, each with its position.
pub(crate) fn decode_shipping(
    items: &[&RawValue],
    languages: &Languages,
    rates: &TaxRates,
) -> Vec<(i64, ShippingMethod)> {
    let decode = |item: &&RawValue| {
        let wire: WireMode<'_> = serde_json::from_str(item.get()).ok()?;
        let by = wire.cost_calculation_by.text();
        let (by_price, by_weight) = (by != Some("WEIGHT"), by.is_some_and(|by| by != "PRICE"));
        let class = wire.tax_class.id();
        let lanes = wire.shipping_lanes.entries().iter().take(MAX_ENTRIES);
        let fees =
            lanes.filter_map(|lane| fee(lane, (by_price, by_weight), class, rates)).collect();
        let at = position(&wire.sort_order);
        let free_from =
            number(&wire.free_shipping_from).filter(|from| !by_price && !from.is_zero());
        let is_enabled = is_on(&wire.enabled);
        let (name, description) =
            texts(&wire.shipping_mode_descriptions, MAX_DESCRIPTION, languages);
        let method = ShippingMethod { name, description, fees, free_from };
        (is_enabled && !method.name.is_empty()).then_some((at, method))
    };
    items.iter().filter_map(decode).collect()
}

fn fee(
    lane: &WireLane<'_>,
    (by_price, by_weight): (bool, bool),
    class: Option<&str>,
    rates: &TaxRates,
) -> Option<ShippingFee> {
    let bound = |value: &Scalar<'_>, applies: bool| {
        let bound = number(value).filter(|bound| *bound < NO_BOUND.into() && !bound.is_zero());
        bound.filter(|_| applies)
    };
    let net = number(&lane.cost_net)?;
    Some(ShippingFee {
        cart_from: bound(&lane.cart_minimum_gross, by_price),
        cart_to: bound(&lane.cart_maximum_gross, by_price),
        weight_from: bound(&lane.weight_minimum, by_weight),
        weight_to: bound(&lane.weight_maximum, by_weight),
        gross: rates.gross(net, class),
        net,
    })
}

fn number(value: &Scalar<'_>) -> Option<Decimal> {
    value.decimal("").ok().flatten()
}
