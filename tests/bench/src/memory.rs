//! Memory of a worker depending on the size of the shop: for a first full sync, and for a second
//! one, which also sweeps deleted records and needs all ids for that.

use std::time::{Duration, Instant};

use shopcall_core::domain::Resource;
use shoprenter_simulator::{Kind, ShopConfig};

use crate::report::{Figure, Unit, percent, seconds, step, table};
use crate::testbed::{LONGEST, Testbed};

const SMALL: u32 = 2_000;
const LARGE: u32 = 100_000;
/// Memory budget of a sync worker.
const PEAK_MB: f64 = 64.0;

pub(crate) async fn run() -> Vec<Figure> {
    let small = measure(SMALL).await;
    let large = measure(LARGE).await;
    let rows: Vec<_> = [&small, &large].into_iter().flatten().map(Measured::cells).collect();
    table(
        "memory: full syncs, each by a fresh process",
        &["sync", "products", "peak RSS", "processor", "time"],
        &rows,
    );
    let mut figures = Vec::new();
    for (small, large) in small.iter().zip(&large) {
        let (less, more) = (small.peak as f64, large.peak as f64);
        println!("  {}: {}", small.name, percent(more, less));
        for (measured, bytes) in [(small, less), (large, more)] {
            let name = format!("{} of {} products, peak RSS", measured.name, measured.products);
            let peak = Figure::less(name, bytes / 1e6, Unit::Of("MB"));
            figures.push(peak.budget(PEAK_MB));
        }
        let name = format!("{}, the large shop's peak relative to the small one's", small.name);
        figures.push(Figure::less(name, more / less, Unit::Times));
    }
    figures
}

struct Measured {
    name: &'static str,
    products: u32,
    /// Bytes.
    peak: u64,
    processor: Duration,
    elapsed: Duration,
}

impl Measured {
    fn cells(&self) -> Vec<String> {
        vec![
            self.name.to_owned(),
            self.products.to_string(),
            format!("{:.1} MB", self.peak as f64 / 1e6),
            seconds(self.processor),
            seconds(self.elapsed),
        ]
    }
}

async fn measure(products: u32) -> [Measured; 2] {
    let testbed = Testbed::unlimited(ShopConfig::sized(products, 0, 0)).await;
    let run = async |name, request| {
        step(&format!("memory: {name} of {products} products"));
        let worker = testbed.worker(Resource::Products).await;
        let began = Instant::now();
        testbed.run_to_end(&worker, request, LONGEST).await;
        let (elapsed, processor) = (began.elapsed(), worker.cpu_time());
        Measured { name, products, peak: worker.peak_rss(), processor, elapsed }
    };
    let first = run("first sync", testbed.first_run(Resource::Products)).await;
    let next = run("next sync", testbed.another_run(Resource::Products, 2)).await;
    testbed.assert_equal(&[Kind::Products]).await;
    [first, next]
}
