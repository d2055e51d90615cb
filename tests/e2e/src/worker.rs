//! A function's own binary, as a process of its own, invoked as Lambda does it.

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

/// A running function.
///
/// It is one execution environment: it takes one event at a time, and as many as it is given. It
/// ends when dropped.
#[derive(Debug)]
pub struct Worker {
    runtime: RuntimeApi,
    process: Process,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Invocation {
    /// The function answered this.
    Answered(Value),
    /// The function failed with this error; Lambda would repeat the event.
    Failed(Value),
    /// The time limit was over; the process has been killed, as Lambda does.
    TimedOut,
    /// The process ended, or had ended before; with the last lines of its log.
    Died(String),
}

impl Worker {
    /// Starts the binary of `function`, such as `products-sync`, with `environment` and nothing
    /// else beside what Lambda sets. Returns before it asks for its first event.
    ///
    /// # Panics
    /// Where the binary is missing or older than the code under test, or cannot be started.
    pub async fn start(function: &str, environment: &[(String, String)]) -> Self {
        Self::launch(&binary::path_of(function), function, environment).await
    }

    /// The same with the binary in `directory`, such as another profile's.
    ///
    /// # Panics
    /// Likewise.
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

    /// Hands an event over and waits for what becomes of it. The function learns its deadline from
    /// `time_limit`.
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

    /// Kills the process (SIGKILL) and waits until it is gone. It may have ended by itself.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// The most memory that the process has had resident, in bytes.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn peak_rss(&self) -> u64 {
        self.process.peak_rss()
    }

    /// The processor time that the process has used, to a hundredth of a second.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn cpu_time(&self) -> Duration {
        self.process.cpu_time()
    }

    /// The last lines that it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }
}
