//! Lines of an order.

use rust_decimal::Decimal;

use super::super::person;
use super::super::product::MAX_SKU;
use super::super::shape::OneOrMany;
use super::amount::Prices;
use super::fields::WireLine;
use shopcall_domain::{DecodeError, OrderLine, SkippedFields};

/// Bytes; ShopRenter's own limit is 255 characters.
pub(in super::super) const MAX_NAME: usize = 1024;
/// Bytes of all lines together, of the 400 KB that a row holds. No order has a thousand lines.
const MAX_LINES: usize = 256 * 1024;
/// Bytes of a line besides its texts: attribute names and numbers.
const LINE: usize = 224;

/// Lines, up to the size that fits into a row. A link to a collection stands for lines that the
/// answer does not contain: it is no line. Nor does an abandoned cart say how much is in it: its
/// lines take nothing from any warehouse.
pub(super) fn of(
    wire: &OneOrMany<WireLine<'_>>,
    prices: &Prices,
    is_cart: bool,
    skipped: &mut SkippedFields,
) -> Vec<OrderLine> {
    let lines = wire.entries().iter().filter(|line| line.is_record());
    fitting(lines.map(|wire| line(wire, prices, is_cart, skipped)))
}

/// Takes the first lines, up to the size that fits into a row.
pub(in super::super) fn fitting(all: impl Iterator<Item = OrderLine>) -> Vec<OrderLine> {
    let mut size = 0;
    all.take_while(|line| {
        size += LINE + line.name.len() + line.sku.as_ref().map_or(0, String::len);
        size <= MAX_LINES
    })
    .collect()
}

fn line(
    wire: &WireLine<'_>,
    prices: &Prices,
    is_cart: bool,
    skipped: &mut SkippedFields,
) -> OrderLine {
    let gross = wire.gross_price_currency.decimal("orderProducts.grossPriceCurrency");
    let net = wire.total.decimal("orderProducts.total");
    let name = person::checked_text(&wire.name, MAX_NAME, "orderProducts.name");
    OrderLine {
        name: skipped.or_none(name).unwrap_or_default(),
        sku: skipped.or_none(wire.sku.string_within(MAX_SKU, "orderProducts.sku")),
        quantity: skipped.or_none(quantity(wire)).filter(|_| !is_cart),
        unit_price_gross: prices.in_orders(skipped.or_none(gross)),
        total_net: prices.in_shops(skipped.or_none(net)),
    }
}

/// The API has no field for the quantity: it is the sum taken from the four warehouses.
fn quantity(wire: &WireLine<'_>) -> Result<Option<Decimal>, DecodeError> {
    let stocks = [
        (&wire.stock1, "orderProducts.stock1"),
        (&wire.stock2, "orderProducts.stock2"),
        (&wire.stock3, "orderProducts.stock3"),
        (&wire.stock4, "orderProducts.stock4"),
    ];
    let mut sum = None;
    for (stock, field) in stocks {
        let Some(pieces) = stock.decimal(field)? else { continue };
        let so_far: Decimal = sum.unwrap_or_default();
        sum = Some(so_far.checked_add(pieces).ok_or(DecodeError::Unusable { field })?);
    }
    Ok(sum)
}
