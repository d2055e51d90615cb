//! What the core does most: pages, signatures, bodies of webhooks, secrets, telephone numbers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may panic: that is how it fails"
)]

mod decoding;
mod pages;
mod processor;
mod requests;

use std::time::Duration;

use criterion::Criterion;

use processor::ProcessorTime;

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
