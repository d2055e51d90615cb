//! Which slot of a shop's schedule may be taken when, and by whom: a pure rule.
//!
//! Slots are an interval apart (the generic cell rate algorithm, with a burst of one). Nobody books
//! far ahead, so that whoever cannot wait never finds a long queue:
//!
//! - background work takes a slot that is one interval ahead at the most;
//! - interactive work takes one that is two intervals ahead at the most, and so goes first;
//! - background work that got less than its share, because interactive work keeps the queue full,
//!   has a claim to a slot that is three intervals ahead at the most, and goes before both.
//!
//! Whatever one side leaves is the other's.

use jiff::{SignedDuration, Timestamp};

use super::rate::Schedule;
use crate::domain::{Priority, RateLimit};

/// What a look at the schedule comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The slot may be taken, which makes the schedule this.
    Take { slot: Timestamp, after: Schedule },
    /// Not before then.
    Ask(Timestamp),
    /// The next slot comes too late; it is left to others.
    TooLate,
}

/// How many intervals ahead slots are taken: by background work, by interactive work, and by
/// background work that has a claim.
const AHEAD: i32 = 1;
const AHEAD_INTERACTIVE: i32 = 2;
const AHEAD_CLAIMED: i32 = 3;
/// No schedule is that far ahead, unless a clock was wrong: then it is begun anew.
const IMPOSSIBLE: SignedDuration = SignedDuration::from_secs(10);

/// Judges whether the next slot of `known` may be taken at `now` for a request that must begin by
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
        // What the claim came too late by, it may come earlier next time: slots are no multiples
        // of the share.
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
