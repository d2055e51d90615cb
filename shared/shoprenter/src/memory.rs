//! Tokens and rate limits kept in one process, for use without a database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use shopcall_domain::{
    ApiError, Deadline, FetchLease, Generation, Priority, RateLimit, RateLimiter, RequestQueue,
    StoreId, StoredTokens, TokenStore, random,
};

/// In-memory token store, unencrypted. Every store counts as installed.
#[derive(Debug, Default)]
pub struct MemoryTokens(Mutex<HashMap<(StoreId, Generation), Entry>>);

#[derive(Debug, Default)]
struct Entry {
    tokens: Option<StoredTokens>,
    lease: Option<(String, Timestamp)>,
}

impl MemoryTokens {
    fn entries(&self) -> MutexGuard<'_, HashMap<(StoreId, Generation), Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenStore for MemoryTokens {
    async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<StoredTokens>, ApiError> {
        let entries = self.entries();
        Ok(entries.get(&(store.clone(), generation)).and_then(|entry| entry.tokens.clone()))
    }

    async fn lease_fetch(
        &self,
        store: &StoreId,
        generation: Generation,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<FetchLease>, ApiError> {
        let mut entries = self.entries();
        let entry = entries.entry((store.clone(), generation)).or_default();
        let is_free = entry.lease.as_ref().is_none_or(|(_, until)| *until <= now);
        let current = entry.tokens.as_ref().map_or(0, |tokens| tokens.version);
        if !is_free || current != version {
            return Ok(None);
        }
        let owner = random::hex::<16>();
        entry.lease = Some((owner.clone(), until));
        Ok(Some(FetchLease { generation, owner }))
    }

    async fn put(
        &self,
        store: &StoreId,
        lease: &FetchLease,
        fetched: &StoredTokens,
    ) -> Result<bool, ApiError> {
        let mut entries = self.entries();
        let entry = entries.entry((store.clone(), lease.generation)).or_default();
        if entry.lease.as_ref().is_none_or(|(owner, _)| *owner != lease.owner) {
            return Ok(false);
        }
        *entry = Entry { tokens: Some(fetched.clone()), lease: None };
        Ok(true)
    }

    async fn release(&self, store: &StoreId, lease: &FetchLease) -> Result<(), ApiError> {
        let mut entries = self.entries();
        let entry = entries.entry((store.clone(), lease.generation)).or_default();
        entry.lease = entry.lease.take().filter(|(owner, _)| *owner != lease.owner);
        Ok(())
    }

    async fn is_installed(&self, _: &StoreId, _: Generation) -> Result<bool, ApiError> {
        Ok(true)
    }
}

/// Spaces this process's requests to each shop.
#[derive(Debug, Clone)]
pub struct MemoryRateLimiter {
    limit: RateLimit,
    next: Arc<Mutex<HashMap<StoreId, Instant>>>,
}

impl MemoryRateLimiter {
    /// Creates a limiter for shops that no other process sends requests to.
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, next: Arc::default() }
    }
}

#[derive(Debug)]
struct Queue {
    limiter: MemoryRateLimiter,
    store: StoreId,
}

impl RateLimiter for MemoryRateLimiter {
    fn interval(&self) -> Duration {
        Duration::try_from(self.limit.interval()).unwrap_or_default()
    }

    /// Ignores the priority: requests are sent in order of arrival.
    fn queue(&self, store: &StoreId, _: Priority) -> Box<dyn RequestQueue> {
        Box::new(Queue { limiter: self.clone(), store: store.clone() })
    }
}

#[async_trait]
impl RequestQueue for Queue {
    async fn wait(&self, deadline: Deadline, reserve: Duration) -> Result<Duration, ApiError> {
        let wait = {
            let mut next = self.limiter.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let slot = next.get(&self.store).copied().map_or(now, |slot| slot.max(now));
            let wait = slot - now;
            if wait + reserve > deadline.left() {
                return Err(ApiError::OutOfTime);
            }
            next.insert(self.store.clone(), slot + self.limiter.interval());
            wait
        };
        tokio::time::sleep(wait).await;
        Ok(wait)
    }
}
