//! Special prices, which begin and end.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Money;

/// A lower price of a product for anybody who buys one piece, and when it applies. Whether it does
/// is decided when the price is told: it begins and ends without the product being changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpecialPrice {
    /// The gross price.
    pub price: Money,
    /// The first moment at which it applies; None if it has begun already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The first moment at which it applies no longer; None if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The only day of the week on which it applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekly: Option<Weekly>,
}

/// A day of the week at a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weekly {
    /// 1 for Monday to 7 for Sunday (ISO 8601).
    #[serde(with = "iso_weekday")]
    pub day: Weekday,
    /// Where the day begins and ends.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
}

impl SpecialPrice {
    /// A price without a known beginning or end.
    pub fn unlimited(price: Money) -> Self {
        Self { price, from: None, until: None, weekly: None }
    }

    /// Whether the price applies at a moment.
    pub fn applies_at(&self, moment: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= moment)
            && self.until.is_none_or(|until| moment < until)
            && self.weekly.as_ref().is_none_or(|weekly| weekly.includes(moment))
    }
}

impl Weekly {
    /// Whether a moment is on that day.
    pub fn includes(&self, moment: Timestamp) -> bool {
        moment.to_zoned(self.time_zone.clone()).weekday() == self.day
    }
}

mod iso_weekday {
    use jiff::civil::Weekday;
    use serde::de::Error;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn serialize<S: Serializer>(day: &Weekday, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i8(day.to_monday_one_offset())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Weekday, D::Error> {
        Weekday::from_monday_one_offset(i8::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::Currency;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn special() -> SpecialPrice {
        let currency = Currency::parse("HUF").unwrap();
        SpecialPrice::unlimited(Money { amount: Decimal::from(1000), currency })
    }

    #[test]
    fn price_applies_from_its_beginning_to_its_end() {
        let special = SpecialPrice {
            from: Some(at("2026-10-31T23:00:00Z")),
            until: Some(at("2026-11-29T23:00:00Z")),
            ..special()
        };
        for (moment, applies) in [
            ("2026-10-31T22:59:59Z", false),
            ("2026-10-31T23:00:00Z", true),
            ("2026-11-29T22:59:59Z", true),
            ("2026-11-29T23:00:00Z", false),
        ] {
            assert_eq!(special.applies_at(at(moment)), applies, "{moment}");
        }
    }

    #[test]
    fn weekly_price_applies_on_its_local_day() {
        let time_zone = TimeZone::get("Europe/Budapest").unwrap();
        let weekly = Some(Weekly { day: Weekday::Friday, time_zone });
        let special = SpecialPrice { weekly, ..special() };
        for (moment, applies) in [
            ("2026-11-26T22:59:59Z", false),
            ("2026-11-26T23:00:00Z", true),
            ("2026-11-27T22:59:59Z", true),
            ("2026-11-27T23:00:00Z", false),
        ] {
            assert_eq!(special.applies_at(at(moment)), applies, "{moment}");
        }
        let row = serde_json::to_value(&special).unwrap();
        assert_eq!(row["weekly"], serde_json::json!({"day": 5, "time_zone": "Europe/Budapest"}));
        assert_eq!(serde_json::from_value::<SpecialPrice>(row).unwrap(), special);
    }
}
