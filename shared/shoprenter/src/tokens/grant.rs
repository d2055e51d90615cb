//! One request to the token endpoint and its answer.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use shopcall_domain::clock::Clock;
use shopcall_domain::{ApiError, AppCredentials, Deadline, Tokens, random};

use crate::error::{ErrorObserver, name_of, repeatable, unreachable};
use crate::permission::names;
use crate::retry::RetrySchedule;
use crate::{Contract, Settings, body, wire};

/// Assumed lifetime if neither the answer nor the token states one.
const ASSUMED_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Upper bound of a token's lifetime, whatever the answer says.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Limit for one request.
const TIMEOUT: Duration = Duration::from_secs(6);
/// A merchant may be waiting: three attempts fit into the time limit of an entry call.
const SCHEDULE: RetrySchedule =
    RetrySchedule { base: Duration::from_millis(300), cap: Duration::from_secs(2), attempts: 3 };

/// Grant presented for a token (RFC 6749). Not `Debug`: it holds secrets.
#[derive(Serialize)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
pub(super) enum Grant<'a> {
    /// `client_credentials`, the only grant of the official contract.
    ClientCredentials {
        /// Client id.
        client_id: &'a str,
        /// Client secret.
        client_secret: &'a str,
    },
    /// First grant of the brief's contract: the single-use code of the entry call.
    AuthorizationCode {
        /// Client id.
        client_id: &'a str,
        /// Client secret.
        client_secret: &'a str,
        /// Code of the entry call; empty if there is none, which ShopRenter refuses with its own
        /// error.
        code: &'a str,
        /// The app's RedirectUri.
        #[serde(skip_serializing_if = "Option::is_none")]
        redirect_uri: Option<&'a str>,
    },
    /// Later grants of the brief's contract.
    RefreshToken {
        /// Client id.
        client_id: &'a str,
        /// Client secret.
        client_secret: &'a str,
        /// Refresh token of the latest answer that had one.
        refresh_token: &'a str,
        /// The app's RedirectUri.
        #[serde(skip_serializing_if = "Option::is_none")]
        redirect_uri: Option<&'a str>,
    },
}

impl<'a> Grant<'a> {
    /// Whether this is a refresh token grant.
    pub(super) fn is_refresh(&self) -> bool {
        matches!(self, Self::RefreshToken { .. })
    }

    /// Chooses the grant for the contract, given the stored tokens and a code, if there is one.
    pub(super) fn choose(
        settings: &'a Settings,
        credentials: &'a AppCredentials,
        old: Option<&'a Tokens>,
        code: Option<&'a str>,
    ) -> Self {
        let client_id = credentials.client_id.as_str();
        let client_secret = credentials.client_secret();
        let redirect_uri = settings.redirect_uri.as_deref();
        let refresh = old.and_then(|old| old.refresh.as_deref());
        match (settings.contract, refresh) {
            (Contract::Official, _) => Self::ClientCredentials { client_id, client_secret },
            (Contract::Brief, Some(refresh_token)) => {
                Self::RefreshToken { client_id, client_secret, refresh_token, redirect_uri }
            }
            (Contract::Brief, None) => {
                let code = code.unwrap_or_default();
                Self::AuthorizationCode { client_id, client_secret, code, redirect_uri }
            }
        }
    }
}

/// Successful answer of a token endpoint.
pub(super) struct Fetched {
    pub(super) tokens: Tokens,
    pub(super) expires_at: Timestamp,
}

impl Fetched {
    /// Keeps of the `old` tokens what the answer to their refresh does not replace (RFC 6749,
    /// sections 5.1 and 6).
    pub(super) fn renewing(mut self, old: Option<Tokens>) -> Self {
        let (refresh, scopes) = old.map_or((None, None), |old| (old.refresh, old.scopes));
        self.tokens.refresh = self.tokens.refresh.or(refresh);
        self.tokens.scopes = self.tokens.scopes.or(scopes);
        self
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Option<Seconds>,
    #[serde(default)]
    scope: Value,
}

/// A number written as a number or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(i64),
    Text(String),
}

/// The token endpoint of a shop.
#[derive(Clone, Copy)]
pub(super) struct Endpoint<'a> {
    pub(super) http: &'a reqwest::Client,
    pub(super) address: &'a str,
    pub(super) observer: ErrorObserver,
}

/// Requests a token, with up to three attempts.
pub(super) async fn fetch(
    endpoint: Endpoint<'_>,
    grant: &Grant<'_>,
    clock: &dyn Clock,
    deadline: Deadline,
) -> Result<Fetched, ApiError> {
    let mut attempt = 1;
    loop {
        let asked_at = clock.now();
        let error = match ask(endpoint, grant, deadline).await {
            Ok(answer) => return Ok(parse_answer(answer, asked_at)),
            Err(error) => error,
        };
        let Some(retry_after) = repeatable(&error) else { return Err(error) };
        let left = deadline.left();
        let min_left = Duration::from_millis(500);
        match SCHEDULE.wait(attempt, retry_after, left, min_left, random::number()) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(error),
        }
        attempt += 1;
    }
}

