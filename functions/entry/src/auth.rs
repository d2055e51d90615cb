//! Session authentication.

use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use shopcall_core::access::{Session, SessionRefusal};
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{HostName, Platform, Store};
use shopcall_core::pages::{Notice, language_of};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::config::{AppSecret, SecretSource};
use shopcall_core::runtime::http::{Answer, Failure};
use shopcall_core::storage::StoreRepository;

/// Authenticates requests by their session token.
#[derive(Debug)]
pub(crate) struct SessionAuth {
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
    stores: StoreRepository,
}

/// Page context after the install of a session has ended.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// Shop's primary domain, which may frame the page.
    domain: Option<HostName>,
}

impl Ended {
    /// Reads the context from the store's row, if it still exists.
    pub(crate) fn of(store: Option<&Store>) -> Self {
        Self { domain: store.and_then(|store| store.domain.clone()) }
    }
}

impl SessionAuth {
    /// Creates an authenticator over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            secrets: Arc::clone(&services.secrets),
            clock: Arc::clone(&services.clock),
            stores: services.stores(),
        }
    }

    /// Finds the store that a proof in the page's address names, if it is still installed.
    pub(crate) async fn proven_store(
        &self,
        platform: &dyn Platform,
        token: &str,
    ) -> Result<Option<Store>, Failure> {
        let now = self.clock.now();
        let secret = self.secrets.get(now).await?;
        let Some(proof) = secret.session_keys.proven(token, now) else { return Ok(None) };
        if proof.store_id.platform() != platform.id() {
            return Ok(None);
        }
        let store = self.stores.get(&proof.store_id).await?;
        Ok(store.filter(|store| store.is_installed(proof.generation)))
    }

    /// Verifies a token and returns its session with the app secret, or else a page that says how
    /// to start another session. The log names the reason and nothing of the token.
    pub(crate) async fn authenticate(
        &self,
        platform: &dyn Platform,
        token: &str,
        headers: &HeaderMap,
    ) -> Result<Result<(Session, Arc<AppSecret>), Answer>, Failure> {
        let now = self.clock.now();
        let secret = self.secrets.get(now).await?;
        Ok(match secret.session_keys.verify(token, now) {
            Ok(session) if session.store_id.platform() != platform.id() => {
                tracing::info!(reason = "another platform's", "a session is refused");
                Err(over(platform, None, headers))
            }
            Ok(session) => Ok((session, secret)),
            Err(refusal) => {
                tracing::info!(reason = %refusal, "a session is refused");
                Err(match refusal {
                    // The shop is not authenticated, so its domain is not read.
                    SessionRefusal::Expired(session) => {
                        over(platform, Some((&session, &Ended::default())), headers)
                    }
                    SessionRefusal::Unknown => over(platform, None, headers),
                })
            }
        })
    }
}

/// Answers 401 with a page in the session's language that says the session has ended and how to
/// start another. The page may be framed by the same hosts as before.
pub(crate) fn over(
    platform: &dyn Platform,
    session: Option<(&Session, &Ended)>,
    headers: &HeaderMap,
) -> Answer {
    let shop = session.map(|(session, _)| session.store_id.shop());
    let domain = session.and_then(|(_, ended)| ended.domain.as_ref());
    let origins = platform.frame_ancestors(shop, domain);
    let chosen = session.and_then(|(session, _)| session.language);
    let language = chosen.unwrap_or_else(|| language_of(headers));
    let mut answer = Notice::SessionOver.page_within(platform, language, shop, &origins);
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    answer
}

/// Extracts the token of `Authorization: Bearer <token>`: `None` without the header, empty for
/// another scheme.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    Some(if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
}
