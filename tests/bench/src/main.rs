//! Benchmarks of the functions' own binaries, against the simulated ShopRenter and a DynamoDB in
//! memory. Each prints its figures and fails if a row is wrong; none fails for being slow, since
//! that depends on the machine.

mod memory;
mod rate;
mod report;
mod resume;
mod schedule;
mod stand;
mod unchanged;

use clap::{Parser, ValueEnum};

#[derive(Debug, Parser)]
#[command(about = "Benchmarks of the sync functions")]
struct Arguments {
    /// Which one; all of them where none is named.
    benchmark: Option<Benchmark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Benchmark {
    /// How much of a shop's rate limit three syncs at once make use of.
    Rate,
    /// A shop that takes several invocations.
    Resume,
    /// What a full sync costs where nothing has changed.
    Unchanged,
    /// A worker's memory for a small shop and a large one.
    Memory,
    /// A beat of the schedule with very many stores.
    Schedule,
}

impl Benchmark {
    async fn run(self) {
        match self {
            Self::Rate => rate::run().await,
            Self::Resume => resume::run().await,
            Self::Unchanged => unchanged::run().await,
            Self::Memory => memory::run().await,
            Self::Schedule => schedule::run().await,
        }
    }
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    for benchmark in Benchmark::value_variants() {
        if arguments.benchmark.is_none_or(|wanted| wanted == *benchmark) {
            benchmark.run().await;
        }
    }
}
