//! Access tokens: stored, reused until shortly before they expire, fetched by one process at a
//! time.

mod grant;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shopcall_domain::clock::Clock;
use shopcall_domain::{ApiError, Deadline, ShopAccess, StoredTokens, TokenStore, Tokens};

use crate::Settings;
use crate::error::ErrorObserver;
use crate::permission::claimed_scopes;
use grant::{Endpoint, Grant};

/// A token is not used in its last five minutes, so that it does not expire in flight; one that
/// lives less than ten minutes is used for half its lifetime.
const MARGIN: SignedDuration = SignedDuration::from_secs(300);
/// Lease on a fetch, longer than a fetch can take; then another process may fetch.
const FETCH_LEASE: SignedDuration = SignedDuration::from_secs(20);
/// A fetch is abandoned before its lease expires.
const FETCH_TIME: Duration = Duration::from_secs(15);
/// Polling interval while another process fetches.
const POLL: Duration = Duration::from_millis(150);

/// A token for one shop's API.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    secret: String,
    version: u64,
    scopes: Option<Arc<BTreeSet<String>>>,
}

impl AccessToken {
    /// The access token of `tokens`, with the permissions that it is known to cover.
    pub(super) fn of(tokens: &Tokens, version: u64) -> Self {
        let scopes = tokens.scopes.clone().or_else(|| claimed_scopes(&tokens.access));
        Self { secret: tokens.access.clone(), version, scopes: scopes.map(Arc::new) }
    }

    /// Permissions that the token is known to cover.
    pub(super) fn scopes(&self) -> Option<&BTreeSet<String>> {
        self.scopes.as_deref()
    }

    /// Value after `Bearer`.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken(version {}, [redacted])", self.version)
    }
}

/// Source of access tokens.
#[derive(Debug, Clone)]
pub struct TokenSource {
    http: reqwest::Client,
    settings: Arc<Settings>,
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    observer: ErrorObserver,
}

impl TokenSource {
    /// Creates a source that keeps tokens in `store` and requests them over `http`.
    pub fn new(
        http: reqwest::Client,
        settings: Arc<Settings>,
        store: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { http, settings, store, clock, observer: |_| {} }
    }

    /// Has `observer` told of each error answer, of the API too.
    #[must_use]
    pub fn observed_by(self, observer: ErrorObserver) -> Self {
        Self { observer, ..self }
    }

    /// Whom to tell of error answers.
    pub(super) fn observer(&self) -> ErrorObserver {
        self.observer
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns a token with at least five minutes left, or half its lifetime if that is less.
    ///
    /// `code` is the authorization code of the install or entry call; only the older contract needs
    /// one, and only for the first token.
    pub async fn get(
        &self,
        access: &ShopAccess,
        code: Option<&str>,
    ) -> Result<AccessToken, ApiError> {
        self.newer_than(None, access, code).await
    }

    /// Requests a new token even if one is stored: it covers permissions granted since, and proves
    /// that the app is still authorized.
    pub async fn renew(
        &self,
        access: &ShopAccess,
        code: Option<&str>,
    ) -> Result<AccessToken, ApiError> {
        let stored = self.store.get(&access.store, access.generation).await?;
        self.newer_than(stored.map(|stored| stored.version), access, code).await
    }

    /// Replaces a token that the API refused: with one that another process fetched meanwhile, or
    /// with a new one.
    pub async fn replace(
        &self,
        refused: &AccessToken,
        access: &ShopAccess,
    ) -> Result<AccessToken, ApiError> {
        self.newer_than(Some(refused.version), access, None).await
    }

    async fn newer_than(
        &self,
        refused: Option<u64>,
        access: &ShopAccess,
        code: Option<&str>,
    ) -> Result<AccessToken, ApiError> {
        let ShopAccess { store, generation, deadline, .. } = access;
        loop {
            let stored = self.store.get(store, *generation).await?;
            let now = self.clock.now();
            if let Some(token) = usable(stored.as_ref(), refused, now) {
                return Ok(token);
            }
            let version = stored.as_ref().map_or(0, |stored| stored.version);
            let until = now + FETCH_LEASE;
            let lease = self.store.lease_fetch(store, *generation, version, now, until).await?;
            if let Some(lease) = lease {
                let old = stored.and_then(|stored| stored.tokens);
                let fetched = match self.fetch(access, old, code).await {
                    Ok(fetched) => fetched,
                    Err(error) => {
                        self.store.release(store, &lease).await?;
                        return Err(error);
                    }
                };
                let version = version + 1;
                let token = AccessToken::of(&fetched.tokens, version);
                let fetched = StoredTokens {
                    version,
                    tokens: Some(fetched.tokens),
                    obtained_at: now,
                    expires_at: fetched.expires_at,
                };
                if self.store.put(store, &lease, &fetched).await? {
                    return Ok(token);
                }
            }
            if !self.store.is_installed(store, *generation).await? {
                return Err(ApiError::NotInstalled);
            }
            if deadline.left() <= POLL {
                return Err(ApiError::OutOfTime);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Requests a token with the available grant: after a refused refresh token, falls back to the
    /// code if there is one.
    async fn fetch(
        &self,
        access: &ShopAccess,
        old: Option<Tokens>,
        code: Option<&str>,
    ) -> Result<grant::Fetched, ApiError> {
        let address = self.settings.addresses.token(access.store.shop());
        let deadline = Deadline::after(FETCH_TIME.min(access.deadline.left()));
        let request = async |grant: &Grant<'_>| {
            let endpoint =
                Endpoint { http: &self.http, address: &address, observer: self.observer };
            grant::fetch(endpoint, grant, &*self.clock, deadline).await
        };
        let credentials = &*access.credentials;
        let first = Grant::choose(&self.settings, credentials, old.as_ref(), code);
        match request(&first).await {
            Ok(fetched) if first.is_refresh() => Ok(fetched.renewing(old)),
            Err(ApiError::ClientRefused { .. }) if first.is_refresh() && code.is_some() => {
                request(&Grant::choose(&self.settings, credentials, None, code)).await
            }
            answer => answer,
        }
    }
}

/// Returns the stored token unless it is the refused one or expires too soon.
fn usable(
    stored: Option<&StoredTokens>,
    refused: Option<u64>,
    now: Timestamp,
) -> Option<AccessToken> {
    let stored = stored?;
    let margin = MARGIN.min(stored.expires_at.duration_since(stored.obtained_at) / 2);
    if refused.is_some_and(|refused| stored.version <= refused) || now + margin >= stored.expires_at
    {
        return None;
    }
    Some(AccessToken::of(stored.tokens.as_ref()?, stored.version))
}
