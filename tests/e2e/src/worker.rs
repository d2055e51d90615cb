//! A function's own binary as a process, invoked as Lambda does.

mod binary;
mod process;
mod runtime_api;

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

pub use binary::path_in as binary_in;
use process::Process;
pub use process::peak_rss;
use runtime_api::RuntimeApi;

/// A running function process.
///
/// Corresponds to one execution environment: it processes one event at a time, any number in
/// sequence, and is killed when dropped.
#[derive(Debug)]
pub struct Worker {
    runtime: RuntimeApi,
    process: Process,
}

/// Outcome of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Invocation {
    /// The function returned this answer.
    Answered(Value),
    /// The function failed with this error; Lambda would retry the event.
    Failed(Value),
    /// The time limit passed and the process was killed, as Lambda does.
    TimedOut,
    /// The process ended during the invocation or before; contains the last lines of its log.
    Died(String),
}

impl Worker {
    /// Starts the binary of `function`, such as `products-sync`, with only `environment` and the
    /// variables that Lambda sets. Returns before the function requests its first event.
    ///
    /// # Panics
    /// If the binary is missing, older than the code under test, or cannot be started.
    pub async fn start(function: &str, environment: &[(String, String)]) -> Self {
        Self::launch(&binary::path_of(function), function, environment).await
    }

    /// Starts the binary in `directory`, such as another profile's.
    ///
    /// # Panics
    /// As for [`start`](Self::start).
    pub async fn start_from(
        directory: &Path,
        function: &str,
        environment: &[(String, String)],
    ) -> Self {
        Self::launch(&binary::path_in(directory, function), function, environment).await
    }

    async fn launch(binary: &Path, function: &str, environment: &[(String, String)]) -> Self {
        let runtime = RuntimeApi::start(function).await;
        let process = Process::start(binary, function, runtime.address(), environment);
        Self { runtime, process }
    }

    /// Sends an event and waits for its outcome. The function's deadline follows from `time_limit`.
    pub async fn invoke(&self, event: &Value, time_limit: Duration) -> Invocation {
        let answer = self.runtime.invoke(event, time_limit);
        tokio::select! {
            answer = tokio::time::timeout(time_limit, answer) => match answer {
                Ok(Ok(answer)) => Invocation::Answered(answer),
                Ok(Err(error)) => Invocation::Failed(error),
                Err(_) => {
                    self.kill();
                    Invocation::TimedOut
                }
            },
            () = self.process.ended() => Invocation::Died(self.process.log()),
        }
    }

    /// Kills the process (SIGKILL) and waits until it has ended. It may have ended by itself.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Peak resident memory of the process in bytes.
    ///
    /// # Panics
    /// If the process has ended.
    pub fn peak_rss(&self) -> u64 {
        self.process.peak_rss()
    }

    /// Processor time of the process, with a resolution of a hundredth of a second.
    ///
    /// # Panics
    /// If the process has ended.
    pub fn cpu_time(&self) -> Duration {
        self.process.cpu_time()
    }

    /// Last lines of the log.
    pub fn log(&self) -> String {
        self.process.log()
    }
}
