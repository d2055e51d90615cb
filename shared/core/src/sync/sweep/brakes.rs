//! What keeps a sweep from deleting what is still there: pure rules.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::Mode;

/// How often incremental runs sweep.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// As many deletions as are confirmed one by one.
const FEW: usize = 20;
/// A larger share of the rows than one in so many is not believed at the first word.
const SHARE: usize = 5;
/// How many of many deletions are confirmed one by one.
const SAMPLE: usize = FEW;
/// Rows that a page of ids has.
const PAGE: u32 = 200;
/// What a sweep needs beside its listing: to read the table, to confirm and to delete.
const MARGIN: Duration = Duration::from_secs(10);

/// Whether a run sweeps. `fresh`: there were no rows when it began.
pub(super) fn is_due(mode: Mode, fresh: bool, swept_at: Option<Timestamp>, now: Timestamp) -> bool {
    match mode {
        Mode::Full => !fresh,
        Mode::Incremental => swept_at.is_none_or(|at| now.duration_since(at) >= EVERY),
    }
}

/// What a sweep of so many rows takes, where a request may be sent every `interval`: half as much
/// again as its listing should.
pub(super) fn time_needed(rows: usize, interval: Duration) -> Duration {
    let pages = u32::try_from(rows).unwrap_or(u32::MAX) / PAGE + 1;
    interval.saturating_mul(pages).saturating_mul(3) / 2 + MARGIN
}

/// How what a listing lacks is confirmed before it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// It lacks nothing.
    NotNeeded,
    /// Each is asked for by itself.
    Each,
    /// A second listing must lack them too, and each of a sample is asked for.
    SecondListing,
}

/// The confirmation that `gone` of `rows` need.
pub(super) fn confirmation(gone: usize, rows: usize) -> Confirmation {
    if gone == 0 {
        Confirmation::NotNeeded
    } else if gone <= FEW && gone.saturating_mul(SHARE) <= rows {
        Confirmation::Each
    } else {
        Confirmation::SecondListing
    }
}

/// Which of `count` are asked for, by their places: all of a few, else a sample spread evenly from
/// the first to the last.
pub(super) fn sample(count: usize) -> Vec<usize> {
    if count <= SAMPLE {
        return (0..count).collect();
    }
    (0..SAMPLE).map(|number| number * (count - 1) / (SAMPLE - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_full_run_sweeps_unless_it_began_with_nothing() {
        assert!(is_due(Mode::Full, false, Some(at(0)), at(1)));
        assert!(!is_due(Mode::Full, true, None, at(1)));
    }

    #[test]
    fn incremental_runs_sweep_at_first_and_once_a_day() {
        let day = 24 * 3600;
        assert!(is_due(Mode::Incremental, false, None, at(0)));
        assert!(!is_due(Mode::Incremental, false, Some(at(0)), at(day - 1)));
        assert!(is_due(Mode::Incremental, false, Some(at(0)), at(day)));
    }

    #[test]
    fn the_time_of_a_sweep_is_that_of_its_requests_and_more() {
        let interval = Duration::from_millis(350);
        assert_eq!(time_needed(0, interval), MARGIN + interval * 3 / 2);
        assert_eq!(time_needed(100_000, interval), MARGIN + interval * 501 * 3 / 2);
        assert!(time_needed(usize::MAX, interval) > Duration::from_secs(3600));
    }

    #[test]
    fn few_are_asked_for_one_by_one_and_many_are_doubted() {
        for (gone, rows, expected) in [
            (0, 0, Confirmation::NotNeeded),
            (0, 100, Confirmation::NotNeeded),
            (1, 5, Confirmation::Each),
            (1, 4, Confirmation::SecondListing),
            (20, 100, Confirmation::Each),
            (20, 99, Confirmation::SecondListing),
            (21, 100_000, Confirmation::SecondListing),
        ] {
            assert_eq!(confirmation(gone, rows), expected, "{gone} of {rows}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_deleted_unasked(gone in 1usize..200_000, rows in 0usize..200_000) {
            let asked = sample(gone).len();
            match confirmation(gone, rows) {
                Confirmation::NotNeeded => prop_assert!(false),
                Confirmation::Each => prop_assert_eq!(asked, gone),
                Confirmation::SecondListing => prop_assert!(asked >= gone.min(SAMPLE)),
            }
        }

        #[test]
        fn a_sample_is_spread_evenly(count in 21usize..1_000_000) {
            let places = sample(count);
            prop_assert_eq!(places.len(), SAMPLE);
            prop_assert_eq!((places[0], places[SAMPLE - 1]), (0, count - 1));
            let widest = count / (SAMPLE - 1) + 1;
            for pair in places.windows(2) {
                prop_assert!(pair[0] < pair[1] && pair[1] - pair[0] <= widest);
            }
        }
    }
}
