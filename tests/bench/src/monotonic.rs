//! A clock that all processes of the machine share, unlike `Instant`.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The time since some moment before the first process started.
pub(crate) fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}
