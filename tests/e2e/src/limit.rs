//! Verification of a shop's rate limit.

use std::time::Duration;

use shoprenter_simulator::Stats;

/// Requests a second allowed by every shop.
const PER_SECOND: f64 = 3.0;

/// Asserts that the requests in `stats` were sent at three a second or fewer over `elapsed` and
/// that hardly any were refused, which excludes bursts. A busy machine can delay one request, which
/// then arrives too close to the next ones.
///
/// # Panics
/// If there were more requests or more refusals.
pub fn assert_limit_is_kept(stats: &Stats, elapsed: Duration) {
    let requests: u64 = stats
        .requests
        .iter()
        .filter(|(class, _)| class.contains(" api/"))
        .flat_map(|(_, statuses)| statuses.values())
        .sum();
    let allowed = 1.0 + PER_SECOND * elapsed.as_secs_f64();
    assert!(requests as f64 <= allowed, "{requests} requests in {elapsed:?}: {stats:?}");
    assert!(stats.rate_limited <= 1 + stats.total / 20, "{stats:?}");
}
