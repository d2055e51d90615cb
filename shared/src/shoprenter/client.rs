//! Requests to a shop's API: paced, bounded, retried, with a token that is kept fresh.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::Mutex;

use super::error::ApiError;
use super::exchange::{Ask, Deed, Refusal};
use super::pace::{Pace, Queue};
use super::retry::{Deadline, RetrySchedule};
use super::slot::Priority;
use super::tokens::{AccessToken, TokenSource};
use crate::config::{AppSecret, Config, Contract};
use crate::domain::{Generation, StoreId};
use crate::random;

/// How long one request may take, from sending to the last byte.
const TIMEOUT: Duration = Duration::from_secs(30);
/// With less than this left, no request is begun.
const MIN_LEFT: Duration = Duration::from_millis(1_500);
/// The same where somebody waits: one record is a small answer.
const MIN_LEFT_INTERACTIVE: Duration = Duration::from_millis(250);

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
    /// Milliseconds waited for the rate limit and before retries, by all requests together.
    pub waited_ms: u64,
}

/// One shop's API, for one piece of work. Several requests may be made at once.
#[derive(Debug)]
pub struct Session<'a> {
    client: &'a Client,
    store: StoreId,
    generation: Generation,
    secret: Arc<AppSecret>,
    deadline: Deadline,
    queue: Queue,
    min_left: Duration,
    token: Mutex<AccessToken>,
    requests: AtomicU64,
    throttled: AtomicU64,
    waited_ms: AtomicU64,
    round_trip_us: AtomicU64,
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

    /// Begins background work with a shop, until `deadline`. Gets a token first, so that a shop
    /// that refuses the app is known before anything else happens.
    pub async fn session(
        &self,
        store: &StoreId,
        generation: Generation,
        secret: Arc<AppSecret>,
        deadline: Deadline,
    ) -> Result<Session<'_>, ApiError> {
        self.session_of(Priority::Background, store, generation, secret, deadline).await
    }

    /// The same for work that somebody waits for; `priority` says which requests go first.
    pub async fn session_of(
        &self,
        priority: Priority,
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
            queue: self.pace.queue(store, priority),
            min_left: match priority {
                Priority::Background => MIN_LEFT,
                Priority::Interactive => MIN_LEFT_INTERACTIVE,
            },
            token: Mutex::new(token),
            requests: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            waited_ms: AtomicU64::new(0),
            round_trip_us: AtomicU64::new(0),
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
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let address = self.address(&format!("{resource}?{query}"));
        let ask = Ask { resource, address: &address, deed: Deed::Read };
        self.carry_out(ask, understand).await
    }

    /// GETs one record of `resource`, by its opaque id.
    pub async fn get_one<T>(
        &self,
        resource: &'static str,
        id: &str,
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        let address = self.address(&format!("{resource}/{id}?full=1"));
        let ask = Ask { resource, address: &address, deed: Deed::Read };
        self.carry_out(ask, understand).await
    }

    /// POSTs a new record of `resource`. It may be there even where this fails, unless the error
    /// is that the rate limit is used up; it is not asked for twice.
    pub(super) async fn post<T>(
        &self,
        resource: &'static str,
        body: &str,
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let address = self.address(resource);
        let ask = Ask { resource, address: &address, deed: Deed::Create(body) };
        self.carry_out(ask, understand).await
    }

    /// PUTs one record of `resource`, by its opaque id.
    pub(super) async fn put(
        &self,
        resource: &'static str,
        id: &str,
        body: &str,
    ) -> Result<(), ApiError> {
        self.change(resource, id, Deed::Replace(body)).await
    }

    /// DELETEs one record of `resource`, by its opaque id. One that is gone already is `NotFound`.
    pub(super) async fn delete(&self, resource: &'static str, id: &str) -> Result<(), ApiError> {
        self.change(resource, id, Deed::Delete).await
    }

    async fn change(
        &self,
        resource: &'static str,
        id: &str,
        deed: Deed<'_>,
    ) -> Result<(), ApiError> {
        let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
        let address = self.address(&format!("{resource}/{id}"));
        let ask = Ask { resource, address: &address, deed };
        self.carry_out(ask, |_| Ok(())).await
    }

    /// Goes on with a new token, which covers what has been granted since the last one.
    pub async fn renew_token(&self) -> Result<(), ApiError> {
        let token = self.token.lock().await.clone();
        self.replace_token(&token).await
    }

    /// What the requests so far cost.
    pub fn stats(&self) -> RequestStats {
        RequestStats {
            requests: self.requests.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            waited_ms: self.waited_ms.load(Ordering::Relaxed),
        }
    }

    /// How far two requests to the shop are apart, by whomever.
    pub fn interval(&self) -> Duration {
        self.client.pace.interval()
    }

    /// What requests took lately, from sending until the answer was understood; zero before the
    /// first one.
    pub(crate) fn round_trip(&self) -> Duration {
        Duration::from_micros(self.round_trip_us.load(Ordering::Relaxed))
    }

    /// Whose API it is.
    pub(crate) fn store(&self) -> (&StoreId, Generation) {
        (&self.store, self.generation)
    }

    /// The app's secret, as it was when the session began.
    pub(crate) fn secret(&self) -> &AppSecret {
        &self.secret
    }

    /// Which contract the shop speaks.
    pub(crate) fn contract(&self) -> Contract {
        self.client.config.contract
    }

    /// The address of a path under the API's base.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.client.config.addresses.api(self.store.shop()))
    }

    /// Makes a request, and makes it again where that can help.
    async fn carry_out<T>(
        &self,
        ask: Ask<'_>,
        mut understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut attempt = 1;
        let mut replaced_token = false;
        loop {
            if self.deadline.left() < self.min_left {
                return Err(ApiError::OutOfTime);
            }
            self.note_wait(self.queue.wait(self.deadline, self.min_left).await?);
            let token = self.token.lock().await.clone();
            let error = match self.try_once(ask, &token, &mut understand).await {
                Ok(understood) => return Ok(understood),
                Err(Refusal::Token(_)) if !replaced_token => {
                    replaced_token = true;
                    self.replace_token(&token).await?;
                    continue;
                }
                Err(Refusal::Token(error)) => return Err(error),
                Err(Refusal::Request(error)) => error,
            };
            let Some(retry_after) = ask.repeatable(&error) else { return Err(error) };
            let left = self.deadline.left();
            let wait = RetrySchedule::SHOPRENTER.wait(
                attempt,
                retry_after,
                left,
                self.min_left,
                random::number(),
            );
            let Some(wait) = wait else { return Err(error) };
            tracing::info!(
                store_id = %self.store, resource = ask.resource, attempt, error = error.name(),
                wait_ms = wait.as_millis(), "a request to ShopRenter is tried again"
            );
            tokio::time::sleep(wait).await;
            self.note_wait(wait);
            attempt += 1;
        }
    }

    async fn try_once<T>(
        &self,
        ask: Ask<'_>,
        token: &AccessToken,
        understand: &mut impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, Refusal> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let timeout = TIMEOUT.min(self.deadline.left());
        let understood = match ask.send(&self.client.http, token, timeout).await {
            Ok(body) => understand(&body)?,
            Err(refusal) => {
                if matches!(refusal, Refusal::Request(ApiError::RateLimited { .. })) {
                    self.throttled.fetch_add(1, Ordering::Relaxed);
                }
                return Err(refusal);
            }
        };
        let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let before = self.round_trip_us.load(Ordering::Relaxed);
        let smoothed = if before == 0 { took } else { before / 2 + took / 2 };
        self.round_trip_us.store(smoothed, Ordering::Relaxed);
        Ok(understood)
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
}
