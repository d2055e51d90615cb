//! The way in with a session.

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

/// Lets in who presents a session, and nobody else.
#[derive(Debug)]
pub(crate) struct SessionGate {
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
}

/// That the install of a session has ended, and what is known of its shop all the same.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// The shop's primary domain: the page may be open in a frame of it.
    domain: Option<HostName>,
}

impl Ended {
    /// As it shows in the store's row, where there is one still.
    pub(crate) fn of(store: Option<&Store>) -> Self {
        Self { domain: store.and_then(|store| store.domain.clone()) }
    }
}

impl SessionGate {
    /// A gate over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self { secrets: Arc::clone(&services.secrets), clock: Arc::clone(&services.clock) }
    }

    /// The session that a token stands for, and the secret that says so; or the page that says
    /// how to begin another. The log names the reason and nothing of the token.
    pub(crate) async fn admit(
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
                    // Nothing is read for who is not let in: the shop's domain is not known here.
                    SessionRefusal::Expired(session) => {
                        over(platform, Some((&session, &Ended::default())), headers)
                    }
                    SessionRefusal::Unknown => over(platform, None, headers),
                })
            }
        })
    }
}

/// 401, as a page in the session's language: it is over, and how to begin another. Shown where the
/// page before was.
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

/// The token of `Authorization: Bearer <token>`. None without the header; empty for another scheme.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    Some(if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
}
