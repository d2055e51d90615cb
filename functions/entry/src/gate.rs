//! The way in with a session.

use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use shopcall_core::auth::{Session, SessionRefusal};
use shopcall_core::clock::Clock;
use shopcall_core::config::{AppSecret, Config, SecretSource};
use shopcall_core::domain::{HostName, Language, Store};
use shopcall_core::foundation::Foundation;
use shopcall_core::frame;
use shopcall_core::http::{Answer, Failure};
use shopcall_core::pages::Notice;

/// Lets in who presents a session, and nobody else.
#[derive(Debug)]
pub(crate) struct SessionGate {
    config: Arc<Config>,
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
    /// A gate over `foundation`.
    pub(crate) fn new(foundation: &Foundation) -> Self {
        Self {
            config: Arc::clone(&foundation.config),
            secrets: Arc::clone(&foundation.secrets),
            clock: Arc::clone(&foundation.clock),
        }
    }

    /// The session that a token stands for, and the secret that says so; or the page that says
    /// how to begin another. The log names the reason and nothing of the token.
    pub(crate) async fn admit(
        &self,
        token: &str,
        headers: &HeaderMap,
    ) -> Result<Result<(Session, Arc<AppSecret>), Answer>, Failure> {
        let now = self.clock.now();
        let secret = self.secrets.get(now).await?;
        Ok(match secret.session_keys.verify(token, now) {
            Ok(session) => Ok((session, secret)),
            Err(refusal) => {
                tracing::info!(reason = %refusal, "a session is refused");
                Err(match refusal {
                    // Nothing is read for who is not let in: the shop's domain is not known here.
                    SessionRefusal::Expired(session) => {
                        self.over(Some((&session, &Ended::default())), headers)
                    }
                    SessionRefusal::Unknown => self.over(None, headers),
                })
            }
        })
    }

    /// 401, as a page in the session's language: it is over, and how to begin another. Shown
    /// where the page before was.
    pub(crate) fn over(&self, session: Option<(&Session, &Ended)>, headers: &HeaderMap) -> Answer {
        let addresses = &self.config.addresses;
        let shop = session.map(|(session, _)| session.store_id.shop());
        let origins = match session {
            Some((session, ended)) => {
                frame::of_shop(addresses, session.store_id.shop(), ended.domain.as_ref())
            }
            None => frame::of_any(addresses),
        };
        let chosen = session.and_then(|(session, _)| session.language);
        let language = chosen.unwrap_or_else(|| Language::of(headers));
        let mut answer = Notice::SessionOver.page_within(language, shop, &origins);
        *answer.status_mut() = StatusCode::UNAUTHORIZED;
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        answer
    }
}

/// The token of `Authorization: Bearer <token>`. None without the header; empty for another scheme.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    Some(if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
}
