//! The total of an order and its parts (`orderTotals`).

use super::super::person;
use super::super::scalar::Scalar;
use super::super::shape::OneOrMany;
use super::amount::Prices;
use super::fields::{WireOrder, WireTotal};
use shopcall_domain::{Money, OrderTotal, SkippedFields, TotalKind};

/// Far more than any order has; the rest is dropped.
const MAX_TOTALS: usize = 20;
/// Bytes of a total's name; shipping names a pick-up point.
const MAX_NAME: usize = 512;
/// Bytes of a key or an amount in words.
const MAX_TEXT: usize = 64;

/// The gross total in the order's currency. `total` is in the shop's, as the documentation suggests
/// and no sample contradicts; for an order in another currency, the total in `orderTotals` is read
/// as the shop writes it.
pub(super) fn gross(
    wire: &WireOrder<'_>,
    prices: &Prices,
    skipped: &mut SkippedFields,
) -> Option<Money> {
    let converted = skipped.or_none(wire.total_currency.decimal("totalCurrency"));
    let total = skipped.or_none(wire.total.decimal("total"));
    prices.in_orders(converted).or_else(|| prices.in_shops(total)).or_else(|| {
        let mut all = wire.order_totals.entries().iter();
        let whole = all.find(|total| total.is_of("TOTAL"))?;
        prices.written(whole.value_text.text()?)
    })
}

/// The parts, without net prices and taxes, which the gross ones contain.
pub(super) fn of(
    all: &OneOrMany<WireTotal<'_>>,
    prices: &Prices,
    skipped: &mut SkippedFields,
) -> Vec<OrderTotal> {
    let wanted = all.entries().iter().filter_map(|total| Some((kind(&total.kind)?, total)));
    wanted.take(MAX_TOTALS).map(|(kind, total)| part(kind, total, prices, skipped)).collect()
}

fn kind(value: &Scalar<'_>) -> Option<TotalKind> {
    Some(match value.text()? {
        "SUB_TOTAL" | "TAX" | "TOTAL" => return None,
        "SUB_TOTAL_WITH_TAX" => TotalKind::Goods,
        "SHIPPING" => TotalKind::Shipping,
        "PAYMENT" => TotalKind::Fee,
        "COUPON" => TotalKind::Coupon,
        "LOYALTYPOINTS_TO_USE" => TotalKind::PointsUsed,
        "LOYALTYPOINTS_TO_GET" => TotalKind::PointsEarned,
        _ => TotalKind::Other,
    })
}

fn part(
    kind: TotalKind,
    wire: &WireTotal<'_>,
    prices: &Prices,
    skipped: &mut SkippedFields,
) -> OrderTotal {
    let value = skipped.or_none(wire.value.decimal("orderTotals.value"));
    let text =
        skipped.or_none(person::checked_text(&wire.value_text, MAX_TEXT, "orderTotals.valueText"));
    let written = || text.as_deref().and_then(|text| prices.written(text));
    let is_money = kind != TotalKind::PointsEarned;
    OrderTotal {
        kind,
        key: skipped.or_none(wire.key.string_within(MAX_TEXT, "orderTotals.key")),
        name: skipped.or_none(person::checked_text(&wire.name, MAX_NAME, "orderTotals.name")),
        amount: prices.in_shops(value).or_else(written).filter(|_| is_money),
        text,
    }
}
