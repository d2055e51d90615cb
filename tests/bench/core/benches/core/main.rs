//! Most frequent operations of the core: decoding pages, signatures, webhook bodies, sealing
//! secrets, telephone numbers.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

mod decoding;
mod requests;

use std::time::Duration;

use criterion::Criterion;

use core_benchmarks::ProcessorTime;

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30)
        .configure_from_args();
    decoding::measure(&mut criterion);
    requests::measure(&mut criterion);
    criterion.final_summary();
}
