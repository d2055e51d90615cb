//! Pieces in the shop's warehouses.

use rust_decimal::Decimal;

use super::super::scalar::Scalar;
use super::super::setting::WAREHOUSES;
use shopcall_domain::{SkippedFields, Stock};

const FIELDS: [&str; WAREHOUSES] = ["stock1", "stock2", "stock3", "stock4"];

/// Pieces in the first `counted` warehouses; the shop does not sell from the others. A warehouse
/// that owes pieces has none. None if a number cannot be read: fewer pieces must not look like all.
pub(super) fn of(
    wire: [&Scalar<'_>; WAREHOUSES],
    counted: usize,
    skipped: &mut SkippedFields,
) -> Option<Stock> {
    let mut warehouses = [Some(Decimal::ZERO); WAREHOUSES];
    for ((pieces, stock), field) in warehouses.iter_mut().zip(wire).zip(FIELDS).take(counted) {
        let read = stock.decimal(field).map(|read| Some(read.unwrap_or_default()));
        *pieces = skipped.or_none(read).map(|read| read.max(Decimal::ZERO));
    }
    match warehouses {
        [Some(first), Some(second), Some(third), Some(fourth)] => {
            Some(Stock { warehouses: [first, second, third, fourth] })
        }
        _ => None,
    }
}
