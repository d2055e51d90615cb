//! What is wrong with a store, and what ends it.

use jiff::{SignedDuration, Timestamp};

use super::{Attention, Store, StoreState};
use crate::{Generation, Resource};

/// A trouble that lasts longer than this has met more than one beat of the schedule: from then on
/// the store is left alone. All runs of one beat fail within this time, and count as one.
const PAUSE_AFTER: SignedDuration = SignedDuration::from_mins(10);

impl Store {
    /// The set-up of `generation` is complete and the store is well: the schedule has it from its
    /// next beat on. None where nothing changes.
    pub fn set_up_done(&self, generation: Generation, now: Timestamp) -> Option<Self> {
        let done = Self { set_up: true, lacking: Default::default(), ..self.well() }.awaited(now);
        (self.is_installed(generation) && *self != done).then_some(done)
    }

    /// A run has read `resource`: it can be read, and what needed attention works again. None where
    /// nothing changes.
    pub fn was_read(
        &self,
        generation: Generation,
        resource: Resource,
        now: Timestamp,
    ) -> Option<Self> {
        let able = self.can_read(generation, resource);
        able.as_ref().unwrap_or(self).recovered(generation, now).or(able)
    }

    /// What needed attention works again. None where nothing changes.
    pub fn recovered(&self, generation: Generation, now: Timestamp) -> Option<Self> {
        let is_troubled = self.generation == generation && self.state == StoreState::NeedsAttention;
        is_troubled.then(|| self.well().awaited(now))
    }

    /// The merchant must look into something. The second time that it is found, at another beat of
    /// the schedule, the store is paused. None where nothing changes.
    pub fn needs_attention(
        &self,
        generation: Generation,
        why: Attention,
        now: Timestamp,
    ) -> Option<Self> {
        let since = self.troubled_since.unwrap_or(now);
        let paused = self.paused || now.duration_since(since) >= PAUSE_AFTER;
        let troubled = Self {
            state: StoreState::NeedsAttention,
            attention: Some(why),
            troubled_since: Some(since),
            paused,
            ..self.clone()
        };
        let due_at = self.due_at.filter(|_| !paused || troubled.has_schedule());
        let troubled = Self { due_at, ..troubled };
        (self.is_installed(generation) && *self != troubled).then_some(troubled)
    }

    /// A permission for `resource` is missing: the schedule leaves it out until the app is opened
    /// again. None where nothing changes.
    pub fn lacks(&self, generation: Generation, resource: Resource) -> Option<Self> {
        let mut lacking = self.clone();
        let is_news = lacking.lacking.insert(resource);
        (self.is_installed(generation) && is_news).then_some(lacking)
    }

    /// `resource` can be read. None where nothing changes.
    pub fn can_read(&self, generation: Generation, resource: Resource) -> Option<Self> {
        let mut able = self.clone();
        let is_news = able.lacking.remove(&resource);
        (self.is_installed(generation) && is_news).then_some(able)
    }

    /// The same store without any trouble.
    pub(super) fn well(&self) -> Self {
        let state = match self.state {
            StoreState::NeedsAttention => StoreState::Active,
            state => state,
        };
        Self { state, attention: None, troubled_since: None, paused: false, ..self.clone() }
    }
}
