//! Clock that a test can advance.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::clock::Clock;

/// System time plus an offset set by the test.
#[derive(Debug, Default)]
pub struct TestClock {
    moved_ms: AtomicI64,
}

impl TestClock {
    /// Advances the clock, or sets it back by a negative duration.
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(0);
        self.moved_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_millis(self.moved_ms.load(Ordering::SeqCst))
    }
}
