//! Program that the emulator starts in place of a function: records the time and replaces itself
//! with the function, whose Runtime API is the recording proxy.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::monotonic;

/// Command line argument that selects this mode.
pub(crate) const MODE: &str = "become";

/// A started function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    pub(super) process: i32,
    pub(super) at: Duration,
}

/// Builds the emulator's command.
pub(super) fn command(function: &Path, runtime_api: &str, note: &Path) -> Vec<String> {
    let own = std::env::current_exe().unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    vec![path(&own), MODE.to_owned(), path(function), runtime_api.to_owned(), path(note)]
}

/// Replaces this process with the function. The arguments are those of [`command`] after the mode.
///
/// # Panics
/// If the process cannot be replaced.
pub(crate) fn become_function(mut arguments: impl Iterator<Item = String>) -> ! {
    let [function, runtime_api, note] = [(); 3].map(|()| arguments.next().unwrap());
    let mut note = File::create(note).unwrap();
    let mut command = Command::new(function);
    command.env("AWS_LAMBDA_RUNTIME_API", runtime_api);
    let (process, now) = (std::process::id(), monotonic::now().as_nanos());
    write!(note, "{process} {now}").unwrap();
    panic!("{}", command.exec());
}

/// Reads the recorded start.
///
/// # Panics
/// If nothing was recorded.
pub(super) fn read(note: &Path) -> Begun {
    let text = fs::read_to_string(note).unwrap();
    let (process, nanoseconds) = text.split_once(' ').unwrap();
    let at = Duration::from_nanos(nanoseconds.parse().unwrap());
    Begun { process: process.parse().unwrap(), at }
}
