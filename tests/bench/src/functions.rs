//! The functions as they are deployed: their release binaries.

use std::path::PathBuf;

use e2e::Worker;

/// What a deployed function is built with.
const PROFILE: &str = "release";

/// Where they are: beside the directory of this program's own profile.
pub(crate) fn directory() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join(PROFILE)
}

/// A fresh process of one.
pub(crate) async fn start(function: &str, environment: &[(String, String)]) -> Worker {
    Worker::start_from(&directory(), function, environment).await
}
