//! Keeps all requests to one shop, from any Lambda, under its rate limit.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::error::StoreError;
use super::rate::{Moved, RateRepository, Schedule};
use super::slot::{self, Verdict};
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, Deadline, Priority, RateLimit, RateLimiter, RequestQueue, StoreId, random,
};

/// A slot missed by more than this is not used: the request would be too close to the following
/// ones. A second's worth of slots spans 35 ms more than a second; this leaves 15 ms of it for
/// differences in network latency.
const LATE: SignedDuration = SignedDuration::from_millis(20);
/// Extra time after the slot of the first request to a shop, besides the interval. Opening a
/// connection delays that request by the round trips of TCP and TLS; without this gap the third
/// request after it would arrive within the same second and be refused.
const OPENING: SignedDuration = SignedDuration::from_millis(100);
/// How long a connection certainly stays open after a request; the pool keeps it longer.
const STAYS_OPEN: SignedDuration = SignedDuration::from_secs(15);
/// How often a missed slot is replaced. A machine that misses them all is overloaded.
const MAX_MISSED: usize = 5;
/// Consecutive conflicts over a slot before giving up.
const MAX_RACES: usize = 100;

/// Assigns the times at which requests may be sent.
#[derive(Debug, Clone)]
pub struct SharedRateLimiter {
    schedules: RateRepository,
    limit: RateLimit,
    clock: Arc<dyn Clock>,
    /// The last shop this process sent a request to, and when.
    asked: Arc<Mutex<Option<(StoreId, Timestamp)>>>,
}

/// Requests of one task waiting for a shop's slots, in turn, so that they do not compete with each
/// other for the row.
#[derive(Debug)]
pub struct SlotQueue {
    limiter: SharedRateLimiter,
    store: StoreId,
    priority: Priority,
    /// Last known schedule.
    seen: Mutex<Option<Schedule>>,
}

impl SharedRateLimiter {
    /// Creates a limiter that enforces `limit` through the schedules in `schedules`.
    pub fn new(schedules: RateRepository, limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        Self { schedules, limit, clock, asked: Arc::default() }
    }

    /// Creates a queue for a shop's slots.
    pub fn slots(&self, store: &StoreId, priority: Priority) -> SlotQueue {
        SlotQueue { limiter: self.clone(), store: store.clone(), priority, seen: Mutex::default() }
    }

    /// Extra time after the slot of a request to `store`, besides the interval.
    async fn gap(&self, store: &StoreId) -> SignedDuration {
        let now = self.clock.now();
        let is_open = |(asked, at): &(StoreId, Timestamp)| {
            asked == store && now.duration_since(*at) < STAYS_OPEN
        };
        match self.asked.lock().await.as_ref() {
            Some(last) if is_open(last) => SignedDuration::ZERO,
            _ => OPENING,
        }
    }
}

impl RateLimiter for SharedRateLimiter {
    fn interval(&self) -> Duration {
        Duration::try_from(self.limit.interval()).unwrap_or_default()
    }

    fn queue(&self, store: &StoreId, priority: Priority) -> Box<dyn RequestQueue> {
        Box::new(self.slots(store, priority))
    }
}

#[async_trait]
impl RequestQueue for SlotQueue {
    /// Waits for a slot. If none is free before the deadline, no slot is taken.
    async fn wait(&self, deadline: Deadline, reserve: Duration) -> Result<Duration, ApiError> {
        let clock = &self.limiter.clock;
        let began = clock.now();
        let gap = self.limiter.gap(&self.store).await;
        let mut missed = None;
        for _ in 0..=MAX_MISSED {
            let slot = self.take_another(missed, gap, deadline, reserve).await?;
            sleep_until(slot, clock.as_ref()).await;
            if clock.now().duration_since(slot) <= LATE {
                break;
            }
            missed = Some(slot);
        }
        let now = clock.now();
        *self.limiter.asked.lock().await = Some((self.store.clone(), now));
        Ok(Duration::try_from(now.duration_since(began)).unwrap_or_default())
    }
}

impl SlotQueue {
    /// Takes the next allowed slot, which may be in the future.
    pub async fn take(&self, deadline: Deadline, reserve: Duration) -> Result<Timestamp, ApiError> {
        self.take_another(None, SignedDuration::ZERO, deadline, reserve).await
    }

    /// Takes a slot, optionally in place of a missed one. If the slot after the missed one is still
    /// free, only the elapsed time is lost.
    async fn take_another(
        &self,
        missed: Option<Timestamp>,
        gap: SignedDuration,
        deadline: Deadline,
        reserve: Duration,
    ) -> Result<Timestamp, ApiError> {
        let SharedRateLimiter { schedules, limit, clock, .. } = &self.limiter;
        let mut seen = self.seen.lock().await;
        let (mut races, mut is_fresh) = (0, true);
        while races < MAX_RACES {
            let now = whole_ms(clock.now());
            let left = deadline.left().saturating_sub(reserve);
            let latest = now + SignedDuration::try_from(left).unwrap_or(SignedDuration::ZERO);
            let behind = missed.map(|missed| missed + limit.interval() + gap);
            let known = seen.map(|seen| match missed {
                Some(missed) if behind == Some(seen.next) => Schedule { next: missed, ..seen },
                _ => seen,
            });
            match slot::judge(known, *limit, self.priority, now, latest) {
                Verdict::TooLate => return Err(ApiError::OutOfTime),
                Verdict::Take { slot, after } => {
                    let after = Schedule { next: after.next + gap, ..after };
                    match schedules.advance(&self.store, *seen, after).await? {
                        Moved::Done => {
                            *seen = Some(after);
                            return Ok(slot);
                        }
                        Moved::Lost(current) => (*seen, is_fresh) = (current, true),
                    }
                    races += 1;
                }
                Verdict::Ask(_) if !is_fresh => {
                    (*seen, is_fresh) = (schedules.read(&self.store).await?, true);
                }
                Verdict::Ask(later) => {
                    // Jitter, so that the client closest to the table does not always win.
                    let spread = limit.interval().as_millis().unsigned_abs() / 4;
                    let jitter = u128::from(random::number()) % (spread + 1);
                    let jitter = i64::try_from(jitter).unwrap_or_default();
                    let later = later + SignedDuration::from_millis(jitter);
                    sleep_until(later, clock.as_ref()).await;
                    is_fresh = false;
                    races = 0;
                }
            }
        }
        Err(StoreError::Contended { operation: "take a slot" }.into())
    }
}

/// Truncates to milliseconds, as stored in schedules. The difference is smaller than timer
/// inaccuracy.
fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

async fn sleep_until(at: Timestamp, clock: &dyn Clock) {
    let wait = Duration::try_from(at.duration_since(clock.now())).unwrap_or_default();
    tokio::time::sleep(wait).await;
}
