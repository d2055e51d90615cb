//! Cost of a thousand products, from received bytes to written rows, and throughput without a rate
//! limit.

use std::time::Instant;

use shopcall_core::domain::Resource;
use shoprenter_simulator::{Kind, ShopConfig};

use crate::allocations;
use crate::report::{Figure, Unit, step, table};
use crate::testbed::{LONGEST, Testbed};

const PRODUCTS: u32 = 10_000;

pub(crate) async fn run() -> Vec<Figure> {
    step(&format!("sync: {PRODUCTS} products without a limit"));
    let testbed = Testbed::unlimited(ShopConfig::sized(PRODUCTS, 0, 0)).await;
    let worker = testbed.worker(Resource::Products).await;
    let before = worker.cpu_time();
    let began = Instant::now();
    testbed.run_to_end(&worker, testbed.first_run(Resource::Products), LONGEST).await;
    let elapsed = began.elapsed().as_secs_f64();
    let processor = (worker.cpu_time() - before).as_secs_f64();
    testbed.assert_equal(&[Kind::Products]).await;
    step("sync: a thousand products, counting allocations");
    let allocated = allocations::of_a_thousand(&testbed).await;

    let thousands = f64::from(PRODUCTS) / 1_000.0;
    let rate = f64::from(PRODUCTS) / elapsed;
    let busy = 100.0 * processor / elapsed;
    let milliseconds = 1_000.0 * processor / thousands;
    table(
        "sync: products from received bytes to written rows; allocations of decoding and writing",
        &[
            "products",
            "rows/s",
            "processor",
            "busy",
            "allocations/1,000",
            "of decoding",
            "MB/1,000",
        ],
        &[vec![
            PRODUCTS.to_string(),
            format!("{rate:.0}"),
            format!("{milliseconds:.0} ms/1,000"),
            format!("{busy:.0} %"),
            allocated.all().to_string(),
            allocated.decoding.to_string(),
            format!("{:.1}", allocated.bytes as f64 / 1e6),
        ]],
    );
    // An idle worker waits for DynamoDB or the simulated shop.
    let bound = if busy > 80.0 { "its own processor" } else { "waiting for DynamoDB and the shop" };
    println!("  one worker is bound by {bound}");
    vec![
        Figure::less("processor time a thousand products", milliseconds, Unit::Of("ms")),
        Figure::less(
            "allocations a product",
            allocated.all() as f64 / 1e3,
            Unit::Of("allocations"),
        ),
        Figure::more("one worker without a limit", rate, Unit::Of("rows/s")),
        Figure::more("processor of one worker busy", busy, Unit::Of("% busy")),
    ]
}
