//! Problems of a store and recovery from them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Attention, Store, StoreState};
use crate::{Generation, Resource};

/// Minimum time between the first failure and a later one for the store to be paused. Runs of the
/// same scheduled run fail within this time and count as one failure.
const PAUSE_AFTER: SignedDuration = SignedDuration::from_mins(10);

impl Store {
    /// Marks the set-up of `generation` as complete and clears problems: the store is due at the next
    /// scheduled run. None if nothing changes.
    pub fn set_up_done(&self, generation: Generation, now: Timestamp) -> Option<Self> {
        let done = Self { set_up: true, missing_permissions: Default::default(), ..self.well() }
            .awaited(now);
        (self.is_installed(generation) && *self != done).then_some(done)
    }

    /// Records that a run has read `resource` without the permissions `ungranted`: the resource's
    /// own permission exists and the store works again. None if nothing changes.
    pub fn was_read(
        &self,
        generation: Generation,
        resource: Resource,
        ungranted: &BTreeSet<String>,
        now: Timestamp,
    ) -> Option<Self> {
        let readable = self.can_read(generation, resource);
        let readable = readable
            .as_ref()
            .unwrap_or(self)
            .did_without(generation, resource, ungranted)
            .or(readable);
        readable.as_ref().unwrap_or(self).recovered(generation, now).or(readable)
    }

    /// Replaces the permissions that runs of `resource` do without. None if nothing changes.
    fn did_without(
        &self,
        generation: Generation,
        resource: Resource,
        ungranted: &BTreeSet<String>,
    ) -> Option<Self> {
        let mut changed = self.clone();
        if ungranted.is_empty() {
            changed.ungranted.remove(&resource);
        } else {
            changed.ungranted.insert(resource, ungranted.clone());
        }
        (self.is_installed(generation) && *self != changed).then_some(changed)
    }

    /// Clears [`StoreState::NeedsAttention`]. None if nothing changes.
    pub fn recovered(&self, generation: Generation, now: Timestamp) -> Option<Self> {
        let needs_attention =
            self.generation == generation && self.state == StoreState::NeedsAttention;
        needs_attention.then(|| self.well().awaited(now))
    }

    /// Records that the store needs attention. Pauses the store if a later scheduled run finds the
    /// problem again. None if nothing changes.
    pub fn needs_attention(
        &self,
        generation: Generation,
        why: Attention,
        now: Timestamp,
    ) -> Option<Self> {
        let since = self.troubled_since.unwrap_or(now);
        let paused = self.paused || now.duration_since(since) >= PAUSE_AFTER;
        let changed = Self {
            state: StoreState::NeedsAttention,
            attention: Some(why),
            troubled_since: Some(since),
            paused,
            ..self.clone()
        };
        let due_at = self.due_at.filter(|_| !paused || changed.has_schedule());
        let changed = Self { due_at, ..changed };
        (self.is_installed(generation) && *self != changed).then_some(changed)
    }

    /// Records a missing permission for `resource`, which scheduled syncs then leave out until the app
    /// is opened again. None if nothing changes.
    pub fn missing_permission(&self, generation: Generation, resource: Resource) -> Option<Self> {
        let mut changed = self.clone();
        let is_new = changed.missing_permissions.insert(resource);
        (self.is_installed(generation) && is_new).then_some(changed)
    }

    /// Clears a missing permission for `resource`. None if nothing changes.
    pub fn can_read(&self, generation: Generation, resource: Resource) -> Option<Self> {
        let mut changed = self.clone();
        let was_missing = changed.missing_permissions.remove(&resource);
        (self.is_installed(generation) && was_missing).then_some(changed)
    }

    /// The same store without problems.
    pub(super) fn well(&self) -> Self {
        let state = match self.state {
            StoreState::NeedsAttention => StoreState::Active,
            state => state,
        };
        Self { state, attention: None, troubled_since: None, paused: false, ..self.clone() }
    }
}
