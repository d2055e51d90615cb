//! A function's HTTP client, with its connection pool and TLS.

use std::sync::Arc;
use std::time::Duration;

/// Time limit for opening a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Time limit for each read.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Shorter than the idle timeout of load balancers: a frozen function resumes with dead
/// connections.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// The client could not be created.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be created")]
pub struct HttpClientError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// A client that trusts Mozilla's roots (compiled in, because reading the system's takes
/// milliseconds of every cold start), follows no redirects, and uses no proxy.
pub fn http_client() -> Result<reqwest::Client, HttpClientError> {
    http_client_that_trusts(public_roots())
}

/// Mozilla's roots.
pub fn public_roots() -> rustls::RootCertStore {
    rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The same client with other roots.
pub fn http_client_that_trusts(
    roots: rustls::RootCertStore,
) -> Result<reqwest::Client, HttpClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| HttpClientError(error.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE)
        .user_agent(concat!("shopcall/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| HttpClientError(error.into()))
}
