//! Function process: start, end, log and resource consumption.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, PipeReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Maximum number of log lines kept.
const LOG_LINES: usize = 40;
/// Ticks a second in `/proc/<pid>/stat`; Linux uses this unit on every architecture.
const TICKS: u64 = 100;

type Log = Arc<Mutex<VecDeque<String>>>;

#[derive(Debug)]
pub(super) struct Process {
    child: Mutex<Child>,
    id: u32,
    log: Log,
    has_ended: watch::Receiver<bool>,
}

impl Process {
    pub(super) fn start(
        binary: &Path,
        function: &str,
        runtime_api: &str,
        environment: &[(String, String)],
    ) -> Self {
        let (output, stdout) = std::io::pipe().unwrap();
        let stderr = stdout.try_clone().unwrap();
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .env("AWS_LAMBDA_FUNCTION_NAME", function)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{function}"))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "test")
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr);
        let child = command.spawn().unwrap();
        // `command` holds copies of the pipe's write end, which would keep it open.
        drop(command);
        let id = child.id();
        let log = Log::default();
        let (ended, has_ended) = watch::channel(false);
        let lines = Arc::clone(&log);
        std::thread::spawn(move || {
            keep_last_lines(output, &lines);
            ended.send_replace(true);
        });
        Self { child: Mutex::new(child), id, log, has_ended }
    }

    /// Waits until the process has closed its output, which happens when it ends.
    pub(super) async fn ended(&self) {
        drop(self.has_ended.clone().wait_for(|ended| *ended).await);
    }

    pub(super) fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // An error means that the process has already ended.
        drop(child.kill());
        drop(child.wait());
    }

    pub(super) fn log(&self) -> String {
        let lines = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn peak_rss(&self) -> u64 {
        peak_rss(self.id)
    }

    pub(super) fn cpu_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id)).unwrap();
        // The name, in brackets, may contain spaces. `utime` and `stime` are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum();
        Duration::from_millis(ticks * 1000 / TICKS)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn keep_last_lines(output: PipeReader, log: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let mut lines = log.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LOG_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

/// Peak resident memory of a process in bytes.
///
/// # Panics
/// If the process has ended.
pub fn peak_rss(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().unwrap();
    kilobytes * 1024
}
