//! The window of changes that an incremental run reads.
//!
//! The window has no upper bound: a record that changes while the list is read would leave a
//! bounded window, and a later page would skip a record. Without the bound it is only read twice.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Mode, RequestedMode};
use crate::storage::Cursor;

/// Overlap of two windows: more than the difference between the shop's clock and ours, whether or
/// not the platform includes its bounds. A record read twice is not written twice.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// The time zone furthest behind UTC.
const WESTERNMOST: SignedDuration = SignedDuration::from_hours(12);
/// Maximum age of the last full run. A full run finds changes that no date shows.
const FULL_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Gap since the last run after which `auto` reads everything.
const GAP: SignedDuration = SignedDuration::from_hours(2 * 24);

/// The mode of a run: full if changes cannot be listed or the last full run is a week old; for
/// `auto`, full after a gap too.
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

/// The start of the window: the lowest local time that the shop's clock has shown since the cursor.
/// When clocks go back, an hour repeats, and its times come twice. If the zone is unknown, the
/// westernmost zone is assumed.
pub(super) fn since(cursor: Timestamp, now: Timestamp, zone: Option<&TimeZone>) -> DateTime {
    let from = cursor - OVERLAP;
    let Some(zone) = zone else { return (from - WESTERNMOST).to_zoned(TimeZone::UTC).datetime() };
    let turns = zone.following(from).map(|turn| turn.timestamp());
    turns
        .take_while(|turn| *turn <= now)
        .map(|turn| zone.to_datetime(turn))
        .fold(zone.to_datetime(from), DateTime::min)
}

/// Place of a change relative to the start of a window, in the shop's local time. A change at the
/// start itself shows that the platform includes it.
pub(super) fn place(changed: Timestamp, since: DateTime, zone: &TimeZone) -> &'static str {
    match zone.to_datetime(changed).cmp(&since) {
        Ordering::Less => "before",
        Ordering::Equal => "at",
        Ordering::Greater => "after",
    }
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
    fn window_overlaps_the_last_by_five_minutes() {
        let since =
            since(at("2026-07-01T10:00:00Z"), at("2026-07-01T10:15:00Z"), Some(&budapest()));
        assert_eq!(since.to_string(), "2026-07-01T11:55:00");
    }

    #[test]
    fn repeated_hour_is_read_whole_when_clocks_go_back() {
        // On 2026-10-25, 03:00 becomes 02:00 at 01:00 UTC.
        let since =
            since(at("2026-10-25T00:50:00Z"), at("2026-10-25T01:05:00Z"), Some(&budapest()));
        assert_eq!(since.to_string(), "2026-10-25T02:00:00");
    }

    #[test]
    fn no_change_is_skipped_when_clocks_go_forward() {
        // On 2026-03-29, 02:00 becomes 03:00 at 01:00 UTC.
        let since =
            since(at("2026-03-29T00:58:00Z"), at("2026-03-29T01:10:00Z"), Some(&budapest()));
        assert_eq!(since.to_string(), "2026-03-29T01:53:00");
    }

    #[test]
    fn change_is_placed_by_the_shops_clock() {
        let since = "2026-07-01T11:55:00".parse().unwrap();
        for (changed, expected) in [
            ("2026-07-01T09:54:59Z", "before"),
            ("2026-07-01T09:55:00Z", "at"),
            ("2026-07-01T09:55:01Z", "after"),
        ] {
            assert_eq!(place(at(changed), since, &budapest()), expected);
        }
    }

    #[test]
    fn unknown_zone_gives_widest_window() {
        let (cursor, now) = (at("2026-07-01T10:00:00Z"), at("2026-07-01T10:15:00Z"));
        for zone in ["Pacific/Pago_Pago", "America/New_York", "Europe/Budapest", "Asia/Tokyo"] {
            let zone = TimeZone::get(zone).unwrap();
            assert!(since(cursor, now, None) <= since(cursor, now, Some(&zone)));
        }
    }

    #[test]
    fn first_and_weekly_runs_are_full() {
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
    fn auto_is_full_after_a_gap() {
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
        /// Checks that every change after the cursor is in the window, by the shop's clock.
        #[test]
        fn every_later_change_is_in_the_window(
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

        /// Checks that full reads at least as much as auto, and auto at least as much as
        /// incremental.
        #[test]
        fn auto_reads_between_incremental_and_full(
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
