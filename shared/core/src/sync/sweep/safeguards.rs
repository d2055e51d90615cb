//! Pure rules that keep a sweep from deleting records that still exist.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::Mode;

/// Interval between sweeps of incremental runs.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// Maximum number of deletions that are confirmed individually.
const FEW: usize = 20;
/// Deletions above one in this many rows need a second listing.
const SHARE: usize = 5;
/// Sample size when there are too many deletions to confirm each.
const SAMPLE: usize = FEW;
/// Ids per page.
const PAGE: u32 = 200;
/// Time a sweep needs besides its listing: to read the table, to confirm and to delete.
const MARGIN: Duration = Duration::from_secs(10);

/// Whether a run sweeps. `fresh`: the table had no rows when the run began.
pub(super) fn is_due(mode: Mode, fresh: bool, swept_at: Option<Timestamp>, now: Timestamp) -> bool {
    match mode {
        Mode::Full => !fresh,
        Mode::Incremental => swept_at.is_none_or(|at| now.duration_since(at) >= EVERY),
    }
}

/// The estimated time of a sweep of `rows` rows at one request per `interval`: one and a half times
/// its listing, plus [`MARGIN`].
pub(super) fn time_needed(rows: usize, interval: Duration) -> Duration {
    let pages = u32::try_from(rows).unwrap_or(u32::MAX) / PAGE + 1;
    interval.saturating_mul(pages).saturating_mul(3) / 2 + MARGIN
}

/// How deletions are confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// Nothing to delete.
    NotNeeded,
    /// Each record is requested.
    Each,
    /// A second listing and a sample of requests must agree.
    SecondListing,
}

/// The confirmation needed to delete `gone` of `rows`.
pub(super) fn confirmation(gone: usize, rows: usize) -> Confirmation {
    if gone == 0 {
        Confirmation::NotNeeded
    } else if gone <= FEW && gone.saturating_mul(SHARE) <= rows {
        Confirmation::Each
    } else {
        Confirmation::SecondListing
    }
}

/// The positions to request out of `count`: all of a few, else an even sample from first to last.
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
    fn full_run_sweeps_unless_table_was_empty() {
        assert!(is_due(Mode::Full, false, Some(at(0)), at(1)));
        assert!(!is_due(Mode::Full, true, None, at(1)));
    }

    #[test]
    fn incremental_runs_sweep_at_most_daily() {
        let day = 24 * 3600;
        assert!(is_due(Mode::Incremental, false, None, at(0)));
        assert!(!is_due(Mode::Incremental, false, Some(at(0)), at(day - 1)));
        assert!(is_due(Mode::Incremental, false, Some(at(0)), at(day)));
    }

    #[test]
    fn sweep_time_exceeds_its_requests() {
        let interval = Duration::from_millis(350);
        assert_eq!(time_needed(0, interval), MARGIN + interval * 3 / 2);
        assert_eq!(time_needed(100_000, interval), MARGIN + interval * 501 * 3 / 2);
        assert!(time_needed(usize::MAX, interval) > Duration::from_secs(3600));
    }

    #[test]
    fn small_deletions_are_checked_individually_large_ones_sampled() {
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
        fn every_deletion_needs_confirmation(gone in 1usize..200_000, rows in 0usize..200_000) {
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
