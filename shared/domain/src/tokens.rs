//! Where a platform's client keeps its access tokens.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ApiError, Generation, StoreId};

/// An access token and, where the platform issues one, the refresh token beside it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Sent with every request.
    pub access: String,
    /// Good for another access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens([redacted])")
    }
}

/// A store's tokens as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTokens {
    /// One more with each new token; 0 before the first.
    pub version: u64,
    /// The tokens; None before the first, or where they cannot be decrypted any more.
    pub tokens: Option<Tokens>,
    /// When the access token was requested.
    pub obtained_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The right to fetch a token: nobody else does while it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchLease {
    /// The install it is held for.
    pub generation: Generation,
    /// Random name of the holder.
    pub owner: String,
}

/// Stores tokens, and lets one process at a time fetch a new one.
#[async_trait]
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// The tokens of an install; None where a fetch has never begun.
    async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<StoredTokens>, ApiError>;

    /// Takes the right to fetch until `until`. None where another process holds it at `now`, the
    /// stored version is not `version`, or the store is not installed at `generation`.
    async fn lease_fetch(
        &self,
        store: &StoreId,
        generation: Generation,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<FetchLease>, ApiError>;

    /// Stores fetched tokens and ends the lease. False where the lease was lost.
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
