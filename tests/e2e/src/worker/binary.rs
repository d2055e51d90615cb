//! Location of a function's binary, and whether it matches the code under test.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const BUILD: &str = "cargo build --profile fast --workspace --bins";

/// Path of the binary next to this executable, built with the same profile.
///
/// # Panics
/// If there is no binary, or its sources changed between its build and this executable's.
pub(super) fn path_of(function: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    // Tests are in `deps`, one level below the profile's directory.
    let mut directories = own.ancestors().skip(1).take(2);
    let Some(directory) = directories.find(|directory| directory.join(function).is_file()) else {
        panic!("there is no binary {function} beside {}: run `{BUILD}`", own.display())
    };
    path_in(directory, function)
}

/// Path of the binary in `directory`.
///
/// # Panics
/// If there is no binary, or its sources changed between its build and this executable's.
pub fn path_in(directory: &Path, function: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let binary = directory.join(function);
    assert!(binary.is_file(), "{} is missing", binary.display());
    let (built, tested) = (modified(&binary), modified(&own));
    let newer = sources(&binary).into_iter().find(|source| {
        let changed = modified(source);
        built < changed && changed <= tested
    });
    if let Some(source) = newer {
        panic!("{} is older than {}: build it again", binary.display(), source.display());
    }
    binary
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// Sources of a binary, from the dep-info file that Cargo writes next to it.
fn sources(binary: &Path) -> Vec<PathBuf> {
    let list = fs::read_to_string(binary.with_extension("d")).unwrap_or_default();
    let (_, sources) = list.split_once(": ").unwrap_or_default();
    sources.split_whitespace().map(PathBuf::from).collect()
}
