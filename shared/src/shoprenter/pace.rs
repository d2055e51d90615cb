//! Keeps all requests for one shop under its rate limit, whichever Lambda they come from.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::error::ApiError;
use super::retry::Deadline;
use crate::clock::Clock;
use crate::domain::StoreId;
use crate::store::RateRepository;

/// ShopRenter allows three requests a second for one application and one shop. Three intervals
/// are a second and what two requests' ways may differ by; it leaves 95 % of the limit.
const INTERVAL: SignedDuration = SignedDuration::from_millis(350);
/// A slot that is missed by more than this is left unused: the request would come too close to
/// those behind it.
const LATE: SignedDuration = SignedDuration::from_millis(20);
/// How often a missed slot is replaced. A machine that misses them all is too busy to wait for.
const MAX_MISSED: usize = 5;

/// Gives out the times at which requests may be sent.
#[derive(Debug, Clone)]
pub struct Pace {
    schedule: RateRepository,
    clock: Arc<dyn Clock>,
}

impl Pace {
    /// A pace by the schedules in `schedule`.
    pub fn new(schedule: RateRepository, clock: Arc<dyn Clock>) -> Self {
        Self { schedule, clock }
    }

    /// Waits for the shop's next free slot. Returns the time waited; an error if the deadline
    /// comes first.
    pub async fn wait(&self, store: &StoreId, deadline: Deadline) -> Result<Duration, ApiError> {
        let began = self.clock.now();
        for _ in 0..=MAX_MISSED {
            let slot = self.schedule.take_slot(store, self.clock.now(), INTERVAL).await?;
            let wait = slot.duration_since(self.clock.now());
            let wait = Duration::try_from(wait).unwrap_or_default();
            if wait >= deadline.left() {
                return Err(ApiError::OutOfTime);
            }
            tokio::time::sleep(wait).await;
            if self.clock.now().duration_since(slot) <= LATE {
                break;
            }
        }
        let waited = self.clock.now().duration_since(began);
        Ok(Duration::try_from(waited).unwrap_or_default())
    }
}
