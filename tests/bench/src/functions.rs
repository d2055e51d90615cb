//! Release binaries of the functions, as deployed.

use std::path::PathBuf;

use e2e::{Worker, binary_in};

/// Build profile of deployed functions.
const PROFILE: &str = "release";
/// Empty function used as the reference.
pub(crate) const EMPTY: &str = "empty-function";
/// All others.
pub(crate) const ALL: [&str; 12] = [
    "oauth-init",
    "oauth-callback",
    "entry",
    "uninstall",
    "webhook-orders",
    "stores",
    "lookup",
    "sync",
    "scheduled-sync",
    "products-sync",
    "orders-sync",
    "customers-sync",
];

/// Whether a function is one that carries out syncs.
pub(crate) fn is_sync_worker(function: &str) -> bool {
    ["products-sync", "orders-sync", "customers-sync"].contains(&function)
}

/// Directory of the binaries, next to that of this program's own profile.
fn directory() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join(PROFILE)
}

/// Path of a function's binary.
///
/// # Panics
/// If the binary is missing, or older than this program's code: its figures would belong to another
/// version.
pub(crate) fn binary(function: &str) -> PathBuf {
    binary_in(&directory(), function)
}

/// Starts a fresh process of a function.
pub(crate) async fn start(function: &str, environment: &[(String, String)]) -> Worker {
    Worker::start_from(&directory(), function, environment).await
}
