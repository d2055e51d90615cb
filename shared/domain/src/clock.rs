//! Time comes in from outside, so that a test needs no sleeping.

use std::fmt;

use jiff::Timestamp;

/// Tells the time. [`SystemClock`] in production; a test brings its own.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present instant.
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
