//! Row counts, cached for a while because an open page polls every two seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{Generation, Resource, StoreId};
use shopcall_core::storage::{CacheRepository, Cursor, RowCount, StoreOverview};

/// Lifetime of a count if no write is known.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_secs(30);
/// Lifetime during a run, per request that the count took.
const KEPT_IN_RUN: SignedDuration = SignedDuration::from_secs(2);
/// Approximate number of rows one request counts.
const ROWS_A_REQUEST: u64 = 7_000;
/// Upper bound of a count; larger ones are shown as "more than".
const MOST_COUNTED: u64 = 100_000;
/// Maximum number of cached counts.
const MAX_REMEMBERED: usize = 1_000;

type Key = (StoreId, Generation, Resource);

/// Cache of counts in this process.
#[derive(Debug)]
pub(crate) struct Counts {
    cache: CacheRepository,
    known: Mutex<HashMap<Key, Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    count: RowCount,
    at: Timestamp,
    state: State,
}

/// Known state a cached count depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    cursor: Option<Cursor>,
    is_running: bool,
}

impl Counts {
    /// Creates a counter over `cache`.
    pub(crate) fn new(cache: CacheRepository) -> Self {
        Self { cache, known: Mutex::default() }
    }

    /// Counts a store's rows. Returns `None` if counting fails; the page omits the number.
    pub(crate) async fn get(
        &self,
        overview: &StoreOverview,
        resource: Resource,
        now: Timestamp,
    ) -> Option<RowCount> {
        let store = &overview.store;
        let key = (store.id.clone(), store.generation, resource);
        let state = State::of(overview, resource, now);
        let known = self.lock().get(&key).cloned();
        if let Some(known) = known.filter(|known| known.is_good(&state, now)) {
            return Some(known.count);
        }
        let count = self.cache.count(&store.id, resource, MOST_COUNTED).await.ok()?;
        let mut all = self.lock();
        if all.len() >= MAX_REMEMBERED {
            all.clear();
        }
        all.insert(key, Known { count, at: now, state });
        Some(count)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_good(&self, state: &State, now: Timestamp) -> bool {
        let requests = i32::try_from(1 + self.count.rows / ROWS_A_REQUEST).unwrap_or(i32::MAX);
        let kept = if state.is_running { KEPT_IN_RUN * requests } else { KEPT };
        self.state == *state && now.duration_since(self.at).abs() < kept.min(KEPT)
    }
}

impl State {
    fn of(overview: &StoreOverview, resource: Resource, now: Timestamp) -> Self {
        let sync = overview.syncs.get(&resource);
        let is_running = sync.is_some_and(|sync| sync.leased_until.is_some_and(|at| at > now));
        Self { cursor: sync.and_then(|sync| sync.cursor.clone()), is_running }
    }
}
