//! Which changes an incremental run asks for.
//!
//! There is no upper bound: a record that changes while the list is read would leave a window that
//! has one, and the page behind it would lose a record. Without one it only comes once more.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Mode, RequestedMode};
use crate::storage::Cursor;

/// How far windows overlap: more than the shop's clock and ours differ, whichever way the platform
/// takes its bounds. What is read twice is not written twice.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// No clock on Earth is further behind UTC.
const WESTERNMOST: SignedDuration = SignedDuration::from_hours(12);
/// How long changes alone are read. What no date of change tells, a full run finds.
const FULL_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long runs may have failed to appear before `auto` trusts nothing but a full one.
const GAP: SignedDuration = SignedDuration::from_hours(2 * 24);

/// What a run does of what it was asked for: everything, where nothing says what has changed, or
/// where everything has not been read for a week; if it is left to us, after a gap too.
pub(super) fn mode(
    asked: RequestedMode,
    lists_changes: bool,
    cursor: Option<&Cursor>,
    now: Timestamp,
) -> Mode {
    let Some(cursor) = cursor.filter(|_| lists_changes) else { return Mode::Full };
    let is_within = |since: Timestamp, bound| now.duration_since(since) < bound;
    let is_recent = cursor.full_at.is_some_and(|full_at| is_within(full_at, FULL_EVERY));
    match asked {
        RequestedMode::Incremental if is_recent => Mode::Incremental,
        RequestedMode::Auto if is_recent && is_within(cursor.until, GAP) => Mode::Incremental,
        _ => Mode::Full,
    }
}

/// Where the window begins: the lowest that the shop's clock showed since the cursor. Where clocks
/// are put back, an hour's times come twice, and the second time is the later one. Where the zone
/// is not known, it is what the westernmost clock of all showed.
pub(super) fn since(cursor: Timestamp, now: Timestamp, zone: Option<&TimeZone>) -> DateTime {
    let from = cursor - OVERLAP;
    let Some(zone) = zone else { return (from - WESTERNMOST).to_zoned(TimeZone::UTC).datetime() };
    let turns = zone.following(from).map(|turn| turn.timestamp());
    turns
        .take_while(|turn| *turn <= now)
        .map(|turn| zone.to_datetime(turn))
        .fold(zone.to_datetime(from), DateTime::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Generation;
    use proptest::prelude::*;

    fn budapest() -> TimeZone {
        TimeZone::get("Europe/Budapest").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cursor(until: Timestamp, full_at: Option<Timestamp>) -> Cursor {
        Cursor { generation: Generation(1), until, full_at, swept_at: None }
    }

    #[test]
    fn a_window_begins_five_minutes_before_the_last_one_ended() {
        let since =
            since(at("2026-07-01T10:00:00Z"), at("2026-07-01T10:15:00Z"), Some(&budapest()));
        assert_eq!(since.to_string(), "2026-07-01T11:55:00");
    }

    #[test]
    fn where_clocks_are_put_back_the_hour_that_comes_twice_is_read_whole() {
        // On 2026-10-25, 03:00 becomes 02:00 at 01:00 UTC.
        let since =
            since(at("2026-10-25T00:50:00Z"), at("2026-10-25T01:05:00Z"), Some(&budapest()));
        assert_eq!(since.to_string(), "2026-10-25T02:00:00");
    }

    #[test]
    fn where_clocks_are_put_forward_nothing_is_left_out() {
        // On 2026-03-29, 02:00 becomes 03:00 at 01:00 UTC.
        let since =
            since(at("2026-03-29T00:58:00Z"), at("2026-03-29T01:10:00Z"), Some(&budapest()));
        assert_eq!(since.to_string(), "2026-03-29T01:53:00");
    }

    #[test]
    fn where_the_zone_is_not_known_the_window_is_wide_enough_for_any() {
        let (cursor, now) = (at("2026-07-01T10:00:00Z"), at("2026-07-01T10:15:00Z"));
        for zone in ["Pacific/Pago_Pago", "America/New_York", "Europe/Budapest", "Asia/Tokyo"] {
            let zone = TimeZone::get(zone).unwrap();
            assert!(since(cursor, now, None) <= since(cursor, now, Some(&zone)));
        }
    }

    #[test]
    fn everything_is_read_at_first_and_once_a_week() {
        let now = at("2026-07-08T00:00:00Z");
        let (recent, old) = (at("2026-07-01T00:00:01Z"), at("2026-07-01T00:00:00Z"));
        let of = |asked, full_at| {
            let cursor = cursor(at("2026-07-07T23:45:00Z"), full_at);
            mode(asked, true, Some(&cursor), now)
        };
        for asked in [RequestedMode::Incremental, RequestedMode::Auto] {
            assert_eq!(mode(asked, true, None, now), Mode::Full);
            assert_eq!(of(asked, Some(recent)), Mode::Incremental);
            assert_eq!(of(asked, Some(old)), Mode::Full);
            assert_eq!(of(asked, None), Mode::Full, "forgotten");
        }
    }

    #[test]
    fn after_a_gap_everything_is_read_unless_changes_are_asked_for() {
        let now = at("2026-07-08T00:00:00Z");
        let of = |asked, until| {
            let cursor = cursor(at(until), Some(at("2026-07-05T00:00:00Z")));
            mode(asked, true, Some(&cursor), now)
        };
        assert_eq!(of(RequestedMode::Auto, "2026-07-06T00:00:01Z"), Mode::Incremental);
        assert_eq!(of(RequestedMode::Auto, "2026-07-06T00:00:00Z"), Mode::Full);
        assert_eq!(of(RequestedMode::Incremental, "2026-07-06T00:00:00Z"), Mode::Incremental);
    }

    proptest! {
        /// Whatever changes after the cursor is in the window, by the shop's own clock.
        #[test]
        fn no_change_falls_between_two_windows(
            cursor in 1_770_000_000i64..1_800_000_000,
            age in 0i64..200_000,
            change in 0i64..200_000,
        ) {
            let zone = budapest();
            let second = |second| Timestamp::from_second(second).unwrap();
            let (from, now) = (second(cursor), second(cursor + age));
            let changed = second(cursor + change.min(age));
            prop_assert!(zone.to_datetime(changed) >= since(from, now, Some(&zone)));
        }

        /// Whoever asks for more never gets less: full, auto, incremental, in this order.
        #[test]
        fn auto_reads_no_less_than_incremental_and_no_more_than_full(
            until_age in 0i64..2_000_000,
            full_age in proptest::option::of(0i64..2_000_000),
            lists_changes: bool,
            has_cursor: bool,
        ) {
            let now = at("2026-07-08T00:00:00Z");
            let ago = |seconds| now - SignedDuration::from_secs(seconds);
            let cursor = cursor(ago(until_age), full_age.map(ago));
            let cursor = has_cursor.then_some(&cursor);
            let is_full = |asked| mode(asked, lists_changes, cursor, now) == Mode::Full;
            prop_assert!(is_full(RequestedMode::Full));
            let (auto, incremental) =
                (is_full(RequestedMode::Auto), is_full(RequestedMode::Incremental));
            prop_assert!(auto || !incremental);
            let week = FULL_EVERY.as_secs();
            let must = !lists_changes || !has_cursor || full_age.is_none_or(|age| age >= week);
            prop_assert_eq!(incremental, must);
            prop_assert_eq!(auto, must || until_age >= GAP.as_secs());
        }
    }
}