async fn ask(
    endpoint: Endpoint<'_>,
    grant: &Grant<'_>,
    deadline: Deadline,
) -> Result<Answer, ApiError> {
    let mut response = endpoint
        .http
        .post(endpoint.address)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .timeout(TIMEOUT.min(deadline.left()))
        .json(grant)
        .send()
        .await
        .map_err(unreachable)?;
    let retry_after = body::retry_after(&response);
    let status = response.status().as_u16();
    let bytes = body::read(&mut response, body::MAX_TOKEN_BYTES).await;
    if status != 200 {
        let body = bytes.as_deref().unwrap_or_default();
        let code = wire::decode_inner_code(&wire::body_text(body));
        (endpoint.observer)(&name_of("token", status, code));
    }
    match status {
        200 => {
            serde_json::from_slice(&bytes?).map_err(|_| ApiError::Malformed("not a token answer"))
        }
        status @ (400 | 401 | 403 | 404) => Err(ApiError::ClientRefused { status }),
        429 => Err(ApiError::RateLimited { retry_after }),
        status @ 500.. => Err(ApiError::Unavailable { status, retry_after }),
        status => Err(ApiError::Rejected { status, code: None }),
    }
}

fn parse_answer(answer: Answer, asked_at: Timestamp) -> Fetched {
    let declared = answer.expires_in.and_then(|seconds| match seconds {
        Seconds::Number(seconds) => Some(seconds),
        Seconds::Text(text) => text.trim().parse().ok(),
    });
    let expires_at = declared
        .map(|seconds| asked_at + SignedDuration::from_secs(seconds.max(0)).min(LONGEST_LIFE))
        .or_else(|| jwt_expiry(&answer.access_token).map(|at| at.min(asked_at + LONGEST_LIFE)))
        .unwrap_or(asked_at + ASSUMED_LIFE);
    let tokens = Tokens {
        access: answer.access_token,
        refresh: answer.refresh_token.filter(|token| !token.is_empty()),
        scopes: names(&answer.scope),
    };
    Fetched { tokens, expires_at }
}

/// `exp` of a JWT (RFC 7519), not verified: never use it to authorize anything.
fn jwt_expiry(token: &str) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let payload = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Timestamp::from_second(claims.exp).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn expiry(json: &str) -> i64 {
        let fetched = parse_answer(serde_json::from_str(json).unwrap(), now());
        fetched.expires_at.as_second() - now().as_second()
    }

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn declared_expiry_is_used() {
        assert_eq!(expiry(r#"{"access_token":"t","expires_in":3600}"#), 3600);
        assert_eq!(expiry(r#"{"access_token":"t","expires_in":"3600"}"#), 3600);
    }

    #[test]
    fn undeclared_expiry_is_read_from_the_token() {
        let token = jwt(r#"{"exp":1800001000,"scopes":[]}"#);
        assert_eq!(expiry(&format!(r#"{{"access_token":"{token}"}}"#)), 1000);
    }

    #[test]
    fn unknown_expiry_defaults_to_five_minutes() {
        assert_eq!(expiry(r#"{"access_token":"opaque"}"#), 300);
        let token = jwt("not json");
        assert_eq!(expiry(&format!(r#"{{"access_token":"{token}","expires_in":"x"}}"#)), 300);
    }

    #[test]
    fn refresh_keeps_what_its_answer_omits() {
        let parse = |json: &str| parse_answer(serde_json::from_str(json).unwrap(), now());
        let first = parse(r#"{"access_token":"a","refresh_token":"r","scope":"order:read"}"#);
        for omitted in ["", r#","refresh_token":null"#, r#","refresh_token":"","scope":"""#] {
            let answer = parse(&format!(r#"{{"access_token":"b"{omitted}}}"#));
            let renewed = answer.renewing(Some(first.tokens.clone())).tokens;
            assert_eq!((renewed.access.as_str(), renewed.refresh.as_deref()), ("b", Some("r")));
            assert_eq!(renewed.scopes, first.tokens.scopes);
        }
        let answer = parse(r#"{"access_token":"b","refresh_token":"s","scope":["product:read"]}"#);
        let renewed = answer.renewing(Some(first.tokens)).tokens;
        assert_eq!(renewed.refresh.as_deref(), Some("s"));
        assert_eq!(renewed.scopes, Some(["product:read".to_owned()].into()));
    }

    #[test]
    fn expiry_is_capped_at_one_day() {
        assert_eq!(expiry(&format!(r#"{{"access_token":"t","expires_in":{}}}"#, i64::MAX)), 86_400);
        assert_eq!(expiry(r#"{"access_token":"t","expires_in":-5}"#), 0);
    }
}
