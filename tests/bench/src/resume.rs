//! Sync of a shop that takes longer than one invocation.

use std::time::{Duration, Instant};

use shopcall_core::domain::Resource;
use shoprenter_simulator::{Kind, ShopConfig};

use crate::report::{Figure, Unit, seconds, step, table};
use crate::testbed::Testbed;

const PRODUCTS: u32 = 30_000;
const TIME_LIMIT: Duration = Duration::from_secs(20);

pub(crate) async fn run() -> Vec<Figure> {
    step(&format!("resume: {PRODUCTS} products in invocations of {}", seconds(TIME_LIMIT)));
    let testbed = Testbed::limited(ShopConfig::sized(PRODUCTS, 0, 0)).await;
    testbed.app.aws.remember_keys();
    let worker = testbed.worker(Resource::Products).await;
    let began = Instant::now();
    let request = testbed.first_run(Resource::Products);
    let invocations = testbed.run_to_end(&worker, request, TIME_LIMIT).await;
    let elapsed = began.elapsed();

    let usage = testbed.app.aws.take_usage();
    testbed.assert_equal(&[Kind::Products]).await;
    let writes_of_row =
        usage.writes_of_row.iter().filter(|((table, _), _)| table == testbed.cache());
    let (rows, twice) = writes_of_row.fold((0_u64, 0_u64), |(rows, twice), (_, times)| {
        (rows + 1, twice + u64::from(*times > 1))
    });
    let stats = testbed.shop.stats();
    table(
        "resume: one full sync with a time limit of 20 s",
        &["products", "invocations", "time", "requests", "429", "rows written", "written twice"],
        &[vec![
            PRODUCTS.to_string(),
            invocations.to_string(),
            seconds(elapsed),
            stats.count("GET api/").to_string(),
            stats.rate_limited.to_string(),
            rows.to_string(),
            twice.to_string(),
        ]],
    );
    assert!(invocations > 1, "one invocation was enough: nothing was resumed");
    assert_eq!(rows, u64::from(PRODUCTS));
    vec![Figure::less("rows written twice", twice as f64, Unit::Of("")).budget(0.0)]
}
