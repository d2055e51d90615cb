//! Which of two tellings of an order is the newer one: a pure rule, so that no order ever goes back.
//!
//! Orders come by runs, by webhooks that are read back, and by webhooks that are not, all at once
//! and in any order. the platform's date of change has whole seconds and is local time, so what was
//! asked for later decides where dates don't.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{Generation, OrderStatus};

/// What is asked for by so much later has surely seen the later state, whatever the dates say: an
/// hour of local time comes twice when clocks are put back. Longer than a request can take, and
/// than two clocks differ.
const SURELY_LATER_MS: i64 = 60_000;

/// An order, as far as it must be known to judge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Telling {
    /// The install that it belongs to.
    pub(super) generation: Generation,
    /// Of everything in it.
    pub(super) digest: String,
    /// When the shop last changed it, in its own words.
    #[serde(default)]
    pub(super) updated_at: Option<Timestamp>,
    /// When it was asked for, or when the webhook came; Unix time in milliseconds. Rows that older
    /// versions wrote have none.
    #[serde(default)]
    pub(super) read_at: Option<i64>,
    /// Whether it is only what a webhook said.
    #[serde(default)]
    pub(super) provisional: bool,
    /// How far the order is.
    #[serde(default)]
    pub(super) status: Option<OrderStatus>,
}

/// What is to be done with a telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is newer than what is there.
    Write,
    /// It says the same.
    Same,
    /// It is older, or nothing tells.
    Leave,
}

/// What a newer telling changes, as far as others are told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The order was not known, or only as a cart.
    Placed,
    /// It has another status. Whether a webhook had said so is told by the row before.
    Status,
    /// Something else of it.
    Other,
}

/// Judges `new` beside what is known.
pub(super) fn judge(known: Option<&Telling>, new: &Telling) -> Verdict {
    let Some(known) = known else { return Verdict::Write };
    if known.generation != new.generation {
        let is_ours = known.generation < new.generation;
        return if is_ours { Verdict::Write } else { Verdict::Leave };
    }
    if known.digest == new.digest {
        return Verdict::Same;
    }
    let is_newer = if new.provisional { is_news(known, new) } else { is_later(known, new) };
    if is_newer { Verdict::Write } else { Verdict::Leave }
}

/// Whether what a webhook says is news. It may have been on its way for hours: its own date must
/// tell. Between two that have none, the one that comes last is believed.
fn is_news(known: &Telling, new: &Telling) -> bool {
    match (known.updated_at, new.updated_at) {
        (Some(known_at), Some(new_at)) => known_at < new_at && !has_same_status(known, new),
        (None, None) => known.provisional && !has_same_status(known, new),
        _ => false,
    }
}

/// Whether a record of the API is at least as new as what is there.
fn is_later(known: &Telling, new: &Telling) -> bool {
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

/// What writing `new` over `known` changes; None where a webhook has announced the same before.
pub(super) fn change(known: Option<&Telling>, new: &Telling) -> Option<Change> {
    let Some(known) = known.filter(|known| known.generation == new.generation) else {
        return Some(Change::Placed);
    };
    if !has_same_status(known, new) {
        // What has no status is a cart; only of a webhook's own word it can be left out.
        let was_cart = known.status.is_none() && !known.provisional;
        return Some(if was_cart { Change::Placed } else { Change::Status });
    }
    (known.digest != new.digest && !known.provisional).then_some(Change::Other)
}

/// A webhook tells a status by its name in one language, the API by its id.
fn has_same_status(one: &Telling, other: &Telling) -> bool {
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
