//! Access tokens: sealed in DynamoDB, used until shortly before their end, fetched by one Lambda
//! at a time.

mod grant;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::retry::Deadline;
use crate::clock::Clock;
use crate::config::{AppSecret, Config};
use crate::domain::{Generation, ShopName, StoreId};
use crate::random;
use crate::store::{StoreRepository, TokenRecord, TokenRepository};
use grant::Grant;

/// A token is not used in the last five minutes of its life, so that it does not end on the way;
/// one that lives less than ten is used for half of it.
const MARGIN: SignedDuration = SignedDuration::from_secs(300);
/// Longer than a fetch can take; after that another may fetch.
const FETCH_LEASE: SignedDuration = SignedDuration::from_secs(20);
/// A fetch is given up before its lease runs out.
const FETCH_TIME: Duration = Duration::from_secs(15);
/// How often the row is looked at while another Lambda fetches.
const POLL: Duration = Duration::from_millis(150);

/// A token for one shop's API.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    secret: String,
    version: u64,
}

impl AccessToken {
    /// What goes behind `Bearer`.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken(version {}, [redacted])", self.version)
    }
}

/// What is sealed in a store's row.
#[derive(Serialize, Deserialize)]
struct Sealed {
    access: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
}

/// Gives out tokens.
#[derive(Debug, Clone)]
pub struct TokenSource {
    http: reqwest::Client,
    config: Arc<Config>,
    repository: TokenRepository,
    stores: StoreRepository,
    clock: Arc<dyn Clock>,
}

impl TokenSource {
    /// A source over `repository`, asking ShopRenter over `http`.
    pub fn new(
        http: reqwest::Client,
        config: Arc<Config>,
        repository: TokenRepository,
        stores: StoreRepository,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { http, config, repository, stores, clock }
    }

    /// A token that is good for five minutes at least.
    ///
    /// `code` is what ShopRenter sent with an opening; only the brief's contract needs one, and
    /// only for the first token.
    pub async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
        secret: &AppSecret,
        code: Option<&str>,
        deadline: Deadline,
    ) -> Result<AccessToken, ApiError> {
        self.newer_than(None, store, generation, secret, code, deadline).await
    }

    /// A token that ShopRenter gives now, whatever is stored: it knows what has been granted since,
    /// and whether the app is let in at all.
    pub async fn renew(
        &self,
        store: &StoreId,
        generation: Generation,
        secret: &AppSecret,
        code: Option<&str>,
        deadline: Deadline,
    ) -> Result<AccessToken, ApiError> {
        let stored = self.repository.get(store, generation).await?.map(|record| record.version);
        self.newer_than(stored, store, generation, secret, code, deadline).await
    }

    /// A token in place of one that the API refused: what another Lambda has fetched meanwhile,
    /// or a new one.
    pub async fn replace(
        &self,
        refused: &AccessToken,
        store: &StoreId,
        generation: Generation,
        secret: &AppSecret,
        deadline: Deadline,
    ) -> Result<AccessToken, ApiError> {
        self.newer_than(Some(refused.version), store, generation, secret, None, deadline).await
    }

    async fn newer_than(
        &self,
        refused: Option<u64>,
        store: &StoreId,
        generation: Generation,
        secret: &AppSecret,
        code: Option<&str>,
        deadline: Deadline,
    ) -> Result<AccessToken, ApiError> {
        loop {
            let record = self.repository.get(store, generation).await?;
            let now = self.clock.now();
            if let Some(token) = usable(record.as_ref(), refused, store, secret, now) {
                return Ok(token);
            }
            let version = record.as_ref().map_or(0, |record| record.version);
            let lease = self
                .repository
                .lease_fetch(store, generation, version, now, now + FETCH_LEASE)
                .await?;
            if let Some(lease) = lease {
                let old = record.as_ref().and_then(|record| open(record, store, secret));
                let fetched = match self.fetch(store.shop(), secret, old, code, deadline).await {
                    Ok(fetched) => fetched,
                    Err(error) => {
                        self.repository.release(store, &lease).await?;
                        return Err(error);
                    }
                };
                let (token, sealed) =
                    self.seal(store, generation, &fetched, version + 1, secret)?;
                let kept = self
                    .repository
                    .store(store, &lease, version + 1, sealed, now, fetched.expires_at)
                    .await?;
                if kept {
                    return Ok(token);
                }
            }
            if !self.stores.is_installed(store, generation).await? {
                return Err(ApiError::NotInstalled);
            }
            if deadline.left() <= POLL {
                return Err(ApiError::OutOfTime);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Asks with what there is: a refresh token that is refused gives way to a code, if one came.
    async fn fetch(
        &self,
        shop: &ShopName,
        secret: &AppSecret,
        old: Option<Sealed>,
        code: Option<&str>,
        deadline: Deadline,
    ) -> Result<grant::Fetched, ApiError> {
        let address = self.config.addresses.token(shop);
        let deadline = Deadline::after(FETCH_TIME.min(deadline.left()));
        let ask = async |grant: &Grant<'_>| {
            grant::fetch(&self.http, &address, grant, &*self.clock, deadline).await
        };
        let contract = self.config.contract;
        let first = Grant::choose(contract, secret, old, code);
        match ask(&first).await {
            Err(ApiError::ClientRefused { .. }) if first.is_refresh() && code.is_some() => {
                ask(&Grant::choose(contract, secret, None, code)).await
            }
            answer => answer,
        }
    }

    fn seal(
        &self,
        store: &StoreId,
        generation: Generation,
        fetched: &grant::Fetched,
        version: u64,
        secret: &AppSecret,
    ) -> Result<(AccessToken, Vec<u8>), ApiError> {
        let plain = Sealed { access: fetched.access.clone(), refresh: fetched.refresh.clone() };
        let plain = serde_json::to_vec(&plain).map_err(|_| ApiError::Seal)?;
        let sealed = secret
            .data_keys
            .seal(&bound_to(store, generation), random::bytes(), &plain)
            .map_err(|_| ApiError::Seal)?;
        Ok((AccessToken { secret: fetched.access.clone(), version }, sealed))
    }
}

/// The stored token, if it is not the refused one and has enough of its life before it.
fn usable(
    record: Option<&TokenRecord>,
    refused: Option<u64>,
    store: &StoreId,
    secret: &AppSecret,
    now: Timestamp,
) -> Option<AccessToken> {
    let record = record?;
    let expires_at = Timestamp::from_second(record.expires_at).ok()?;
    let obtained_at = Timestamp::from_second(record.obtained_at).ok()?;
    let margin = MARGIN.min(expires_at.duration_since(obtained_at) / 2);
    if refused.is_some_and(|refused| record.version <= refused) || now + margin >= expires_at {
        return None;
    }
    let opened = open(record, store, secret)?;
    Some(AccessToken { secret: opened.access, version: record.version })
}

/// What the row holds; None where nothing is there or no key opens it, so that a lost data key
/// costs a new token and not an outage.
fn open(record: &TokenRecord, store: &StoreId, secret: &AppSecret) -> Option<Sealed> {
    let sealed_for = bound_to(store, record.generation);
    let plain = secret.data_keys.open(&sealed_for, record.sealed.as_deref()?).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// What a token is sealed for: what an ended install has left opens for no newer one.
fn bound_to(store: &StoreId, generation: Generation) -> String {
    format!("{store}#{generation}")
}
