//! Creation and update times of generated records, computable from the index alone.
//!
//! Times of day are between 06:00 and 22:00 UTC, so no generated date falls into the hour that a
//! European clock change repeats, and every zoneless date is unambiguous.

use jiff::Timestamp;

use crate::{
    config::{Quirks, ShopConfig},
    seed::{Draw, Stream},
};

const DAY: i64 = 86_400;
const OPENING: i64 = 6 * 3_600;
const OPEN_SECONDS: i64 = 16 * 3_600;
const SPAN_DAYS: i64 = 730;

/// Times of one record; `updated` is `None` if the shop shows a zero date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) created: Timestamp,
    pub(crate) updated: Option<Timestamp>,
}

/// Spreads `total` records evenly over two years, in the order of their numbers.
pub(crate) fn dates(config: &ShopConfig, salt: u64, total: u32, index: u32) -> Dates {
    let last_day = config.newest.as_second().div_euclid(DAY) - 1;
    let index_in_span = i64::from(index.min(total));
    let open_seconds = SPAN_DAYS * OPEN_SECONDS * index_in_span / i64::from(total.max(1));
    let day = last_day - SPAN_DAYS + open_seconds / OPEN_SECONDS;
    let time_of_day = OPENING + open_seconds % OPEN_SECONDS;

    let mut draw = Draw::new(config.seed, Stream::Dates, salt, index);
    let changed_day = if draw.chance(0.5) { day } else { day + i64::from(draw.between(1, 60)) };
    let updated = if is_zero(&mut draw, &config.quirks) {
        None
    } else {
        Some(instant(changed_day.min(last_day.max(day)), time_of_day))
    };
    Dates { created: instant(day, time_of_day), updated }
}

fn is_zero(draw: &mut Draw, quirks: &Quirks) -> bool {
    draw.chance(quirks.zero_dates)
}

fn instant(day: i64, time_of_day: i64) -> Timestamp {
    Timestamp::from_second(day * DAY + time_of_day).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_dates_increase_up_to_the_shop_date() {
        let config = ShopConfig::default();
        let all: Vec<_> = (0..1000).map(|index| dates(&config, 1, 1000, index)).collect();
        assert!(all.is_sorted_by_key(|dates| dates.created));
        assert!(all.iter().all(|d| d.updated.is_none_or(|u| u >= d.created && u <= config.newest)));
    }
}
