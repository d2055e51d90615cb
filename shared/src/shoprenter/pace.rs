//! Keeps one worker under the shop's rate limit: three requests in any second.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

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
        let mut recent = self.0.lock().await;
        let began = Instant::now();
        if recent.len() >= REQUESTS
            && let Some(oldest) = recent.pop_front()
        {
            tokio::time::sleep_until(oldest + WINDOW).await;
        }
        recent.push_back(Instant::now());
        began.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_second_sees_a_fourth_request() {
        let pace = Pace::default();
        let mut sent = Vec::new();
        for _ in 0..20 {
            pace.wait().await;
            sent.push(Instant::now());
        }
        for window in sent.windows(REQUESTS + 1) {
            assert!(window[REQUESTS] - window[0] > Duration::from_secs(1));
        }
    }
}
