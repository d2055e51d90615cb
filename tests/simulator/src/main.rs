//! Simulator program.

use std::{io::Write as _, net::SocketAddr, process::ExitCode};

use clap::Parser;
use serde_json::json;
use shoprenter_simulator::{AppSettings, Options, Simulator};
use tokio::signal::unix::{SignalKind, signal};

/// Simulated ShopRenter. Shops are created with PUT /_control/shops/{shop}.
#[derive(Debug, Parser)]
struct Arguments {
    /// Address to listen on.
    #[arg(long, env = "SIMULATOR_HOST", default_value = "127.0.0.1")]
    host: std::net::IpAddr,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, env = "SIMULATOR_PORT", default_value_t = 0)]
    port: u16,
    /// Base URL for clients, if it differs from the listening address.
    #[arg(long, env = "SIMULATOR_PUBLIC_URL")]
    public_url: Option<String>,
    /// OAuth client id.
    #[arg(long, env = "SIMULATOR_CLIENT_ID", default_value = "simulated-client")]
    client_id: String,
    /// OAuth client secret, which also signs.
    #[arg(long, env = "SIMULATOR_CLIENT_SECRET", hide_env_values = true)]
    client_secret: String,
    /// The application's number.
    #[arg(long, env = "SIMULATOR_APP_ID", default_value = "100")]
    app_id: String,
    /// RedirectUri; can be set later with PUT /_control/app.
    #[arg(long, env = "SIMULATOR_REDIRECT_URI", default_value = "http://127.0.0.1:9/unset")]
    redirect_uri: String,
    /// EntryPoint; can be set later.
    #[arg(long, env = "SIMULATOR_ENTRY_URI", default_value = "http://127.0.0.1:9/unset")]
    entry_uri: String,
    /// UninstallUri; can be set later.
    #[arg(long, env = "SIMULATOR_UNINSTALL_URI", default_value = "http://127.0.0.1:9/unset")]
    uninstall_uri: String,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            address: SocketAddr::new(arguments.host, arguments.port),
            public_url: arguments.public_url,
            app: AppSettings {
                client_id: arguments.client_id,
                client_secret: arguments.client_secret,
                old_client_secrets: Vec::new(),
                app_id: arguments.app_id,
                redirect_uri: arguments.redirect_uri,
                entry_uri: arguments.entry_uri,
                uninstall_uri: arguments.uninstall_uri,
            },
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).init();
    match serve(Arguments::parse().into()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the simulator could not run");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let simulator = Simulator::start(options)?;
    let ready = json!({
        "ready": true,
        "base_url": simulator.base_url(),
        "address": simulator.address().to_string(),
        "pid": std::process::id(),
    });
    let mut out = std::io::stdout();
    writeln!(out, "{ready}")?;
    out.flush()?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
