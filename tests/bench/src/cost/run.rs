//! Resource consumption of one run.

use std::time::{Duration, Instant};

use e2e::{PublishedEvent, Worker};

use super::prices;
use crate::report::seconds;
use crate::testbed::{LONGEST, Testbed};

/// Consumption of a run.
pub(super) struct Run {
    pub(super) write_units: f64,
    pub(super) read_units: f64,
    /// Requests to ShopRenter's API.
    pub(super) requests: f64,
    pub(super) gb_seconds: f64,
    elapsed: Duration,
    invocations: f64,
    /// Events published, including the request for the run. A run over products publishes one at a
    /// time.
    events: f64,
}

impl Run {
    pub(super) async fn measure(
        testbed: &Testbed,
        worker: &Worker,
        request: PublishedEvent,
    ) -> Self {
        testbed.app.aws.take_usage();
        testbed.shop.reset_stats();
        let began = Instant::now();
        let invocations = testbed.run_to_end(worker, request, LONGEST).await as f64;
        let elapsed = began.elapsed();
        let usage = testbed.app.aws.take_usage();
        let stats = testbed.shop.stats();
        let requests =
            ["GET api/", "POST api/"].map(|class| stats.count(class)).iter().sum::<u64>();
        Self {
            write_units: usage.write_units.values().sum(),
            read_units: usage.read_units.values().sum(),
            requests: requests as f64,
            gb_seconds: elapsed.as_secs_f64() * prices::WORKER_MEMORY,
            elapsed,
            invocations,
            events: usage.calls_of("PutEvents") as f64 + 1.0,
        }
    }

    /// Price in US$ at list prices.
    pub(super) fn price(&self) -> f64 {
        let millions = self.write_units * prices::WRITE_UNITS
            + self.read_units * prices::READ_UNITS
            + self.invocations * prices::INVOCATIONS
            + self.events * prices::EVENTS;
        millions / 1e6 + self.gb_seconds * prices::GB_SECOND
    }

    pub(super) fn cells(&self, name: &str) -> Vec<String> {
        vec![
            name.to_owned(),
            format!("{:.1}", self.write_units),
            format!("{:.1}", self.read_units),
            self.requests.to_string(),
            seconds(self.elapsed),
            format!("{:.2}", self.gb_seconds),
            format!("{:.0}", self.price() * 1e6),
        ]
    }
}
