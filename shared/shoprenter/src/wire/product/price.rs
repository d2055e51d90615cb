//! Gross price of the default customer group.

use rust_decimal::Decimal;

use super::super::scalar::Scalar;
use super::fields::WirePrice;
use shopcall_domain::{Currency, DecodeError, Money, SkippedFields};

/// Price, and the special price while an offer lasts.
///
/// If no entry is the default group's, a single entry is used. Several are ambiguous, and reading a
/// reseller's price to a caller is worse than none.
pub(super) fn of(
    prices: &[WirePrice<'_>],
    skipped: &mut SkippedFields,
) -> (Option<Money>, Option<Money>) {
    let chosen = match (prices.iter().find(|price| is_default(price, skipped)), prices) {
        (Some(price), _) | (None, [price]) => price,
        (None, _) => return (None, None),
    };
    let currency = currency(&chosen.currency_code, "productPrices.currencyCode");
    let Some(currency) = skipped.or_none(currency) else { return (None, None) };
    let gross = skipped.or_none(chosen.gross.decimal("productPrices.gross"));
    let special = skipped.or_none(chosen.gross_special.decimal("productPrices.grossSpecial"));
    let money = |amount: Decimal| Money { amount, currency };
    (gross.map(money), special.filter(|amount| *amount > Decimal::ZERO).map(money))
}

/// Currency code, if there is one.
pub(in super::super) fn currency(
    value: &Scalar<'_>,
    field: &'static str,
) -> Result<Option<Currency>, DecodeError> {
    match (value, value.text()) {
        (Scalar::Composite | Scalar::Flag(_), _) => Err(DecodeError::Unusable { field }),
        (_, None) => Ok(None),
        (_, Some(code)) => {
            Currency::parse(code).map(Some).map_err(|_| DecodeError::Unusable { field })
        }
    }
}

fn is_default(price: &WirePrice<'_>, skipped: &mut SkippedFields) -> bool {
    let mut groups = price.customer_group.entries().iter();
    groups.any(|group| {
        skipped.or_none(group.default.flag("productPrices.customerGroup.default")) == Some(true)
    })
}
