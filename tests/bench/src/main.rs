//! Benchmarks of the functions' own binaries against the simulated ShopRenter and an in-memory
//! DynamoDB. Each returns named figures, some with a budget, and fails if a row is wrong; none
//! fails for being slow, because that depends on the machine.

mod allocations;
mod cold;
mod cost;
mod functions;
mod https;
mod memory;
mod micro;
mod monotonic;
mod rate;
mod report;
mod resume;
mod samples;
mod schedule;
mod size;
mod sync;
mod testbed;
mod unchanged;
mod warm;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Parser, ValueEnum};

use report::{Baseline, Figure, Measured, Summary};

#[derive(Debug, Parser)]
#[command(about = "Benchmarks of the functions")]
struct Arguments {
    /// Benchmarks to run, in this order; all if none is named.
    benchmarks: Vec<Benchmark>,
    /// File for all figures as JSON.
    #[arg(long, default_value = "target/bench.json")]
    json: PathBuf,
    /// Makes this run's ratios the new baseline.
    #[arg(long)]
    write_baseline: bool,
    /// Markdown page whose table is replaced, between its marks.
    #[arg(long)]
    page: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Benchmark {
    /// Start of each function relative to an empty one.
    Cold,
    /// First HTTPS call of a fresh process.
    Https,
    /// Invocations of started functions.
    Warm,
    /// Sizes of the functions.
    Size,
    /// Share of a shop's rate limit that three concurrent syncs use.
    Rate,
    /// Pages, signatures, webhooks, sealing and telephone numbers, measured by Criterion.
    Core,
    /// Cost of a thousand products, and throughput without a rate limit.
    Sync,
    /// Cost of a shop per month.
    Cost,
    /// Sync of a shop that takes several invocations.
    Resume,
    /// Cost of a full sync without changes.
    Unchanged,
    /// Memory of a worker for a small and a large shop.
    Memory,
    /// Scheduled run with very many stores.
    Schedule,
}

impl Benchmark {
    async fn run(self) -> Vec<Figure> {
        match self {
            Self::Cold => cold::run().await,
            Self::Https => https::run(),
            Self::Warm => warm::run().await,
            Self::Size => size::run(),
            Self::Rate => rate::run().await,
            Self::Core => micro::run(),
            Self::Sync => sync::run().await,
            Self::Cost => cost::run().await,
            Self::Resume => resume::run().await,
            Self::Unchanged => unchanged::run().await,
            Self::Memory => memory::run().await,
            Self::Schedule => schedule::run().await,
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

fn main() {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some(cold::shim::MODE) {
        cold::shim::become_function(words);
    }
    let arguments = Arguments::parse();
    tokio::runtime::Runtime::new().unwrap().block_on(measure(&arguments));
}

async fn measure(arguments: &Arguments) {
    let wanted = match &*arguments.benchmarks {
        [] => Benchmark::value_variants(),
        named => named,
    };
    let mut summary = Summary::default();
    for benchmark in wanted {
        let began = Instant::now();
        let figures = benchmark.run().await;
        let took = began.elapsed();
        summary.add(Measured { benchmark: benchmark.name(), figures, took });
    }
    let baseline = Baseline::read();
    summary.print(&baseline);
    summary.write(&arguments.json);
    if let Some(page) = &arguments.page {
        summary.put_into(page);
    }
    if arguments.write_baseline {
        baseline.replace(summary.run());
    }
}
