//! The rate limit of a shop's API, and priorities of requests.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;

use super::{ApiError, Deadline, StoreId};

/// Factor on the interval in thousandths: 3.5 % of the limit stay unused, so that varying network
/// latencies do not push requests over it. At three a second, three intervals are 35 ms longer
/// than a second.
const HEADROOM: i64 = 1_035;

/// Priority of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A sync run.
    Background,
    /// A webhook or a merchant waits for the answer.
    Interactive,
}

/// A shop's rate limit, in thousandths to avoid floating-point arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    per_second_milli: i64,
    share_milli: i64,
}

impl RateLimit {
    /// `per_second_milli`: thousandths of a request per second, 1 to 1,000,000. `share_milli`: the
    /// share reserved for interactive requests, in thousandths, 0 to 900. None if either is out of
    /// range.
    pub fn new(per_second_milli: i64, share_milli: i64) -> Option<Self> {
        let is_valid =
            (1..=1_000_000).contains(&per_second_milli) && (0..=900).contains(&share_milli);
        is_valid.then_some(Self { per_second_milli, share_milli })
    }

    /// The time between two requests to a shop, from all processes.
    pub fn interval(&self) -> SignedDuration {
        SignedDuration::from_millis(divide_up(HEADROOM * 1_000, self.per_second_milli))
    }

    /// The longest time between two background requests while interactive requests keep waiting.
    pub fn background_interval(&self) -> SignedDuration {
        let interval_us = divide_up(HEADROOM * 1_000_000, self.per_second_milli);
        SignedDuration::from_millis(divide_up(interval_us, 1_000 - self.share_milli))
    }
}

/// Rounds up: an interval that is too short would exceed the limit.
fn divide_up(number: i64, by: i64) -> i64 {
    let by = by.max(1);
    (number + by - 1) / by
}

/// Keeps the requests of all processes to a shop within its limit.
pub trait RateLimiter: fmt::Debug + Send + Sync {
    /// The time between two requests to a shop, from all processes.
    fn interval(&self) -> Duration;

    /// A queue for the requests of one piece of work.
    fn queue(&self, store: &StoreId, priority: Priority) -> Box<dyn RequestQueue>;
}

/// The requests of one piece of work, waiting for their turn.
#[async_trait]
pub trait RequestQueue: fmt::Debug + Send + Sync {
    /// Waits until a request may be sent, and returns the time waited. Fails at once with
    /// [`ApiError::OutOfTime`] if the wait would leave less than `reserve` before `deadline`.
    async fn wait(&self, deadline: Deadline, reserve: Duration) -> Result<Duration, ApiError>;
}
