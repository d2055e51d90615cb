//! A function's runtime: configuration, clients, events, HTTP and telemetry.

pub mod aws;
mod bearer_auth;
pub mod config;
pub mod events;
pub mod http;
mod http_client;
mod platforms;
mod services;
pub mod telemetry;
mod token_store;

pub use bearer_auth::{BearerAuth, unavailable};
pub use http_client::{HttpClientError, http_client, http_client_that_trusts, public_roots};
pub use platforms::{PlatformEntry, Platforms};
pub use services::{InitError, Services};
pub use token_store::StoredTokenStore;
