//! Allocation of a shop's request slots by time and priority, as a pure function.
//!
//! Slots are one interval apart (the generic cell rate algorithm, with a burst of one). Slots are
//! never taken far ahead, so that interactive work never finds a long queue:
//!
//! - background work takes a slot at most one interval ahead;
//! - interactive work takes a slot at most two intervals ahead, and therefore goes first;
//! - background work that got less than its share, because interactive work keeps the queue full,
//!   may claim a slot at most three intervals ahead, and goes before both.
//!
//! Each side may use what the other leaves.

use jiff::{SignedDuration, Timestamp};

use super::rate::Schedule;
use crate::domain::{Priority, RateLimit};

/// Result of checking the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The slot may be taken; `after` is the schedule that results.
    Take { slot: Timestamp, after: Schedule },
    /// Check again at this time.
    Ask(Timestamp),
    /// The next slot is past the deadline and stays free for others.
    TooLate,
}

/// How many intervals ahead a slot may be taken: by background work, by interactive work, and by
/// background work with a claim.
const AHEAD: i32 = 1;
const AHEAD_INTERACTIVE: i32 = 2;
const AHEAD_CLAIMED: i32 = 3;
/// A schedule further ahead than this was written by a wrong clock, and is reset.
const IMPOSSIBLE: SignedDuration = SignedDuration::from_secs(10);

/// Decides whether the next slot of `known` may be taken at `now` for a request that must start by
/// `latest`.
pub(super) fn judge(
    known: Option<Schedule>,
    limit: RateLimit,
    priority: Priority,
    now: Timestamp,
    latest: Timestamp,
) -> Verdict {
    let (interval, wide) = (limit.interval(), limit.background_interval());
    let farthest = now + interval * (AHEAD_CLAIMED + 2) + IMPOSSIBLE;
    let Schedule { next, background } = known
        .filter(|known| known.next <= farthest)
        .unwrap_or(Schedule { next: now, background: now });
    let slot = next.max(now);
    if slot > latest {
        return Verdict::TooLate;
    }
    let ahead = slot.duration_since(now);
    let take =
        |background| Verdict::Take { slot, after: Schedule { next: slot + interval, background } };
    match priority {
        Priority::Interactive if ahead <= interval * AHEAD_INTERACTIVE => take(background),
        Priority::Interactive => Verdict::Ask(slot - interval * AHEAD_INTERACTIVE),
        Priority::Background if ahead <= interval * AHEAD => take(slot + wide),
        // A claim served late makes the next one due correspondingly earlier, by at most an
        // interval: slots are not multiples of the share.
        Priority::Background if background <= slot && ahead <= interval * AHEAD_CLAIMED => {
            take(background.max(slot - interval) + wide)
        }
        Priority::Background => {
            let claim = slot.max(background) - interval * AHEAD_CLAIMED;
            Verdict::Ask(claim.max(now + interval / 2).min(slot - interval * AHEAD))
        }
    }
}

#[cfg(test)]
mod tests;
