//! Promotions of a product, and when they are on.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// When the special price of a product applies. Without any bound, it always does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offer {
    /// First day.
    pub from: Option<Date>,
    /// The documentation's `dateTo`.
    pub to: Option<Date>,
    /// The only day of the week, 1 for Monday: then it is a product of the day.
    pub weekday: Option<i8>,
}

impl Offer {
    /// Whether the offer is on. `with_last_day` says whether `to` is its last day or its end.
    pub(crate) fn is_on(&self, now: Timestamp, zone: &TimeZone, with_last_day: bool) -> bool {
        let local = now.to_zoned(zone.clone());
        let moment = local.datetime();
        let starts = |day: Date| day.to_datetime(Time::midnight());
        let end =
            self.to.map(|to| starts(if with_last_day { to.saturating_add(1.day()) } else { to }));
        self.from.is_none_or(|from| starts(from) <= moment)
            && end.is_none_or(|end| moment < end)
            && self.weekday.is_none_or(|day| local.weekday().to_monday_one_offset() == day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_on(offer: &Offer, now: &str, with_last_day: bool) -> bool {
        let zone = TimeZone::get("Europe/Budapest").expect("a zone");
        offer.is_on(now.parse().expect("a time"), &zone, with_last_day)
    }

    #[test]
    fn offer_is_on_between_its_local_days() {
        let offer = Offer {
            from: Some(Date::constant(2026, 11, 1)),
            to: Some(Date::constant(2026, 11, 30)),
            weekday: None,
        };
        assert!(!is_on(&offer, "2026-10-31T22:59:59Z", false));
        assert!(is_on(&offer, "2026-10-31T23:00:00Z", false));
        assert!(!is_on(&offer, "2026-11-29T23:00:00Z", false));
        assert!(is_on(&offer, "2026-11-29T23:00:00Z", true));
        assert!(!is_on(&offer, "2026-11-30T23:00:00Z", true));
    }

    #[test]
    fn product_of_the_day_is_on_once_a_week() {
        let offer = Offer { weekday: Some(4), ..Offer::default() };
        assert!(is_on(&offer, "2026-11-26T12:00:00Z", false));
        assert!(!is_on(&offer, "2026-11-27T12:00:00Z", false));
    }
}
