//! Monotonic clock shared by all processes of the machine, unlike `Instant`.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time since a fixed moment before the first process started.
pub(crate) fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}
