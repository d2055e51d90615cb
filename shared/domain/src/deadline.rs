//! Deadlines.

use std::time::{Duration, Instant};

/// The instant by which work must end. The remaining time bounds every wait and request.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline `left` from now.
    pub fn after(left: Duration) -> Self {
        Self(Instant::now() + left)
    }

    /// The remaining time; zero once the deadline has passed.
    pub fn left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}
