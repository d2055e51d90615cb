//! Storage of access tokens.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ApiError, Generation, StoreId};

/// An access token and, if the platform issues one, its refresh token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Sent with every request.
    pub access: String,
    /// Exchanged for a new access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// The permissions that the platform named when it issued the access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<BTreeSet<String>>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens([redacted])")
    }
}

/// A store's tokens as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTokens {
    /// Incremented with each new token; 0 before the first.
    pub version: u64,
    /// The tokens; None before the first, or if they can no longer be decrypted.
    pub tokens: Option<Tokens>,
    /// When the access token was requested.
    pub obtained_at: Timestamp,
    /// When the access token expires.
    pub expires_at: Timestamp,
}

/// The exclusive right to fetch a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchLease {
    /// The install that the lease is for.
    pub generation: Generation,
    /// Random id of the holder.
    pub owner: String,
}

/// Stores tokens and lets one process at a time fetch a new one.
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The tokens of an install; None if a fetch has never begun.
    async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<StoredTokens>, ApiError>;

    /// Takes the lease until `until`. None if another process holds it at `now`, the stored version
    /// is not `version`, or the store is not installed at `generation`.
    async fn lease_fetch(
        &self,
        store: &StoreId,
        generation: Generation,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<FetchLease>, ApiError>;

    /// Stores fetched tokens and ends the lease. Returns false if the lease was lost.
    async fn put(
        &self,
        store: &StoreId,
        lease: &FetchLease,
        fetched: &StoredTokens,
    ) -> Result<bool, ApiError>;

    /// Ends the lease without new tokens.
    async fn release(&self, store: &StoreId, lease: &FetchLease) -> Result<(), ApiError>;

    /// Whether the store is installed at `generation`.
    async fn is_installed(&self, store: &StoreId, generation: Generation)
    -> Result<bool, ApiError>;
}
