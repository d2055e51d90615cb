//! What the emulator starts in a function's place: it notes the time and becomes the function, with
//! a Runtime API that notes the time as well.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::monotonic;

/// The word after the program's name that asks for this.
pub(crate) const MODE: &str = "become";

/// A function that has been started.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    pub(super) process: i32,
    pub(super) at: Duration,
}

/// What the emulator is to start.
pub(super) fn command(function: &Path, runtime_api: &str, note: &Path) -> Vec<String> {
    let own = std::env::current_exe().unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    vec![path(&own), MODE.to_owned(), path(function), runtime_api.to_owned(), path(note)]
}

/// Becomes the function; the arguments are those of [`command`] after the mode.
///
/// # Panics
/// Where it cannot.
pub(crate) fn become_function(mut arguments: impl Iterator<Item = String>) -> ! {
    let [function, runtime_api, note] = [(); 3].map(|()| arguments.next().unwrap());
    let mut note = File::create(note).unwrap();
    let mut command = Command::new(function);
    command.env("AWS_LAMBDA_RUNTIME_API", runtime_api);
    let (process, now) = (std::process::id(), monotonic::now().as_nanos());
    write!(note, "{process} {now}").unwrap();
    panic!("{}", command.exec());
}

/// What was noted.
///
/// # Panics
/// Where nothing was.
pub(super) fn read(note: &Path) -> Begun {
    let text = fs::read_to_string(note).unwrap();
    let (process, nanoseconds) = text.split_once(' ').unwrap();
    let at = Duration::from_nanos(nanoseconds.parse().unwrap());
    Begun { process: process.parse().unwrap(), at }
}
