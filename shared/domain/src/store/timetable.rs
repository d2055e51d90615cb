//! Due times of scheduled work for a store.

use jiff::{SignedDuration, Timestamp};

use super::{Store, StoreState};
use crate::{Frequency, Resource, SCHEDULE_INTERVAL, SyncConfig, next_scheduled_run};

/// How long rows are kept after an uninstall, so that a merchant who removed the app by mistake
/// loses nothing.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// When the rows of a store that was uninstalled at `uninstalled_at` are purged.
pub(super) fn purge_at(uninstalled_at: Timestamp) -> Timestamp {
    whole_second(uninstalled_at + KEPT)
}

/// Truncates to whole seconds: due times are compared as text.
pub(super) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl Store {
    /// Changes the sync schedule. A store that is switched on is due at the next scheduled run; a
    /// change never postpones the due time.
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

    /// The next due time after the scheduled run at `now` has handled the store. None if nothing more
    /// is scheduled.
    ///
    /// A scheduled run covers all due times that are nearer to it than to the next run, so that a
    /// store whose time lies between two runs is not handled twice. A purge, and an erasure of
    /// records that are not shared, is requested at every scheduled run until it is complete; syncs
    /// are requested together with an erasure.
    pub fn due_after(&self, now: Timestamp) -> Option<Timestamp> {
        if self.state == StoreState::Uninstalled {
            let purge_at = self.uninstalled_at.map(purge_at)?;
            return Some(if purge_at <= now { next_scheduled_run(now) } else { purge_at });
        }
        if self.is_erasing() {
            return Some(next_scheduled_run(now));
        }
        self.is_scheduled().then(|| match self.sync.frequency {
            Frequency::QuarterHourly => next_scheduled_run(now),
            seldom => seldom.next_after(&self.id, now + SCHEDULE_INTERVAL / 2),
        })
    }

    /// Resources to sync in a scheduled run: those that are readable and shared; none if the schedule
    /// is off or paused.
    pub fn scheduled_resources(&self) -> impl Iterator<Item = Resource> {
        let is_asked_for = |resource: &Resource| {
            !self.missing_permissions.contains(resource) && self.shares(*resource)
        };
        let is_scheduled = self.is_scheduled();
        Resource::ALL.into_iter().filter(move |resource| is_scheduled && is_asked_for(resource))
    }

    /// When the next scheduled sync is due; None if only an erasure or a purge is due.
    pub fn next_sync_at(&self) -> Option<Timestamp> {
        self.due_at.filter(|_| self.scheduled_resources().next().is_some())
    }

    /// Whether the purge of this store's rows is due at `now`.
    pub fn is_to_be_purged(&self, now: Timestamp) -> bool {
        let is_over = |uninstalled_at| purge_at(uninstalled_at) <= now;
        self.state == StoreState::Uninstalled && self.uninstalled_at.is_some_and(is_over)
    }

    /// Whether the store is synchronised regularly.
    fn is_scheduled(&self) -> bool {
        self.state != StoreState::Uninstalled && self.set_up && self.sync.enabled && !self.paused
    }

    /// Whether an erasure is pending, which scheduled runs request even for a paused store.
    fn is_erasing(&self) -> bool {
        self.state != StoreState::Uninstalled && self.to_be_erased().next().is_some()
    }

    /// Whether any work is scheduled while the store is installed.
    pub(super) fn has_schedule(&self) -> bool {
        self.is_scheduled() || self.is_erasing()
    }

    /// Sets the due time to `now` unless one is set; clears it if no work is scheduled.
    pub(super) fn awaited(self, now: Timestamp) -> Self {
        let now = whole_second(now);
        let due_at = if self.has_schedule() { self.due_at.or(Some(now)) } else { None };
        Self { due_at, ..self }
    }
}
