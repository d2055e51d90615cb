//! Requests to a shop's API: paced, bounded, retried, with a token that is kept fresh.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tokio::sync::Mutex;

use super::body;
use super::error::ApiError;
use super::pace::Pace;
use super::retry::{Deadline, RetrySchedule};
use super::tokens::{AccessToken, TokenSource};
use super::wire::{self, InnerCode};
use crate::config::{AppSecret, Config};
use crate::domain::{Generation, StoreId};
use crate::random;

/// How long one request may take, from sending to the last byte.
const TIMEOUT: Duration = Duration::from_secs(30);
/// With less than this left, no request is begun.
const MIN_LEFT: Duration = Duration::from_millis(1_500);

/// ShopRenter's API, for all shops.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    config: Arc<Config>,
    tokens: TokenSource,
    pace: Pace,
}

/// What a session's requests cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestStats {
    /// Requests sent, token requests not counted.
    pub requests: u64,
    /// Answers with 429.
    pub throttled: u64,
    /// Milliseconds waited for the rate limit and before retries.
    pub waited_ms: u64,
}

/// One shop's API, for one piece of work.
#[derive(Debug)]
pub struct Session<'a> {
    client: &'a Client,
    store: StoreId,
    generation: Generation,
    secret: Arc<AppSecret>,
    deadline: Deadline,
    token: Mutex<AccessToken>,
    requests: AtomicU64,
    throttled: AtomicU64,
    waited_ms: AtomicU64,
}

impl Client {
    /// A client that takes its tokens from `tokens` and keeps `pace`.
    pub fn new(
        http: reqwest::Client,
        config: Arc<Config>,
        tokens: TokenSource,
        pace: Pace,
    ) -> Self {
        Self { http, config, tokens, pace }
    }

    /// Begins to work with a shop until `deadline`. Gets a token first, so that a shop that
    /// refuses the app is known before anything else happens.
    pub async fn session(
        &self,
        store: &StoreId,
        generation: Generation,
        secret: Arc<AppSecret>,
        deadline: Deadline,
    ) -> Result<Session<'_>, ApiError> {
        let token = self.tokens.get(store, generation, &secret, None, deadline).await?;
        Ok(Session {
            client: self,
            store: store.clone(),
            generation,
            secret,
            deadline,
            token: Mutex::new(token),
            requests: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            waited_ms: AtomicU64::new(0),
        })
    }
}

impl Session<'_> {
    /// GETs `resource` (a path under the API's base, such as `productExtend`) with `query`, and
    /// makes something of the answer with `understand`. An answer that it can make nothing of is
    /// asked for again: it is mostly one that was cut short, or another server's error page.
    ///
    /// The address is always built here: links in ShopRenter's answers name another host, and the
    /// token must never be shown to it.
    pub async fn get<T>(
        &self,
        resource: &'static str,
        query: &str,
        mut understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let base = self.client.config.addresses.api(self.store.shop());
        let address = format!("{base}/{resource}?{query}");
        let mut attempt = 1;
        let mut replaced_token = false;
        loop {
            if self.deadline.left() < MIN_LEFT {
                return Err(ApiError::OutOfTime);
            }
            self.note_wait(self.client.pace.wait(&self.store, self.deadline).await?);
            let token = self.token.lock().await.clone();
            let answer = self.try_get(resource, &address, &token).await;
            let error = match answer.and_then(|body| Ok(understand(&body)?)) {
                Ok(understood) => return Ok(understood),
                Err(Refusal::Token(_)) if !replaced_token => {
                    replaced_token = true;
                    self.replace_token(&token).await?;
                    continue;
                }
                Err(Refusal::Token(error)) => return Err(error),
                Err(Refusal::Request(error)) => error,
            };
            let Some(retry_after) = error.repeatable() else { return Err(error) };
            let left = self.deadline.left();
            let schedule = RetrySchedule::SHOPRENTER;
            let wait = schedule.wait(attempt, retry_after, left, MIN_LEFT, random::number());
            let Some(wait) = wait else { return Err(error) };
            tracing::info!(
                store_id = %self.store, resource, attempt, error = error.name(),
                wait_ms = wait.as_millis(), "a request to ShopRenter is tried again"
            );
            tokio::time::sleep(wait).await;
            self.note_wait(wait);
            attempt += 1;
        }
    }

    /// What the requests so far cost.
    pub fn stats(&self) -> RequestStats {
        RequestStats {
            requests: self.requests.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            waited_ms: self.waited_ms.load(Ordering::Relaxed),
        }
    }

    fn note_wait(&self, wait: Duration) {
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.waited_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Puts a new token in place of `refused`, unless another request of this session has.
    async fn replace_token(&self, refused: &AccessToken) -> Result<(), ApiError> {
        let mut token = self.token.lock().await;
        if *token == *refused {
            *token = self
                .client
                .tokens
                .replace(refused, &self.store, self.generation, &self.secret, self.deadline)
                .await?;
        }
        Ok(())
    }

    async fn try_get(
        &self,
        resource: &'static str,
        address: &str,
        token: &AccessToken,
    ) -> Result<Vec<u8>, Refusal> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.secret()))
            .map_err(|_| ApiError::Malformed("not a token"))?;
        bearer.set_sensitive(true);
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = self
            .client
            .http
            .get(address)
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/json")
            // Mandatory on every request, even without a body.
            .header(CONTENT_TYPE, "application/json")
            .timeout(TIMEOUT.min(self.deadline.left()));
        let answer = async {
            let mut response = request.send().await?;
            let limit = body::MAX_BYTES;
            let bytes = body::read(&mut response, limit).await?;
            Ok::<_, ApiError>((response.status().as_u16(), body::retry_after(&response), bytes))
        };
        let (status, retry_after, bytes) = answer.await?;
        if status == 200 {
            return Ok(bytes);
        }
        let code = wire::decode_inner_code(&wire::body_text(&bytes));
        Err(match (status, code) {
            // A new token helps here too: it carries the permissions granted since the old one.
            (401, Some(InnerCode::NO_PERMISSION)) => {
                Refusal::Token(ApiError::MissingPermission { resource })
            }
            (401, _) => Refusal::Token(ApiError::TokenRefused),
            (403, _) => ApiError::MissingPermission { resource }.into(),
            (404, _) => ApiError::NotFound { resource }.into(),
            (_, Some(InnerCode::PAST_THE_END)) => ApiError::PastEnd.into(),
            (429, _) => {
                self.throttled.fetch_add(1, Ordering::Relaxed);
                ApiError::RateLimited { retry_after }.into()
            }
            (500.., _) => ApiError::Unavailable { status, retry_after }.into(),
            (status, code) => ApiError::Rejected { status, code }.into(),
        })
    }
}

/// Why one try failed.
enum Refusal {
    /// For its token, which can be replaced once; the error if the new one is refused too.
    Token(ApiError),
    /// For another reason.
    Request(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Request(error)
    }
}
