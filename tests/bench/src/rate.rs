//! Three resources of one shop synced concurrently at ShopRenter's limit: the share of the limit
//! used while there is work, and whether the limit is ever exceeded.

use std::time::{Duration, Instant};

use e2e::Invocation;
use shopcall_core::domain::Resource;
use shoprenter_simulator::{Fault, FaultKind, Kind, ShopConfig, Stats};

use crate::report::{Figure, Unit, percent, seconds, step, table};
use crate::testbed::{LONGEST, Testbed};

/// ShopRenter's limit in requests a second, per app and shop.
const PER_SECOND: f64 = 3.0;
const ROUND_TRIPS_MS: [u64; 3] = [20, 200, 500];
/// Forty pages of each resource, which take some 45 seconds at the limit.
const RECORDS: u32 = 8_000;
/// Resolution of the times of the first and last request.
const LOOK_EVERY: Duration = Duration::from_millis(2);
const KINDS: [Kind; 3] = [Kind::Products, Kind::Orders, Kind::Customers];

pub(crate) async fn run() -> Vec<Figure> {
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for round_trip in ROUND_TRIPS_MS {
        step(&format!("rate: three syncs of {RECORDS} records at a round trip of {round_trip} ms"));
        let Measured { stats, requests, elapsed } = measure(round_trip).await;
        // There are n - 1 intervals between the first and the last of n requests.
        let (sent, possible) = (requests as f64 - 1.0, PER_SECOND * elapsed.as_secs_f64());
        rows.push(vec![
            format!("{round_trip} ms"),
            requests.to_string(),
            seconds(elapsed),
            format!("{:.3}", sent / elapsed.as_secs_f64()),
            percent(sent, possible),
            stats.peak_per_second.to_string(),
            stats.rate_limited.to_string(),
        ]);
        let used = format!("share of the limit at a round trip of {round_trip} ms");
        figures.push(Figure::more(used, 100.0 * sent / possible, Unit::Percent).budget(95.0));
        let refused = format!("429s at a round trip of {round_trip} ms");
        let count = stats.rate_limited as f64;
        figures.push(Figure::less(refused, count, Unit::Of("")).budget(0.0));
    }
    table(
        "rate: three resources of one shop concurrently, at 3 requests a second",
        &["round trip", "requests", "first to last", "a second", "of the limit", "peak", "429"],
        &rows,
    );
    figures
}

struct Measured {
    stats: Stats,
    requests: u64,
    elapsed: Duration,
}

async fn measure(round_trip_ms: u64) -> Measured {
    let testbed = Testbed::limited(ShopConfig::sized(RECORDS, RECORDS, RECORDS)).await;
    let slow = Fault::new(FaultKind::Slow { ms: round_trip_ms }).on("/api");
    testbed.shop.add_fault(slow).unwrap();
    let workers = [
        testbed.worker(Resource::Products).await,
        testbed.worker(Resource::Orders).await,
        testbed.worker(Resource::Customers).await,
    ];
    let [products, orders, customers] =
        Resource::ALL.map(|resource| testbed.first_run(resource).delivered());
    let work = async {
        tokio::join!(
            workers[0].invoke(&products, LONGEST),
            workers[1].invoke(&orders, LONGEST),
            workers[2].invoke(&customers, LONGEST),
        )
    };
    tokio::pin!(work);
    let mut watch = Watch::default();
    let outcomes = loop {
        tokio::select! {
            outcomes = &mut work => break outcomes,
            () = tokio::time::sleep(LOOK_EVERY) => watch.observe(&testbed.shop.stats()),
        }
    };
    for outcome in [outcomes.0, outcomes.1, outcomes.2] {
        assert!(matches!(outcome, Invocation::Answered(_)), "{outcome:?}");
    }
    let stats = testbed.shop.stats();
    watch.observe(&stats);
    testbed.assert_equal(&KINDS).await;
    let (first, last) = watch.first_and_last.unwrap();
    Measured { requests: watch.requests, elapsed: last - first, stats }
}

/// Times of the answers to the first and last API request. Both are delayed by the same round trip.
#[derive(Default)]
struct Watch {
    requests: u64,
    first_and_last: Option<(Instant, Instant)>,
}

impl Watch {
    fn observe(&mut self, stats: &Stats) {
        let now = Instant::now();
        let requests = ["GET api/", "POST api/"].map(|class| stats.count(class)).iter().sum();
        if requests > self.requests {
            let (first, _) = self.first_and_last.unwrap_or((now, now));
            self.first_and_last = Some((first, now));
            self.requests = requests;
        }
    }
}
