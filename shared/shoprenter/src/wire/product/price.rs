//! Gross price of the default customer group.

use rust_decimal::Decimal;

use super::super::scalar::Scalar;
use super::fields::WirePrice;
use shopcall_domain::DecodeError;
use shopcall_domain::{Currency, Money};

/// Price, and the special price while an offer lasts.
///
/// If no entry is the default group's, a single entry is used. Several are ambiguous, and reading a
/// reseller's price to a caller is worse than none.
pub(super) fn of(
    prices: Vec<WirePrice<'_>>,
) -> Result<(Option<Money>, Option<Money>), DecodeError> {
    let mut chosen = None;
    for price in &prices {
        if is_default(price)? {
            chosen = Some(price);
            break;
        }
    }
    let chosen = match (chosen, prices.as_slice()) {
        (Some(price), _) | (None, [price]) => price,
        (None, _) => return Ok((None, None)),
    };
    let Some(currency) = currency(&chosen.currency_code, "productPrices.currencyCode")? else {
        return Ok((None, None));
    };
    let gross = chosen.gross.decimal("productPrices.gross")?;
    let special = chosen.gross_special.decimal("productPrices.grossSpecial")?;
    let money = |amount: Decimal| Money { amount, currency };
    Ok((gross.map(money), special.filter(|amount| *amount > Decimal::ZERO).map(money)))
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

fn is_default(price: &WirePrice<'_>) -> Result<bool, DecodeError> {
    for group in price.customer_group.entries() {
        if group.default.flag("productPrices.customerGroup.default")? == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}
