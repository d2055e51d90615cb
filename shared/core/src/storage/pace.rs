//! Keeps all requests for one shop under its rate limit, whichever Lambda they come from.

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

/// A slot that is missed by more than this is left unused: the request would come too close to
/// those behind it. Of the 35 ms by which a second's slots are longer than a second it leaves 15
/// for requests whose ways differ.
const LATE: SignedDuration = SignedDuration::from_millis(20);
/// What the first request to a shop leaves free behind its slot, beside the interval: it opens a
/// connection, and arrives later than the others by the round trips of TCP and TLS. Without this,
/// the third request after it arrives within the same second and is refused.
const OPENING: SignedDuration = SignedDuration::from_millis(100);
/// How long after a request its connection is surely open: the pool keeps it for longer.
const STAYS_OPEN: SignedDuration = SignedDuration::from_secs(15);
/// How often a missed slot is replaced. A machine that misses them all is too busy to wait for.
const MAX_MISSED: usize = 5;
/// How many races for a slot are lost in a row before it is given up.
const MAX_RACES: usize = 100;

/// Gives out the times at which requests may be sent.
#[derive(Debug, Clone)]
pub struct SharedRateLimiter {
    schedules: RateRepository,
    limit: RateLimit,
    clock: Arc<dyn Clock>,
    /// The shop that this process asked last, and when.
    asked: Arc<Mutex<Option<(StoreId, Timestamp)>>>,
}

/// The requests of one piece of work, as they wait for a shop's slots: in turn, so that they do not
/// race each other for the row.
#[derive(Debug)]
pub struct SlotQueue {
    limiter: SharedRateLimiter,
    store: StoreId,
    priority: Priority,
    /// The schedule when it was last seen.
    seen: Mutex<Option<Schedule>>,
}

impl SharedRateLimiter {
    /// A limiter that keeps `limit` by the schedules in `schedules`.
    pub fn new(schedules: RateRepository, limit: RateLimit, clock: Arc<dyn Clock>) -> Self {
        Self { schedules, limit, clock, asked: Arc::default() }
    }

    /// Begins to take slots of a shop.
    pub fn slots(&self, store: &StoreId, priority: Priority) -> SlotQueue {
        SlotQueue { limiter: self.clone(), store: store.clone(), priority, seen: Mutex::default() }
    }

    /// What a request to `store` leaves free behind its slot, beside the interval.
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
    /// Waits for a slot that is ours. Where none comes in time, no slot is lost.
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
    /// Takes the next slot that may be taken; it can still lie ahead.
    pub async fn take(&self, deadline: Deadline, reserve: Duration) -> Result<Timestamp, ApiError> {
        self.take_another(None, SignedDuration::ZERO, deadline, reserve).await
    }

    /// The same in the place of one that was missed. Where nobody has taken the slot behind it,
    /// only the time between is lost, and not the slot.
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
                    // Whoever is nearest to the table must not win every race.
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
        Err(StoreError::Contended { operation: "taking a slot" }.into())
    }
}

/// Schedules are kept in milliseconds. One that has begun is used: what is cut off is less than
/// timers are late by.
fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

async fn sleep_until(at: Timestamp, clock: &dyn Clock) {
    let wait = Duration::try_from(at.duration_since(clock.now())).unwrap_or_default();
    tokio::time::sleep(wait).await;
}
