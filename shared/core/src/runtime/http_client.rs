//! The one HTTP client of a function: its connection pool and its TLS.

use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take to open, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the other side may fall silent.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Kept short of what load balancers allow: a frozen function wakes to connections that are dead.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made")]
pub struct HttpClientError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// A client that trusts Mozilla's roots (compiled in: reading the system's takes milliseconds of
/// every cold start), follows no redirect, and knows no proxy.
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
