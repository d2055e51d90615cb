//! When the schedule has something to do for a store.

use jiff::{SignedDuration, Timestamp};

use super::{Store, StoreState};
use crate::{BEAT, Frequency, Resource, SyncConfig, next_beat};

/// How long the rows of a store are kept after its uninstall: a merchant who removed the app by
/// mistake finds everything as it was.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// When the rows of a store that was uninstalled then are to go.
pub(super) fn purge_at(uninstalled_at: Timestamp) -> Timestamp {
    whole_second(uninstalled_at + KEPT)
}

/// Due times have no fractions: they are compared as text.
pub(super) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl Store {
    /// With another choice of how often. What is switched on is due at the next beat, and nothing
    /// is put off by a change.
    #[must_use]
    pub fn configured(&self, sync: SyncConfig, now: Timestamp) -> Self {
        let changed = Self { sync, ..self.clone() };
        if !changed.is_scheduled() {
            let due_at = self.due_at.filter(|_| changed.has_schedule());
            return Self { due_at, ..changed };
        }
        let next = sync.frequency.next_after(&self.id, now);
        Self { due_at: self.due_at.map(|due| due.min(next)), ..changed }.awaited(now)
    }

    /// When it is due after the beat at `now` has done what it had to do for it. None where the
    /// schedule has nothing more to do for it.
    ///
    /// A beat stands for all times of a store that lie nearer to it than to the next one, so that
    /// no store is asked for at two beats because its time lies between them. What is to be
    /// purged, or erased because it is withheld, is asked for at each beat, until it is gone; with
    /// the latter go the syncs.
    pub fn due_after(&self, now: Timestamp) -> Option<Timestamp> {
        if self.state == StoreState::Uninstalled {
            let purge_at = self.uninstalled_at.map(purge_at)?;
            return Some(if purge_at <= now { next_beat(now) } else { purge_at });
        }
        if self.is_erasing() {
            return Some(next_beat(now));
        }
        self.is_scheduled().then(|| match self.sync.frequency {
            Frequency::QuarterHourly => next_beat(now),
            seldom => seldom.next_after(&self.id, now + BEAT / 2),
        })
    }

    /// What the schedule asks syncs of: not what cannot be read or is withheld, and nothing for a
    /// store that it leaves alone.
    pub fn scheduled_resources(&self) -> impl Iterator<Item = Resource> {
        let is_asked_for =
            |resource: &Resource| !self.lacking.contains(resource) && self.shares(*resource);
        let is_scheduled = self.is_scheduled();
        Resource::ALL.into_iter().filter(move |resource| is_scheduled && is_asked_for(resource))
    }

    /// When the schedule asks for its next sync: none where it asks only for what is to be erased.
    pub fn next_sync_at(&self) -> Option<Timestamp> {
        self.due_at.filter(|_| self.scheduled_resources().next().is_some())
    }

    /// Whether the rows of this store are to go by `now`.
    pub fn is_to_be_purged(&self, now: Timestamp) -> bool {
        let is_over = |uninstalled_at| purge_at(uninstalled_at) <= now;
        self.state == StoreState::Uninstalled && self.uninstalled_at.is_some_and(is_over)
    }

    /// Whether the schedule synchronises it.
    fn is_scheduled(&self) -> bool {
        self.state != StoreState::Uninstalled && self.set_up && self.sync.enabled && !self.paused
    }

    /// Whether something is being erased, which the schedule asks for again whatever else it
    /// leaves alone.
    fn is_erasing(&self) -> bool {
        self.state != StoreState::Uninstalled && self.to_be_erased().next().is_some()
    }

    /// Whether the schedule has anything to do for it while it is installed.
    pub(super) fn has_schedule(&self) -> bool {
        self.is_scheduled() || self.is_erasing()
    }

    /// Due from now on, unless it is due at some time already or the schedule leaves it alone.
    pub(super) fn awaited(self, now: Timestamp) -> Self {
        let now = whole_second(now);
        let due_at = if self.has_schedule() { self.due_at.or(Some(now)) } else { None };
        Self { due_at, ..self }
    }
}
