//! What a caller asks about a product besides its price: maker, categories, availability, quantities.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::context::ShopContext;
use super::super::language::UNDETERMINED;
use super::super::names::ByLanguage;
use super::super::person;
use super::super::shape::Ref;
use super::fields::WireProduct;
use shopcall_domain::{SkippedFields, Stock};

/// Bytes of a manufacturer's name.
const MAX_NAME: usize = 512;
/// Bytes of the names of all categories of a product; the rest is dropped.
const MAX_CATEGORY_NAMES: usize = 12 * 1024;
/// Bytes of a name besides itself.
const NAME: usize = 4;

/// Name of the manufacturer: in the record if the shop sends it there.
pub(super) fn manufacturer_name(wire: &WireProduct<'_>, context: &ShopContext) -> Option<String> {
    person::text(&wire.manufacturer.name, MAX_NAME).or_else(|| {
        let names = context.names.manufacturers.of(wire.manufacturer.link.id()?)?;
        names.get(UNDETERMINED).cloned()
    })
}

/// Names of categories by language.
pub(super) fn category_names(
    categories: &[String],
    context: &ShopContext,
) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut size = 0;
    for (language, name) in
        categories.iter().filter_map(|id| context.names.categories.of(id)).flatten()
    {
        size += NAME + name.len();
        if size > MAX_CATEGORY_NAMES {
            break;
        }
        names.entry(language.clone()).or_default().push(name.clone());
    }
    names
}

/// The shop's words for the availability at the present stock, by language: those for no stock, for
/// stock in one warehouse alone, or for stock.
pub(super) fn availability(
    wire: &WireProduct<'_>,
    stock: Option<Stock>,
    context: &ShopContext,
) -> ByLanguage {
    let words = |status: &Ref<'_>| {
        let words = status.id().and_then(|id| context.names.availabilities.of(id));
        words.cloned().filter(|words| !words.is_empty())
    };
    let Some(stock) = stock else { return ByLanguage::new() };
    let only = [
        &wire.only_stock1_status,
        &wire.only_stock2_status,
        &wire.only_stock3_status,
        &wire.only_stock4_status,
    ];
    let mut stocked =
        stock.warehouses.iter().zip(only).filter(|(pieces, _)| **pieces > Decimal::ZERO);
    let (first, second) = (stocked.next(), stocked.next());
    let status = match (first, second) {
        (None, _) => words(&wire.no_stock_status),
        (Some((_, only)), None) if context.stock_count > 1 => {
            words(only).or_else(|| words(&wire.in_stock_status))
        }
        (Some(_), _) => words(&wire.in_stock_status),
    };
    status.unwrap_or_default()
}

/// The smallest number of pieces in an order, and the number of which only multiples are sold.
pub(super) fn quantities(
    wire: &WireProduct<'_>,
    skipped: &mut SkippedFields,
) -> (Option<Decimal>, Option<Decimal>) {
    let minimum = skipped.or_none(wire.minimal_order_number.decimal("minimalOrderNumber"));
    let minimum = minimum.filter(|pieces| *pieces > Decimal::ZERO);
    let is_multiple =
        skipped.or_none(wire.minimal_order_number_multiply.flag("minimalOrderNumberMultiply"));
    (minimum, minimum.filter(|_| is_multiple == Some(true)))
}
