//! Cost of a shop with 5,000 products: each kind of run measured at ShopRenter's rate limit, and
//! from that the calculated cost of a month of hourly runs.

mod prices;
mod run;
mod stored;

use shopcall_core::domain::Resource;
use shoprenter_simulator::{Churn, Kind, ShopConfig};

use crate::report::{Figure, Unit, step, table};
use crate::testbed::Testbed;
use run::Run;

const PRODUCTS: u32 = 5_000;
/// One product in a hundred.
const CHANGED: u32 = PRODUCTS / 100;
/// Days per month.
const DAYS: f64 = 30.4;
/// Budget for stored bytes relative to received bytes, in per cent.
const STORED: f64 = 60.0;
/// Budget for write units of a full run without changes relative to the first run, in per cent.
const UNCHANGED: f64 = 1.0;

pub(crate) async fn run() -> Vec<Figure> {
    step(&format!("cost: {PRODUCTS} products at ShopRenter's limit, four runs"));
    let testbed = Testbed::limited(ShopConfig::sized(PRODUCTS, 0, 0)).await;
    testbed.app.aws.measure_capacity();
    let worker = testbed.worker(Resource::Products).await;
    let first = Run::measure(&testbed, &worker, testbed.first_run(Resource::Products)).await;
    let stored = stored::share(&testbed, Kind::Products).await;
    let unchanged =
        Run::measure(&testbed, &worker, testbed.another_run(Resource::Products, 2)).await;
    let changes = Churn { update: CHANGED, seed: 1, ..Churn::default() };
    testbed.shop.churn(Kind::Products, changes).unwrap();
    let changed = Run::measure(&testbed, &worker, testbed.another_run(Resource::Products, 3)).await;
    testbed.shop.churn(Kind::Products, Churn { seed: 2, ..changes }).unwrap();
    let mut hourly = testbed.another_run(Resource::Products, 4);
    hourly.detail["mode"] = "incremental".into();
    let hourly = Run::measure(&testbed, &worker, hourly).await;
    testbed.assert_equal(&[Kind::Products]).await;

    let thousands = f64::from(PRODUCTS) / 1_000.0;
    table(
        "cost: DynamoDB's units on all tables, of 5,000 products",
        &[
            "run",
            "write units",
            "read units",
            "requests",
            "time",
            "GB-seconds",
            "US$ a million runs",
        ],
        &[
            first.cells("first"),
            unchanged.cells("full, unchanged"),
            changed.cells("full, 1 % changed"),
            hourly.cells("incremental, 1 % changed"),
        ],
    );
    // Assumes that one product in a hundred changes every hour and that one run a day is a full
    // one. Omits the schedule's own cost: two writes an hour, and each scheduled run's fixed cost
    // shared by all shops.
    let runs = DAYS * 24.0;
    let storage = stored.bytes_paid / 1e9 * prices::STORED_GB_MONTH;
    let month = hourly.price() * (runs - DAYS) + changed.price() * DAYS + storage;
    println!(
        "  a month: {:.0} × {:.8} + {DAYS:.1} × {:.8} + {storage:.8} for storage = {month:.4} US$",
        runs - DAYS,
        hourly.price(),
        changed.price(),
    );
    let less = |name: &str, value, unit| Figure::less(name, value, Unit::Of(unit));
    vec![
        Figure::less("stored relative to received", stored.percent, Unit::Percent).budget(STORED),
        less("stored a thousand products", stored.bytes_of_rows / thousands / 1e3, "KB"),
        less("write units a thousand products, first", first.write_units / thousands, "units"),
        less(
            "read units a thousand products, unchanged",
            unchanged.read_units / thousands,
            "units",
        ),
        Figure::less(
            "write units unchanged relative to first",
            100.0 * unchanged.write_units / first.write_units,
            Unit::Percent,
        )
        .budget(UNCHANGED),
        Figure::less(
            "write units with 1 % changed relative to first",
            100.0 * changed.write_units / first.write_units,
            Unit::Percent,
        ),
        less("requests of a first run", first.requests, "requests"),
        less("Lambda of a first run", first.gb_seconds, "GB-s"),
        less("Lambda of an hourly run", hourly.gb_seconds, "GB-s"),
        less("a month of 5,000 products", month, "US$"),
    ]
}
