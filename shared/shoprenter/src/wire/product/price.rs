//! Gross price of the default customer group, and its special prices.

use jiff::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy};

use super::super::scalar::{Instant, Scalar};
use super::fields::{WirePrice, WireSpecial};
use super::specials::{self, Offer};
use shopcall_domain::{Currency, DecodeError, Money, SkippedFields, SpecialPrice};

/// More special prices than any product has at a time; the rest is dropped.
const MAX_SPECIALS: usize = 10;

/// Prices of one product.
#[derive(Default)]
pub(super) struct Prices {
    pub(super) price: Option<Money>,
    /// Current and coming ones; the first that applies is the one to tell.
    pub(super) special_prices: Vec<SpecialPrice>,
}

/// Prices of the default group as they are at `now`.
///
/// If no entry is the default group's, a single entry is used. Several are ambiguous, and reading a
/// reseller's price to a caller is worse than none.
pub(super) fn of(
    prices: &[WirePrice<'_>],
    specials: &[WireSpecial<'_>],
    (instant, now): (&Instant<'_>, Timestamp),
    skipped: &mut SkippedFields,
) -> Prices {
    let chosen = match (prices.iter().find(|price| is_default(price, skipped)), prices) {
        (Some(price), _) | (None, [price]) => price,
        (None, _) => return Prices::default(),
    };
    let currency = currency(&chosen.currency_code, "productPrices.currencyCode");
    let Some(currency) = skipped.or_none(currency) else { return Prices::default() };
    let gross = skipped.or_none(chosen.gross.decimal("productPrices.gross"));
    let net = skipped.or_none(chosen.net.decimal("productPrices.net"));
    let special = skipped.or_none(chosen.gross_special.decimal("productPrices.grossSpecial"));
    let group = chosen.customer_group.entries().first().and_then(|group| group.id.text());
    let (offers, are_all_known) = specials::offers(specials, group, instant, skipped);
    let tariff = Tariff { currency, gross, net, are_all_known };
    Prices {
        price: gross.map(|amount| Money { amount, currency }),
        special_prices: tariff.special_prices(
            special.filter(|amount| *amount > Decimal::ZERO),
            &offers,
            now,
        ),
    }
}

/// The regular price, from which the gross price of an offer follows.
struct Tariff {
    currency: Currency,
    gross: Option<Decimal>,
    net: Option<Decimal>,
    /// Whether the current special price is not that of an offer that could not be read.
    are_all_known: bool,
}

impl Tariff {
    /// The special price that the shop applies now, `current`, with the period of its offer, and
    /// those of offers to come.
    fn special_prices(
        &self,
        current: Option<Decimal>,
        offers: &[Offer],
        now: Timestamp,
    ) -> Vec<SpecialPrice> {
        let told = |offer: &Offer| {
            current.is_some_and(|price| offer.is_on(now) && self.is_gross_of(price, offer))
        };
        let late = offers.iter().map(Offer::with_last_day).find(told);
        let mut place = offers.iter().position(told);
        let mut specials = Vec::new();
        if let (Some(price), None) = (current, place) {
            let earliest = || offers.iter().filter(|o| o.is_on(now)).filter_map(|o| o.until).min();
            let end = match late {
                // The offer is on its last day.
                Some(offer) => Some((offer.until, offer.weekly)),
                // The price ends no later than the first of the offers that are on.
                None if self.are_all_known => Some((earliest(), None)),
                // It may be the one that could not be read.
                None => None,
            };
            specials.extend(end.map(|(until, weekly)| SpecialPrice {
                until,
                weekly,
                ..self.unlimited(price)
            }));
            place = Some(offers.len());
        }
        for (n, offer) in offers.iter().enumerate() {
            let is_told = place == Some(n);
            // An offer that is on and that the shop does not apply may apply after a better one.
            let is_next = place.is_some_and(|place| n > place) || !offer.is_on(now);
            let price = if is_told { current } else { self.lower_gross(offer) };
            if let Some(price) = price.filter(|_| (is_told || is_next) && !offer.has_ended(now)) {
                specials.push(SpecialPrice {
                    from: offer.from.filter(|from| *from > now),
                    until: offer.until,
                    weekly: offer.weekly.clone(),
                    ..self.unlimited(price)
                });
            }
        }
        specials.truncate(MAX_SPECIALS);
        specials
    }

    fn unlimited(&self, amount: Decimal) -> SpecialPrice {
        SpecialPrice::unlimited(Money { amount, currency: self.currency })
    }

    /// Whether `price` is an offer's gross price, but for rounding.
    fn is_gross_of(&self, price: Decimal, offer: &Offer) -> bool {
        let unit = Decimal::new(1, self.decimals());
        self.gross_of(offer).is_some_and(|gross| (gross - price).abs() <= unit)
    }

    /// Gross price of an offer, if it is lower than the regular one.
    fn lower_gross(&self, offer: &Offer) -> Option<Decimal> {
        self.gross_of(offer).filter(|gross| Some(*gross) < self.gross)
    }

    /// Gross price of an offer, at the tax of the regular price.
    fn gross_of(&self, offer: &Offer) -> Option<Decimal> {
        let gross = offer.price.checked_mul(self.gross?)?.checked_div(self.net?)?;
        let half_up = RoundingStrategy::MidpointAwayFromZero;
        Some(gross.round_dp_with_strategy(self.decimals(), half_up).normalize())
    }

    /// Decimals of prices: forints have none.
    fn decimals(&self) -> u32 {
        if self.currency.as_str() == "HUF" { 0 } else { 2 }
    }
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
