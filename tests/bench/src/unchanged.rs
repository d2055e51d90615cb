//! Cost of a full sync without changes, including its sweep, relative to a first sync, which writes
//! every row.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use e2e::{PublishedEvent, Usage, Worker};
use shopcall_core::domain::Resource;
use shoprenter_simulator::{Kind, ShopConfig};

use crate::report::{Figure, Unit, seconds, step, table};
use crate::testbed::{LONGEST, Testbed};

const PRODUCTS: u32 = 10_000;

pub(crate) async fn run() -> Vec<Figure> {
    step(&format!("unchanged: {PRODUCTS} products, twice"));
    let testbed = Testbed::unlimited(ShopConfig::sized(PRODUCTS, 0, 0)).await;
    testbed.app.aws.measure_capacity();
    let worker = testbed.worker(Resource::Products).await;
    let first = measure(&testbed, &worker, testbed.first_run(Resource::Products)).await;
    let second = measure(&testbed, &worker, testbed.another_run(Resource::Products, 2)).await;
    testbed.assert_equal(&[Kind::Products]).await;

    let units = |of: &BTreeMap<String, f64>| of.get(testbed.cache()).copied().unwrap_or(0.0);
    let line = |name: &str, (usage, time): &(Usage, Duration)| {
        vec![
            name.to_owned(),
            usage.rows_written_to(testbed.cache()).to_string(),
            units(&usage.write_units).to_string(),
            units(&usage.read_units).to_string(),
            usage.dynamodb_calls().to_string(),
            seconds(*time),
        ]
    };
    table(
        "unchanged: full syncs of 10,000 products; units on the Cache table and its indexes, as the \
         emulator reports them (ReturnConsumedCapacity)",
        &["sync", "item writes", "write units", "read units", "DynamoDB calls", "time"],
        &[line("first: writes all", &first), line("second: unchanged", &second)],
    );
    assert_eq!(first.0.rows_written_to(testbed.cache()), u64::from(PRODUCTS));
    assert_eq!(second.0.rows_written_to(testbed.cache()), 0);
    let all = |usage: &Usage| usage.write_units.values().sum::<f64>();
    let share = 100.0 * all(&second.0) / all(&first.0);
    vec![Figure::less("write units relative to the first sync's", share, Unit::Percent).budget(1.0)]
}

async fn measure(testbed: &Testbed, worker: &Worker, request: PublishedEvent) -> (Usage, Duration) {
    testbed.app.aws.take_usage();
    let began = Instant::now();
    testbed.run_to_end(worker, request, LONGEST).await;
    (testbed.app.aws.take_usage(), began.elapsed())
}
