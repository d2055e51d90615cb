//! Lines of an order.

use rust_decimal::Decimal;

use super::super::person;
use super::super::product::MAX_SKU;
use super::fields::WireLine;
use super::money;
use shopcall_domain::DecodeError;
use shopcall_domain::{Currency, OrderLine};

/// Bytes; ShopRenter's own limit is 255 characters.
pub(in super::super) const MAX_NAME: usize = 1024;
/// Bytes of all lines together, of the 400 KB that a row holds. No order has a thousand lines.
const MAX_LINES: usize = 256 * 1024;
/// Bytes of a line besides its texts: attribute names and numbers.
const LINE: usize = 224;

/// Currency of the line prices.
pub(super) struct Prices {
    /// The order's currency.
    pub(super) currency: Option<Currency>,
    /// Whether net prices are in the order's currency too: they are in the shop's own, which is the
    /// same if the exchange rate is one.
    pub(super) net_is_in_it: bool,
}

/// Lines, up to the size that fits into a row.
pub(super) fn of(wire: Vec<WireLine<'_>>, prices: &Prices) -> Result<Vec<OrderLine>, DecodeError> {
    fitting(wire.iter().map(|wire| line(wire, prices)))
}

/// Takes the first lines, up to the size that fits into a row.
pub(in super::super) fn fitting(
    all: impl Iterator<Item = Result<OrderLine, DecodeError>>,
) -> Result<Vec<OrderLine>, DecodeError> {
    let mut lines = Vec::new();
    let mut size = 0;
    for line in all {
        let line = line?;
        size += LINE + line.name.len() + line.sku.as_ref().map_or(0, String::len);
        if size > MAX_LINES {
            break;
        }
        lines.push(line);
    }
    Ok(lines)
}

fn line(wire: &WireLine<'_>, prices: &Prices) -> Result<OrderLine, DecodeError> {
    let gross = wire.gross_price_currency.decimal("orderProducts.grossPriceCurrency")?;
    let net = wire.total.decimal("orderProducts.total")?;
    Ok(OrderLine {
        name: person::text(&wire.name, MAX_NAME).unwrap_or_default(),
        sku: wire.sku.text_within(MAX_SKU),
        quantity: quantity(wire)?,
        unit_price_gross: money(gross, prices.currency),
        total_net: money(net.filter(|_| prices.net_is_in_it), prices.currency),
    })
}

/// The API has no field for the quantity: it is the sum taken from the four warehouses.
fn quantity(wire: &WireLine<'_>) -> Result<Decimal, DecodeError> {
    let stocks = [
        (&wire.stock1, "orderProducts.stock1"),
        (&wire.stock2, "orderProducts.stock2"),
        (&wire.stock3, "orderProducts.stock3"),
        (&wire.stock4, "orderProducts.stock4"),
    ];
    let mut sum = Decimal::ZERO;
    for (stock, field) in stocks {
        let pieces = stock.decimal(field)?.unwrap_or_default();
        sum = sum.checked_add(pieces).ok_or(DecodeError::Unusable { field })?;
    }
    Ok(sum)
}
