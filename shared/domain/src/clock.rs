//! A replaceable clock, so that tests need not sleep.

use std::fmt;

use jiff::Timestamp;

/// Source of the current time: [`SystemClock`] in production, a controlled one in tests.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
