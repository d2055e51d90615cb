//! The functions as they are deployed: their release binaries.

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

/// Where the binaries are: beside the directory of this program's own profile.
fn directory() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join(PROFILE)
}

/// The binary of one.
///
/// # Panics
/// Where it is missing, or older than the code in this program: it would be the figures of another
/// version, whose rows may differ too.
pub(crate) fn binary(function: &str) -> PathBuf {
    binary_in(&directory(), function)
}

/// A fresh process of one.
pub(crate) async fn start(function: &str, environment: &[(String, String)]) -> Worker {
    Worker::start_from(&directory(), function, environment).await
}
