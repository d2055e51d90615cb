//! Request counts of a shop and of the whole simulator.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Instant,
};

use serde::{Deserialize, Serialize};

use crate::{limiter::Peak, world::lock};

/// Counts since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Requests by path class, such as `GET api/productExtend`, and status.
    pub requests: BTreeMap<String, BTreeMap<u16, u64>>,
    /// Total number of requests.
    pub total: u64,
    /// Requests refused by the rate limit.
    pub rate_limited: u64,
    /// Maximum number of API requests within one second, refused ones included.
    pub peak_per_second: usize,
    /// Tokens issued.
    pub tokens_issued: u64,
    /// Requests in progress.
    pub concurrent: usize,
    /// Maximum number of concurrent requests.
    pub concurrent_peak: usize,
    /// Bytes of response bodies.
    pub bytes_served: u64,
    /// Parts of batches by status.
    pub batch_parts: BTreeMap<u16, u64>,
}

impl Stats {
    /// Number of requests whose class starts with `class`, with any status.
    #[must_use]
    pub fn count(&self, class: &str) -> u64 {
        let matching = self.requests.iter().filter(|(name, _)| name.starts_with(class));
        matching.flat_map(|(_, statuses)| statuses.values()).sum()
    }
}

/// Thread-safe counters.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    inner: Mutex<(Stats, Peak)>,
}

impl Counter {
    pub(crate) fn read(&self) -> Stats {
        let inner = lock(&self.inner);
        Stats { peak_per_second: inner.1.highest, ..inner.0.clone() }
    }

    pub(crate) fn reset(&self) {
        let mut inner = lock(&self.inner);
        let concurrent = inner.0.concurrent;
        *inner = (
            Stats { concurrent, concurrent_peak: concurrent, ..Stats::default() },
            Peak::default(),
        );
    }

    pub(crate) fn arrive(self: &Arc<Self>, is_api: bool) -> InProgress {
        let mut inner = lock(&self.inner);
        inner.0.concurrent += 1;
        inner.0.concurrent_peak = inner.0.concurrent_peak.max(inner.0.concurrent);
        if is_api {
            inner.1.arrive(Instant::now());
        }
        InProgress(Arc::clone(self))
    }

    pub(crate) fn answer(&self, class: &str, status: u16, rate_limited: bool) {
        let stats = &mut lock(&self.inner).0;
        stats.total += 1;
        stats.rate_limited += u64::from(rate_limited);
        *stats.requests.entry(class.to_owned()).or_default().entry(status).or_default() += 1;
    }

    pub(crate) fn serve(&self, bytes: usize) {
        lock(&self.inner).0.bytes_served += bytes as u64;
    }

    pub(crate) fn issue_token(&self) {
        lock(&self.inner).0.tokens_issued += 1;
    }

    pub(crate) fn batch_part(&self, status: u16) {
        *lock(&self.inner).0.batch_parts.entry(status).or_default() += 1;
    }
}

/// Request in progress; counted until dropped, even if the caller disconnects.
#[derive(Debug)]
pub(crate) struct InProgress(Arc<Counter>);

impl Drop for InProgress {
    fn drop(&mut self) {
        let stats = &mut lock(&self.0.inner).0;
        stats.concurrent = stats.concurrent.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_request_leaves_progress_but_keeps_peak() {
        let counter = Arc::new(Counter::default());
        let both = (counter.arrive(true), counter.arrive(true));
        drop(both);
        counter.answer("GET api/orders", 200, false);
        let stats = counter.read();
        assert_eq!((stats.concurrent, stats.concurrent_peak, stats.peak_per_second), (0, 2, 2));
        assert_eq!(stats.count("GET api/"), 1);
        counter.reset();
        assert_eq!(counter.read(), Stats::default());
    }
}
