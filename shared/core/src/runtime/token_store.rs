//! Tokens in DynamoDB, encrypted with the app's data keys.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::config::{AppSecret, SecretSource};
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, FetchLease, Generation, StoreId, StoredTokens, TokenStore, Tokens, random,
};
use crate::storage::{StoreRepository, TokenRecord, TokenRepository};

/// The token store of the platforms' clients.
#[derive(Debug, Clone)]
pub struct StoredTokenStore {
    tokens: TokenRepository,
    stores: StoreRepository,
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
}

impl StoredTokenStore {
    /// Tokens in `tokens`, encrypted with the keys in `secrets`.
    pub fn new(
        tokens: TokenRepository,
        stores: StoreRepository,
        secrets: Arc<SecretSource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { tokens, stores, secrets, clock }
    }

    async fn secret(&self) -> Result<Arc<AppSecret>, ApiError> {
        let secret = self.secrets.get(self.clock.now()).await;
        secret.map_err(|error| ApiError::Store(Box::new(error)))
    }
}

#[async_trait]
impl TokenStore for StoredTokenStore {
    async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<Option<StoredTokens>, ApiError> {
        let Some(record) = self.tokens.get(store, generation).await? else { return Ok(None) };
        let secret = self.secret().await?;
        let at = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(Some(StoredTokens {
            version: record.version,
            tokens: open(&record, store, &secret),
            obtained_at: at(record.obtained_at),
            expires_at: at(record.expires_at),
        }))
    }

    async fn lease_fetch(
        &self,
        store: &StoreId,
        generation: Generation,
        version: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<FetchLease>, ApiError> {
        Ok(self.tokens.lease_fetch(store, generation, version, now, until).await?)
    }

    async fn put(
        &self,
        store: &StoreId,
        lease: &FetchLease,
        fetched: &StoredTokens,
    ) -> Result<bool, ApiError> {
        let secret = self.secret().await?;
        let plain = serde_json::to_vec(&fetched.tokens).map_err(|_| ApiError::Seal)?;
        let sealed_for = owner(store, lease.generation);
        let sealed = secret.data_keys.seal(&sealed_for, random::bytes(), &plain);
        let sealed = sealed.map_err(|_| ApiError::Seal)?;
        let StoredTokens { version, obtained_at, expires_at, .. } = *fetched;
        Ok(self.tokens.store(store, lease, version, sealed, obtained_at, expires_at).await?)
    }

    async fn release(&self, store: &StoreId, lease: &FetchLease) -> Result<(), ApiError> {
        Ok(self.tokens.release(store, lease).await?)
    }

    async fn is_installed(
        &self,
        store: &StoreId,
        generation: Generation,
    ) -> Result<bool, ApiError> {
        Ok(self.stores.is_installed(store, generation).await?)
    }
}

/// Decrypts the tokens of a row; None if there are none or no key decrypts them, so that a lost
/// data key costs a new token and not an outage.
fn open(record: &TokenRecord, store: &StoreId, secret: &AppSecret) -> Option<Tokens> {
    let sealed_for = owner(store, record.generation);
    let plain = secret.data_keys.open(&sealed_for, record.sealed.as_deref()?).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// The context a token is encrypted for: a newer install cannot decrypt the tokens of an ended one.
fn owner(store: &StoreId, generation: Generation) -> String {
    format!("{store}#{generation}")
}
