//! Retry schedule, a pure function.

use std::time::Duration;

/// Exponential backoff with full jitter
/// (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetrySchedule {
    /// Upper bound of the first delay.
    pub base: Duration,
    /// Upper bound of every delay, unless the server asks for more.
    pub cap: Duration,
    /// Attempts in all, including the first.
    pub attempts: u32,
}

impl RetrySchedule {
    /// Schedule for requests to ShopRenter.
    pub const SHOPRENTER: Self =
        Self { base: Duration::from_millis(400), cap: Duration::from_secs(10), attempts: 6 };

    /// Delay before attempt `attempt + 1` (the first attempt is number 1). None if attempts are
    /// exhausted or the delay would not leave `min_left` of `left`.
    ///
    /// `jitter` is a random number. The delay is never shorter than the server asks for.
    pub fn wait(
        &self,
        attempt: u32,
        retry_after: Option<Duration>,
        left: Duration,
        min_left: Duration,
        jitter: u64,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(20);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        let longest_ms = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        let jittered = Duration::from_millis(jitter % longest_ms.saturating_add(1));
        let wait =
            retry_after.map_or(jittered, |asked| asked.saturating_add(jittered.min(self.base)));
        (wait.saturating_add(min_left) <= left).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SCHEDULE: RetrySchedule = RetrySchedule::SHOPRENTER;
    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn attempts_are_limited() {
        assert!(SCHEDULE.wait(5, None, HOUR, Duration::ZERO, 0).is_some());
        assert_eq!(SCHEDULE.wait(6, None, HOUR, Duration::ZERO, 0), None);
    }

    #[test]
    fn delay_is_never_shorter_than_requested() {
        let asked = Duration::from_secs(30);
        let wait = SCHEDULE.wait(1, Some(asked), HOUR, Duration::ZERO, 0).unwrap();
        assert!(wait >= asked);
    }

    #[test]
    fn delay_beyond_the_deadline_ends_retries() {
        let asked = Some(Duration::from_secs(30));
        assert_eq!(SCHEDULE.wait(1, asked, Duration::from_secs(20), Duration::ZERO, 0), None);
        let left = Duration::from_secs(31);
        assert_eq!(SCHEDULE.wait(1, asked, left, Duration::from_secs(2), 0), None);
        let absurd = Some(Duration::from_secs(u64::MAX));
        assert_eq!(SCHEDULE.wait(1, absurd, HOUR, Duration::from_secs(2), u64::MAX), None);
    }

    proptest! {
        #[test]
        fn delay_stays_within_the_doubling_bound(attempt in 1u32..6, jitter: u64) {
            let wait = SCHEDULE.wait(attempt, None, HOUR, Duration::ZERO, jitter).unwrap();
            prop_assert!(wait <= SCHEDULE.base * (1 << (attempt - 1)));
            prop_assert!(wait <= SCHEDULE.cap);
        }

        #[test]
        fn delay_never_exceeds_the_time_left(attempt in 0u32..9, left_ms in 0u64..20_000, jitter: u64) {
            let left = Duration::from_millis(left_ms);
            if let Some(wait) = SCHEDULE.wait(attempt, None, left, Duration::from_secs(1), jitter) {
                prop_assert!(wait + Duration::from_secs(1) <= left);
            }
        }
    }
}
