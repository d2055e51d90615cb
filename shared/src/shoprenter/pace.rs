//! Keeps one worker under the shop's rate limit: three requests in any second.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// ShopRenter's limit for one application and one shop.
const REQUESTS: usize = 3;
/// The second that the limit is counted in, and what two requests' ways may differ by.
const WINDOW: Duration = Duration::from_millis(1_000 + 60);

/// When the last requests were let go.
#[derive(Debug, Default)]
pub struct Pace(Mutex<VecDeque<Instant>>);

impl Pace {
    /// Waits until one more request keeps within the limit. Returns the time waited.
    pub async fn wait(&self) -> Duration {
        let now = Instant::now();
        let at = reserve(&mut *self.0.lock().await, now);
        let wait = at.saturating_duration_since(now);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        wait
    }
}

/// Takes the next free place at or after `now`.
fn reserve(taken: &mut VecDeque<Instant>, now: Instant) -> Instant {
    let oldest = if taken.len() < REQUESTS { None } else { taken.pop_front() };
    let at = oldest.map_or(now, |oldest| now.max(oldest + WINDOW));
    taken.push_back(at);
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_second_sees_a_fourth_request(gaps in proptest::collection::vec(0u64..900, 4..40)) {
            let mut taken = VecDeque::new();
            let mut now = Instant::now();
            let mut sent = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                sent.push(reserve(&mut taken, now));
            }
            for window in sent.windows(REQUESTS + 1) {
                prop_assert!(window[REQUESTS] - window[0] > Duration::from_secs(1));
            }
        }

        #[test]
        fn who_is_slow_enough_never_waits(gaps in proptest::collection::vec(354u64..900, 1..40)) {
            let mut taken = VecDeque::new();
            let mut now = Instant::now();
            for gap in gaps {
                now += Duration::from_millis(gap);
                prop_assert_eq!(reserve(&mut taken, now), now);
            }
        }
    }
}
