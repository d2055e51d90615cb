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
/// are a second and what two requests' ways may differ by; it leaves 96 % of the limit.
const INTERVAL: SignedDuration = SignedDuration::from_millis(347);

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
        let now = self.clock.now();
        let slot = self.schedule.take_slot(store, now, INTERVAL).await?;
        let wait = Duration::try_from(slot.duration_since(self.clock.now())).unwrap_or_default();
        if wait >= deadline.left() {
            return Err(ApiError::OutOfTime);
        }
        tokio::time::sleep(wait).await;
        Ok(wait)
    }
}
