//! The deployed local stack, as `.local/stack.json` describes it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// What `make up` wrote down.
#[derive(Debug, Clone, Deserialize)]
pub struct Stack {
    /// The HTTP API.
    pub api_url: String,
    /// The local cloud.
    pub aws_endpoint: String,
    /// The region it plays.
    pub region: String,
    /// The simulated ShopRenter.
    pub shoprenter_url: String,
    /// What the app is called at ShopRenter.
    pub client_id: String,
    /// What ShopRenter signs with.
    pub client_secret: String,
    /// The app's number in a shop's admin.
    pub app_id: String,
    /// What lets ShopCall in.
    pub internal_sync_secret: String,
    /// The tables' names.
    pub tables: StackTables,
    /// The bus's name.
    pub event_bus: String,
}

/// The tables' names.
#[derive(Debug, Clone, Deserialize)]
pub struct StackTables {
    /// Stores.
    pub stores: String,
    /// Tokens.
    pub tokens: String,
    /// Products, orders and customers.
    pub cache: String,
    /// The log of runs.
    pub sync_runs: String,
    /// Pending installs.
    pub installs: String,
}

impl Stack {
    /// The running stack: `STACK_FILE`, or `.local/stack.json` at the workspace's root.
    ///
    /// # Panics
    /// Where none is running: `make up` starts one.
    pub fn running() -> Self {
        let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.local/stack.json");
        let file =
            std::env::var_os("STACK_FILE").map_or_else(|| PathBuf::from(default), PathBuf::from);
        let text = std::fs::read(&file).unwrap_or_else(|_| {
            panic!("{} is missing: start a stack with `make up`", file.display())
        });
        serde_json::from_slice(&text).unwrap()
    }
}

/// Tries again every 200 ms until `attempt` gives something, for as long as `limit`.
///
/// # Panics
/// Where it gives nothing in that time.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    limit: Duration,
    attempt: impl Fn() -> F,
) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(outcome) = attempt().await {
            return outcome;
        }
        assert!(Instant::now() < end, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
