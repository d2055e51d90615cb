//! Decides which of two versions of an order is newer, as a pure function, so that no order is ever
//! reverted.
//!
//! Orders arrive from runs and from webhooks, read back or not, concurrently and in any order. The
//! platform's modification date is local time in whole seconds, so where dates do not decide, the
//! version requested later wins.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::{Generation, HistoryEntry, OrderStatus};

/// A version requested this much later is newer whatever the dates say: an hour of local time
/// repeats when clocks are set back. Longer than a request can take and than two clocks can differ.
const SURELY_LATER_MS: i64 = 60_000;

/// The part of an order needed to compare versions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct OrderVersion {
    /// Install that the order belongs to.
    pub(super) generation: Generation,
    /// Digest of the whole row.
    pub(super) digest: String,
    /// When the shop last changed the order, according to the shop.
    #[serde(default)]
    pub(super) updated_at: Option<Timestamp>,
    /// When the order was requested or the webhook arrived, in Unix milliseconds. Absent in rows
    /// written by older versions.
    #[serde(default)]
    pub(super) read_at: Option<i64>,
    /// Whether the data comes from a webhook and was not read back.
    #[serde(default)]
    pub(super) provisional: bool,
    /// Status of the order.
    #[serde(default)]
    pub(super) status: Option<OrderStatus>,
    /// Promised day of delivery. Not part of the digest: only webhooks have it, so a version without
    /// it keeps it.
    #[serde(default)]
    pub(super) expected_delivery: Option<Date>,
    /// History of the order, if it was read.
    #[serde(default)]
    pub(super) history: Option<Vec<HistoryEntry>>,
}

/// Decision on a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Newer than the stored version.
    Write,
    /// Identical to the stored version.
    Same,
    /// Older, or not known to be newer.
    Leave,
}

/// Kind of change made by a newer version, as reported in events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The order was unknown or a cart.
    Placed,
    /// The status changed. The previous row shows whether a webhook reported it first.
    Status,
    /// Anything else changed.
    Other,
}

/// Compares `new` with the stored version.
pub(super) fn judge(known: Option<&OrderVersion>, new: &OrderVersion) -> Verdict {
    let Some(known) = known else { return Verdict::Write };
    if known.generation != new.generation {
        let is_ours = known.generation < new.generation;
        return if is_ours { Verdict::Write } else { Verdict::Leave };
    }
    if known.digest == new.digest {
        let has_news =
            new.expected_delivery.is_some_and(|day| known.expected_delivery != Some(day));
        return if has_news { Verdict::Write } else { Verdict::Same };
    }
    let is_newer = if new.provisional { is_news(known, new) } else { is_later(known, new) };
    if is_newer { Verdict::Write } else { Verdict::Leave }
}

/// Whether a webhook's version is newer. The webhook may have been delayed for hours, so its own
/// date decides. Between two versions without a date, the last to arrive wins.
fn is_news(known: &OrderVersion, new: &OrderVersion) -> bool {
    match (known.updated_at, new.updated_at) {
        (Some(known_at), Some(new_at)) => known_at < new_at && !has_same_status(known, new),
        (None, None) => known.provisional && !has_same_status(known, new),
        _ => false,
    }
}

/// Whether a version read from the API is at least as new as the stored one.
fn is_later(known: &OrderVersion, new: &OrderVersion) -> bool {
    let (asked, known_asked) = (new.read_at.unwrap_or(i64::MAX), known.read_at.unwrap_or(0));
    if known_asked.saturating_add(SURELY_LATER_MS) <= asked {
        return true;
    }
    let is_asked_later = known_asked <= asked;
    match (known.updated_at, new.updated_at) {
        (Some(known_at), Some(new_at)) if known_at < new_at => true,
        (Some(known_at), Some(new_at)) if new_at < known_at => known.provisional && is_asked_later,
        (None, Some(_)) => true,
        _ => known.provisional || is_asked_later,
    }
}

/// Returns the change that writing `new` over `known` makes; None if a webhook already announced
/// it.
pub(super) fn change(known: Option<&OrderVersion>, new: &OrderVersion) -> Option<Change> {
    let Some(known) = known.filter(|known| known.generation == new.generation) else {
        return Some(Change::Placed);
    };
    if !has_same_status(known, new) {
        // An order without a status is a cart, except that a webhook may omit the status.
        let was_cart = known.status.is_none() && !known.provisional;
        return Some(if was_cart { Change::Placed } else { Change::Status });
    }
    (known.digest != new.digest && !known.provisional).then_some(Change::Other)
}

/// Compares statuses by id, or else by name: a webhook has only the name, in one language.
fn has_same_status(one: &OrderVersion, other: &OrderVersion) -> bool {
    match (&one.status, &other.status) {
        (None, None) => true,
        (Some(one), Some(other)) => match (&one.id, &other.id) {
            (Some(one), Some(other)) => one == other,
            _ => one.names.values().any(|name| other.names.values().any(|known| known == name)),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests;
