//! Rate limit of a shop, and a peak counter over the same one-second window.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::config::{RateConfig, WindowMode};

const SECOND: Duration = Duration::from_secs(1);

/// Rate limiter.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    recent: VecDeque<Instant>,
    fixed: Option<(Instant, u32)>,
}

impl Limiter {
    /// Whether a request arriving now is admitted.
    pub(crate) fn admit(&mut self, config: &RateConfig, now: Instant) -> bool {
        match config.mode {
            WindowMode::Sliding => self.admit_sliding(config, now),
            WindowMode::Fixed => self.admit_fixed(config, now),
        }
    }

    fn admit_sliding(&mut self, config: &RateConfig, now: Instant) -> bool {
        drop_older(&mut self.recent, now);
        let limit = config.per_second as usize;
        let admitted = self.recent.len() < limit;
        if admitted || config.count_refused {
            self.recent.push_back(now);
            // Older arrivals no longer affect the decision.
            while self.recent.len() > limit {
                self.recent.pop_front();
            }
        }
        admitted
    }

    fn admit_fixed(&mut self, config: &RateConfig, now: Instant) -> bool {
        let (mut start, mut count) = self.fixed.unwrap_or((now, 0));
        let whole_seconds = now.saturating_duration_since(start).as_secs();
        if whole_seconds > 0 {
            start += Duration::from_secs(whole_seconds);
            count = 0;
        }
        let admitted = count < config.per_second;
        self.fixed = Some((start, count.saturating_add(u32::from(admitted))));
        admitted
    }
}

fn drop_older(recent: &mut VecDeque<Instant>, now: Instant) {
    while recent.front().is_some_and(|at| now.saturating_duration_since(*at) >= SECOND) {
        recent.pop_front();
    }
}

/// Maximum number of arrivals within one second.
#[derive(Debug, Default)]
pub(crate) struct Peak {
    recent: VecDeque<Instant>,
    pub(crate) highest: usize,
}

impl Peak {
    pub(crate) fn arrive(&mut self, now: Instant) {
        drop_older(&mut self.recent, now);
        self.recent.push_back(now);
        self.highest = self.highest.max(self.recent.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    #[test]
    fn sliding_window_never_exceeds_the_limit() {
        let (mut limiter, config, start) =
            (Limiter::default(), RateConfig::default(), Instant::now());
        let arrivals = [0, 900, 950, 960, 999, 1000, 1001, 1899, 1900];
        let admitted: Vec<_> =
            arrivals.map(|ms| limiter.admit(&config, at(start, ms))).into_iter().collect();
        assert_eq!(admitted, [true, true, true, false, false, true, false, false, true]);
    }

    #[test]
    fn fixed_window_allows_double_limit_at_its_boundary() {
        let config = RateConfig { mode: WindowMode::Fixed, ..RateConfig::default() };
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        assert!(limiter.admit(&config, start));
        let admitted =
            [980, 985, 990, 1001, 1002, 1003, 1004].map(|ms| limiter.admit(&config, at(start, ms)));
        assert_eq!(admitted, [true, true, false, true, true, true, false]);
    }

    #[test]
    fn refused_requests_can_count_toward_the_limit() {
        let config = RateConfig { count_refused: true, ..RateConfig::default() };
        let (mut limiter, start) = (Limiter::default(), Instant::now());
        let admitted = (0..30).filter(|n| limiter.admit(&config, at(start, n * 100))).count();
        assert_eq!(admitted, 3);
    }

    #[test]
    fn peak_is_the_busiest_second() {
        let (mut peak, start) = (Peak::default(), Instant::now());
        for ms in [0, 500, 1400, 1450, 1499, 3000] {
            peak.arrive(at(start, ms));
        }
        assert_eq!(peak.highest, 4);
    }
}
