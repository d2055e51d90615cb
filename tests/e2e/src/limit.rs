//! Whether a shop's rate limit was kept.

use std::time::Duration;

use shoprenter_simulator::Stats;

/// What every shop allows.
const PER_SECOND: f64 = 3.0;

/// Asserts that what `stats` counts was sent at no more than three requests a second, in a time of
/// `elapsed`. That holds however busy the machine is. How many were refused says less: one request
/// that the machine delays comes too close to those behind it.
///
/// # Panics
/// Where it was more.
pub fn assert_limit_is_kept(stats: &Stats, elapsed: Duration) {
    let requests: u64 = stats
        .requests
        .iter()
        .filter(|(class, _)| class.contains(" api/"))
        .flat_map(|(_, statuses)| statuses.values())
        .sum();
    let allowed = 1.0 + PER_SECOND * elapsed.as_secs_f64();
    assert!(requests as f64 <= allowed, "{requests} requests in {elapsed:?}: {stats:?}");
}
