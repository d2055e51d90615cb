//! AWS's Runtime Interface Emulator with one function.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::proxy::Proxy;
use super::shim::{self, Begun};

/// Maximum number of checks for the emulator's port, two milliseconds apart.
const LOOKS: usize = 5_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);
const INVOKE: &str = "2015-03-31/functions/function/invocations";

/// Measurements of a function's first invocation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub(super) to_poll: Duration,
    pub(super) to_answer: Duration,
    /// Bytes.
    pub(super) peak_rss: u64,
}

/// Result of a function's first invocation.
pub(super) struct First {
    pub(super) start: Start,
    pub(super) answer: Value,
    /// Log of the function and the emulator.
    pub(super) log: String,
}

/// Starts `function` with `environment` under the emulator, sends one event, and stops both.
///
/// # Panics
/// If there is no answer.
pub(super) async fn first_invocation(
    function: &Path,
    environment: &[(String, String)],
    event: &Value,
) -> First {
    let runtime_api = free_address();
    let proxy = Proxy::start(runtime_api);
    let note = std::env::temp_dir().join(format!("bench-{}-begun", std::process::id()));
    let command = shim::command(function, &proxy.address().to_string(), &note);
    let log = note.with_extension("log");
    let emulator = Emulator::start(&command, runtime_api, environment, &log);
    let answer = emulator.invoke(event).await;
    let begun = shim::read(&note);
    let seen = proxy.seen();
    let peak_rss = e2e::peak_rss(begun.process.unsigned_abs());
    end_function(begun);
    drop(emulator);
    let lines = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(note).unwrap();
    std::fs::remove_file(log).unwrap();
    let to_poll = seen.first_poll.unwrap() - begun.at;
    let failed = || panic!("the invocation failed: {answer}\n{lines}");
    let to_answer = seen.first_answer.unwrap_or_else(failed) - begun.at;
    First { start: Start { to_poll, to_answer, peak_rss }, answer, log: lines }
}

struct Emulator {
    child: Child,
    address: SocketAddr,
}

impl Emulator {
    fn start(
        command: &[String],
        runtime_api: SocketAddr,
        environment: &[(String, String)],
        log: &Path,
    ) -> Self {
        let log = File::create(log).unwrap();
        let address = free_address();
        let child = Command::new(path())
            .args(["--runtime-interface-emulator-address", &address.to_string()])
            .args(["--runtime-api-address", &runtime_api.to_string()])
            .args(command)
            .env_clear()
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, address }
    }

    /// The emulator starts the function when the first event arrives.
    async fn invoke(&self, event: &Value) -> Value {
        let is_there = (0..LOOKS).any(|_| {
            let is_there = TcpStream::connect(self.address).is_ok();
            if !is_there {
                std::thread::sleep(BETWEEN_LOOKS);
            }
            is_there
        });
        assert!(is_there, "the emulator does not listen");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let address = format!("http://{}/{INVOKE}", self.address);
        let answer = client.post(address).body(event.to_string()).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Kills the function, which has its own process group and would outlive the emulator.
fn end_function(begun: Begun) {
    let process = Pid::from_raw(begun.process).unwrap();
    kill_process(process, Signal::KILL).unwrap();
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Location where `make tools` installs the emulator as part of the SAM CLI.
fn path() -> PathBuf {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let versions = std::fs::read_dir(root.join(".tools/aws/lib")).unwrap();
    let inside = format!("site-packages/samcli/local/rapid/aws-lambda-rie-{architecture}");
    let mut found = versions.map(|version| version.unwrap().path().join(&inside));
    found.find(|path| path.is_file()).expect("no emulator in .tools: run `make tools`")
}
