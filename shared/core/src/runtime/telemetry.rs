//! Logs as JSON lines with fields, and counts as CloudWatch's embedded metric format.

use std::io::Write as _;
use std::sync::OnceLock;

use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use crate::domain::clock::{Clock, SystemClock};

/// CloudWatch's namespace for everything counted here.
const NAMESPACE: &str = "ShopCall";

/// Set by [`init`]; without it, as in tests, nothing is counted.
static STARTED: OnceLock<()> = OnceLock::new();

/// Starts logging and counting; `LOG_LEVEL` (`info` by default) is the lowest level logged. A
/// second call does nothing.
pub fn init() {
    let level = std::env::var("LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        // The runtime's span names the invocation: its request id is on every line.
        .with_current_span(true)
        .with_span_list(false)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .with_target(false)
        .with_ansi(false)
        .finish();
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        STARTED.get_or_init(|| ());
    }
}

/// Adds `value` to `metric` under one dimension, such as `("form", "3")`.
///
/// The line is in CloudWatch's embedded metric format: CloudWatch extracts the metric from the log,
/// so no request is needed.
pub fn count(metric: &'static str, dimension: (&'static str, &str), value: u64) {
    if STARTED.get().is_none() {
        return;
    }
    let (name, of) = dimension;
    let line = json!({
        "_aws": {
            "Timestamp": SystemClock.now().as_millisecond(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [[name]],
                "Metrics": [{ "Name": metric, "Unit": "Count" }],
            }],
        },
        name: of,
        metric: value,
    });
    // A failed log write must not fail the request.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
