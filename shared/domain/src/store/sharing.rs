//! Kinds of records that the merchant shares with the assistant. Records that are not shared are
//! neither read from the shop nor stored: stored ones are erased, and the erasure must be confirmed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::timetable::whole_second;
use super::{Store, StoreState};
use crate::{Generation, Resource};

/// Minimum time from the choice to the start of an erasure that confirms it: by then, any process
/// that was writing a page has written it or ended.
const CONFIRMED_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// State of a kind of record that is not shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotShared {
    /// When the merchant chose it, or when a process that could still write was last found.
    pub since: Timestamp,
    /// Whether all rows are erased and none can be written any more. Until then every scheduled run
    /// requests another erasure.
    #[serde(default)]
    pub erased: bool,
}

impl Store {
    /// Whether the merchant shares these records. Check before writing them.
    pub fn shares(&self, resource: Resource) -> bool {
        !self.not_shared.contains_key(&resource)
    }

    /// Resources that are not shared and not yet confirmed as erased.
    pub fn to_be_erased(&self) -> impl Iterator<Item = Resource> {
        self.not_shared
            .iter()
            .filter(|(_, not_shared)| !not_shared.erased)
            .map(|(resource, _)| *resource)
    }

    /// Stops sharing `resource`, so that its rows must be erased. If an erasure is already pending,
    /// only one that starts after this call can confirm it. None if the store is not installed or
    /// nothing is left to do.
    pub fn stop_sharing(&self, resource: Resource, now: Timestamp) -> Option<Self> {
        if self.state == StoreState::Uninstalled {
            return None;
        }
        let mut less = self.clone();
        let before = less.not_shared.insert(resource, NotShared { since: now, erased: false });
        let counts_from = whole_second(now + CONFIRMED_AFTER);
        less.due_at = Some(self.due_at.map_or(counts_from, |due| due.min(counts_from)));
        let is_erased = before.is_some_and(|before| before.erased);
        (!is_erased && *self != less).then_some(less)
    }

    /// Shares `resource` again. The store is due at the next scheduled run; if its schedule is off or
    /// paused, only an explicit request syncs the resource. None if the store is not installed or
    /// already shares it.
    pub fn share(&self, resource: Resource, now: Timestamp) -> Option<Self> {
        let mut more = Self { due_at: None, ..self.clone() };
        let was_not_shared = more.not_shared.remove(&resource).is_some();
        (self.state != StoreState::Uninstalled && was_not_shared).then(|| more.awaited(now))
    }

    /// Records the end of an erasure of `resource` that began at `began_at`. It is confirmed if it
    /// cannot have missed a row. None if nothing changes.
    pub fn erasing_ended(
        &self,
        generation: Generation,
        resource: Resource,
        began_at: Timestamp,
    ) -> Option<Self> {
        let not_shared = *self.not_shared.get(&resource)?;
        let counts = began_at >= not_shared.since + CONFIRMED_AFTER;
        let mut done = self.clone();
        done.not_shared.insert(resource, NotShared { erased: true, ..not_shared });
        done.due_at = done.due_at.filter(|_| done.has_schedule());
        (self.is_installed(generation) && counts && !not_shared.erased).then_some(done)
    }
}

#[cfg(test)]
mod tests;
