//! `productSpecials`: prices of promotions, with the days and the buyers that they are for.
//!
//! They are net, and list promotions that are over or that the shop does not apply. Which one applies
//! now is what the gross price of the customer group says; this list says until when.

use jiff::civil::Weekday;
use jiff::{Timestamp, ToSpan as _};
use rust_decimal::Decimal;
use shopcall_domain::{DecodeError, SkippedFields, Weekly};

use super::super::scalar::Instant;
use super::fields::WireSpecial;

/// A promotion for anybody in the default customer group who buys one piece.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offer {
    /// The lowest wins.
    priority: i64,
    /// Net.
    pub(super) price: Decimal,
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    pub(super) weekly: Option<Weekly>,
}

/// Promotions, the one that wins first, and whether all could be read. One with an unusable part of
/// what it depends on is left out: the higher price is the safe one.
pub(super) fn offers(
    wire: &[WireSpecial<'_>],
    default_group: Option<&str>,
    instant: &Instant<'_>,
    skipped: &mut SkippedFields,
) -> (Vec<Offer>, bool) {
    let (mut offers, mut are_all) = (Vec::new(), true);
    for special in wire {
        match offer(special, default_group, instant) {
            Ok(Some(offer)) => offers.push(offer),
            Ok(None) => {}
            Err(error) => {
                skipped.add(error.field());
                are_all = false;
            }
        }
    }
    offers.sort_by_key(|offer: &Offer| (offer.priority, offer.price));
    (offers, are_all)
}

fn offer(
    wire: &WireSpecial<'_>,
    default_group: Option<&str>,
    instant: &Instant<'_>,
) -> Result<Option<Offer>, DecodeError> {
    let group = wire.customer_group.checked("productSpecials.customerGroup")?;
    let is_for_default = group.is_none_or(|group| Some(group.as_str()) == default_group);
    let from_pieces = wire.min_quantity.decimal("productSpecials.minQuantity")?;
    let is_for_one = from_pieces.is_none_or(|pieces| pieces <= Decimal::ONE);
    let price = wire.price.decimal("productSpecials.price")?.filter(|price| !price.is_zero());
    let Some(price) = price.filter(|_| is_for_default && is_for_one) else { return Ok(None) };
    let weekday = weekday(wire)?;
    Ok(Some(Offer {
        priority: wire.priority.integer("productSpecials.priority")?.unwrap_or_default(),
        price,
        from: instant.read(&wire.date_from, "productSpecials.dateFrom")?,
        until: instant.read(&wire.date_to, "productSpecials.dateTo")?,
        weekly: weekday.map(|day| Weekly { day, time_zone: instant.zone.clone() }),
    }))
}

/// The day of a weekly promotion. `type` is `interval` for promotions on all days.
fn weekday(wire: &WireSpecial<'_>) -> Result<Option<Weekday>, DecodeError> {
    const FIELD: &str = "productSpecials.dayOfWeek";
    let unusable = DecodeError::Unusable { field: FIELD };
    match wire.day_of_week.integer(FIELD)? {
        None | Some(0) => match wire.kind.text() {
            None | Some("interval") => Ok(None),
            Some(_) => Err(unusable),
        },
        Some(day) => {
            let day = i8::try_from(day).map_err(|_| unusable)?;
            Weekday::from_monday_one_offset(day).map(Some).map_err(|_| unusable)
        }
    }
}

impl Offer {
    /// Whether the promotion is on at a moment.
    pub(super) fn is_on(&self, moment: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= moment)
            && !self.has_ended(moment)
            && self.weekly.as_ref().is_none_or(|weekly| weekly.includes(moment))
    }

    /// Whether the promotion is over for good.
    pub(super) fn has_ended(&self, moment: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= moment)
    }

    /// The promotion with its last day counted in. Whether `dateTo` is the last day or the end is not
    /// documented.
    pub(super) fn with_last_day(&self) -> Self {
        let until = self.until.map(|until| until.saturating_add(24.hours()).unwrap_or(until));
        Self { until, ..self.clone() }
    }
}
