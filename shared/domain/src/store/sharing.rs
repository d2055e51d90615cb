//! Which kinds of records the merchant shares with the assistant. What is withheld is neither read
//! from the shop nor kept here: it is erased, and the erasing has to be confirmed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::timetable::whole_second;
use super::{Store, StoreState};
use crate::{Generation, Resource};

/// How long after the choice an erasing must begin to count: whoever was about to write a page then
/// has written it or ended since.
const CONFIRMED_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// That a kind of record is not shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// When that was chosen, or else when somebody was last found who could still write.
    pub since: Timestamp,
    /// Whether nothing of it is left, and nothing can come any more. Until then the schedule asks
    /// for another erasing at each beat.
    #[serde(default)]
    pub erased: bool,
}

impl Store {
    /// Whether the merchant shares these records. Whoever writes them has to ask.
    pub fn shares(&self, resource: Resource) -> bool {
        !self.withheld.contains_key(&resource)
    }

    /// What is withheld and not known to be erased yet.
    pub fn to_be_erased(&self) -> impl Iterator<Item = Resource> {
        self.withheld.iter().filter(|(_, withheld)| !withheld.erased).map(|(resource, _)| *resource)
    }

    /// Shares `resource` no more; its rows are to go from now on. Where it is withheld and not
    /// erased yet, the erasing has to begin later than this to count. None where the store is not
    /// installed, or nothing is left to do.
    pub fn withhold(&self, resource: Resource, now: Timestamp) -> Option<Self> {
        if self.state == StoreState::Uninstalled {
            return None;
        }
        let mut less = self.clone();
        let before = less.withheld.insert(resource, Withheld { since: now, erased: false });
        let counts_from = whole_second(now + CONFIRMED_AFTER);
        less.due_at = Some(self.due_at.map_or(counts_from, |due| due.min(counts_from)));
        let is_erased = before.is_some_and(|before| before.erased);
        (!is_erased && *self != less).then_some(less)
    }

    /// Shares `resource` again: due at the next beat, so that it is read even if nobody asks for
    /// it. Where the schedule is off, or leaves the store alone, only whoever asks has it read.
    /// None where the store is not installed, or shares it already.
    pub fn share(&self, resource: Resource, now: Timestamp) -> Option<Self> {
        let mut more = Self { due_at: None, ..self.clone() };
        let was_withheld = more.withheld.remove(&resource).is_some();
        (self.state != StoreState::Uninstalled && was_withheld).then(|| more.awaited(now))
    }

    /// An erasing of `resource` that began then has come to its end. It counts if it can have missed
    /// nothing. None where nothing changes.
    pub fn erasing_ended(
        &self,
        generation: Generation,
        resource: Resource,
        began_at: Timestamp,
    ) -> Option<Self> {
        let withheld = *self.withheld.get(&resource)?;
        let counts = began_at >= withheld.since + CONFIRMED_AFTER;
        let mut done = self.clone();
        done.withheld.insert(resource, Withheld { erased: true, ..withheld });
        done.due_at = done.due_at.filter(|_| done.has_schedule());
        (self.is_installed(generation) && counts && !withheld.erased).then_some(done)
    }
}

#[cfg(test)]
mod tests;
