//! Requests to a shop's API: rate limited, bounded in time, retried, with a valid token.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shopcall_domain::{
    ApiError, Priority, RateLimiter, RequestQueue, RequestStats, Resource, ShopAccess, ShopName,
    SkippedFields, random,
};
use tokio::sync::Mutex;

use super::exchange::{Action, Ask, Refusal};
use super::refused::Refused;
use super::retry::RetrySchedule;
use super::tokens::{AccessToken, TokenSource};
use super::wire::ShopContext;
use crate::{Contract, Settings};

/// Limit for one request, from sending to the last byte.
const TIMEOUT: Duration = Duration::from_secs(30);
/// No request starts with less time than this left.
const MIN_LEFT: Duration = Duration::from_millis(1_500);
/// The same limit for interactive requests: one record is a small answer.
const MIN_LEFT_INTERACTIVE: Duration = Duration::from_millis(250);
/// What is escaped in an id. ShopRenter's documentation keeps the `=` at an id's end.
const ESCAPED_IN_ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'=');

/// Client for ShopRenter's API, for all shops.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    settings: Arc<Settings>,
    tokens: TokenSource,
    limiter: Arc<dyn RateLimiter>,
}

/// Access to one shop's API for one job. Requests may run concurrently.
#[derive(Debug)]
pub struct Session {
    client: Client,
    access: ShopAccess,
    queue: Box<dyn RequestQueue>,
    min_left: Duration,
    token: Mutex<AccessToken>,
    /// Whether the token has been replaced because a permission was missing.
    has_renewed: AtomicBool,
    /// Collections that were refused as optional reads.
    pub(super) refused: Refused,
    pub(super) decoding: OnceLock<ShopContext>,
    skipped: std::sync::Mutex<BTreeMap<Resource, SkippedFields>>,
    requests: AtomicU64,
    throttled: AtomicU64,
    waited_ms: AtomicU64,
    round_trip_us: AtomicU64,
}

impl Client {
    /// Creates a client that gets tokens from `tokens` and waits for `limiter` before each request.
    pub fn new(
        http: reqwest::Client,
        settings: Arc<Settings>,
        tokens: TokenSource,
        limiter: Arc<dyn RateLimiter>,
    ) -> Self {
        Self { http, settings, tokens, limiter }
    }

    /// Source of the client's tokens.
    pub fn tokens(&self) -> &TokenSource {
        &self.tokens
    }

    /// Settings of the connection to ShopRenter.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Opens a shop's API. Gets a token first, so that a shop that refuses the app fails here.
    pub async fn session(&self, access: ShopAccess) -> Result<Session, ApiError> {
        let token = self.tokens.get(&access, None).await?;
        Ok(Session {
            queue: self.limiter.queue(&access.store, access.priority),
            min_left: match access.priority {
                Priority::Background => MIN_LEFT,
                Priority::Interactive => MIN_LEFT_INTERACTIVE,
            },
            client: self.clone(),
            access,
            token: Mutex::new(token),
            has_renewed: AtomicBool::new(false),
            refused: Refused::default(),
            decoding: OnceLock::new(),
            skipped: std::sync::Mutex::default(),
            requests: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            waited_ms: AtomicU64::new(0),
            round_trip_us: AtomicU64::new(0),
        })
    }
}

impl Session {
    /// GETs `resource` (a path under the API's base, such as `productExtend`) with `query` and
    /// parses the answer with `understand`; `query` may be empty. An answer that cannot be parsed
    /// is requested again:
    /// most are truncated or another server's error page.
    ///
    /// The address is always built here: links in ShopRenter's answers name another host, which
    /// must never receive the token.
    pub(super) async fn get<T>(
        &self,
        resource: &'static str,
        query: &str,
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let address = match query {
            "" => self.address(resource),
            query => self.address(&format!("{resource}?{query}")),
        };
        let ask = Ask { resource, address: &address, action: Action::Read };
        self.carry_out(ask, RetrySchedule::SHOPRENTER, understand).await
    }

    /// GETs one record of `resource`, by its opaque id.
    pub(super) async fn get_one<T>(
        &self,
        resource: &'static str,
        id: &str,
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let id = utf8_percent_encode(id, ESCAPED_IN_ID);
        let address = self.address(&format!("{resource}/{id}"));
        let ask = Ask { resource, address: &address, action: Action::Read };
        self.carry_out(ask, RetrySchedule::SHOPRENTER, understand).await
    }

    /// POSTs a new record of `resource`, without retries. The record may exist even after an error,
    /// unless the error is that the rate limit is exhausted.
    pub(super) async fn post<T>(
        &self,
        resource: &'static str,
        body: &str,
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let address = self.address(resource);
        let ask = Ask { resource, address: &address, action: Action::Create(body) };
        self.carry_out(ask, RetrySchedule::SHOPRENTER, understand).await
    }

    /// PUTs one record of `resource`, by its opaque id.
    pub(super) async fn put(
        &self,
        resource: &'static str,
        id: &str,
        body: &str,
    ) -> Result<(), ApiError> {
        self.change(resource, id, Action::Replace(body)).await
    }

    /// DELETEs one record of `resource`, by its opaque id. `NotFound` if it no longer exists.
    pub(super) async fn delete(&self, resource: &'static str, id: &str) -> Result<(), ApiError> {
        self.change(resource, id, Action::Delete).await
    }

    async fn change(
        &self,
        resource: &'static str,
        id: &str,
        action: Action<'_>,
    ) -> Result<(), ApiError> {
        let id = utf8_percent_encode(id, ESCAPED_IN_ID);
        let address = self.address(&format!("{resource}/{id}"));
        let ask = Ask { resource, address: &address, action };
        self.carry_out(ask, RetrySchedule::SHOPRENTER, |_| Ok(())).await
    }

    /// Requests a new token, which covers permissions granted since the last one.
    pub(super) async fn take_new_token(&self) -> Result<(), ApiError> {
        let token = self.token.lock().await.clone();
        self.replace_token(&token).await
    }

    /// Counts of the requests so far.
    pub(super) fn request_stats(&self) -> RequestStats {
        RequestStats {
            requests: self.requests.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            waited_ms: self.waited_ms.load(Ordering::Relaxed),
        }
    }

    /// The shop.
    pub(super) fn shop(&self) -> &ShopName {
        self.access.store.shop()
    }

    /// The current time.
    pub(super) fn now(&self) -> Timestamp {
        self.client.tokens.now()
    }

    /// Adds the unusable fields of a record.
    pub(super) fn note_skipped(&self, resource: Resource, fields: SkippedFields) {
        if !fields.is_empty() {
            let mut skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
            skipped.entry(resource).or_default().extend(fields);
        }
    }

    /// Takes the counts of unusable fields since the last call.
    pub(super) fn all_skipped(&self) -> BTreeMap<Resource, SkippedFields> {
        std::mem::take(&mut *self.skipped.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Interval between two requests to the shop, from any process.
    pub(super) fn request_interval(&self) -> Duration {
        self.client.limiter.interval()
    }

    /// Smoothed time from sending a request to its decoded answer; zero before the first.
    pub(super) fn smoothed_round_trip(&self) -> Duration {
        Duration::from_micros(self.round_trip_us.load(Ordering::Relaxed))
    }

    /// Contract of the shop's API.
    pub(super) fn contract(&self) -> Contract {
        self.client.settings.contract
    }

    /// URL of a path under the API's base.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.client.settings.addresses.api(self.access.store.shop()))
    }

    /// Sends a request, retrying transient failures as `schedule` says.
    pub(super) async fn carry_out<T>(
        &self,
        ask: Ask<'_>,
        schedule: RetrySchedule,
        mut understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut attempt = 1;
        let mut replaced_token = false;
        loop {
            if self.access.deadline.left() < self.min_left {
                return Err(ApiError::OutOfTime);
            }
            let token = self.token.lock().await.clone();
            if self.is_not_granted(ask, &token) {
                if self.renew_for_permission(&token).await? {
                    continue;
                }
                return Err(ApiError::MissingPermission { resource: ask.resource });
            }
            self.note_wait(self.queue.wait(self.access.deadline, self.min_left).await?);
            let token = self.token.lock().await.clone();
            let error = match self.try_once(ask, &token, &mut understand).await {
                Ok(parsed) => return Ok(parsed),
                Err(Refusal::Token(_)) if !replaced_token => {
                    replaced_token = true;
                    self.replace_token(&token).await?;
                    continue;
                }
                Err(Refusal::Token(error)) => return Err(error),
                Err(Refusal::Permission(error) | Refusal::Forbidden(error)) => {
                    if self.renew_for_permission(&token).await? {
                        continue;
                    }
                    without_permission(ask, &token, error)
                }
                Err(Refusal::Request(error)) => error,
            };
            let Some(retry_after) = ask.repeatable(&error) else { return Err(error) };
            let left = self.access.deadline.left();
            let wait = schedule.wait(attempt, retry_after, left, self.min_left, random::number());
            let Some(wait) = wait else { return Err(error) };
            tracing::info!(
                store_id = %self.access.store, resource = ask.resource, attempt, error = error.name(),
                wait_ms = wait.as_millis(), "retrying a request to ShopRenter"
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
        let timeout = TIMEOUT.min(self.access.deadline.left());
        let observer = self.client.tokens.observer();
        let parsed = match ask.send(&self.client.http, token, timeout, observer).await {
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
        Ok(parsed)
    }

    fn note_wait(&self, wait: Duration) {
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.waited_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Whether records are not to be requested: in the brief's contract, the scope of a token decides
    /// which are read.
    fn is_not_granted(&self, ask: Ask<'_>, token: &AccessToken) -> bool {
        let is_of_records = matches!(ask.action, Action::Read)
            && ["products", "orders", "customers"].contains(&ask.resource);
        self.contract() == Contract::Brief
            && is_of_records
            && ask.permission().is_some_and(|permission| token.lacks(permission))
    }

    /// Whether a token other than the `refused` one may have a missing permission: one that another
    /// request has got meanwhile, or a new one, which a session requests for this once.
    async fn renew_for_permission(&self, refused: &AccessToken) -> Result<bool, ApiError> {
        let mut token = self.token.lock().await;
        if *token != *refused {
            return Ok(true);
        }
        if self.has_renewed.swap(true, Ordering::Relaxed) {
            return Ok(false);
        }
        *token = self.client.tokens.replace(refused, &self.access).await?;
        Ok(true)
    }

    /// Whether the session's token claims to cover a permission.
    pub(super) async fn is_granted(&self, permission: &str) -> bool {
        self.token.lock().await.grants(permission)
    }

    /// Replaces the `refused` token, unless another request of this session already has.
    async fn replace_token(&self, refused: &AccessToken) -> Result<(), ApiError> {
        let mut token = self.token.lock().await;
        if *token == *refused {
            *token = self.client.tokens.replace(refused, &self.access).await?;
        }
        Ok(())
    }
}

/// What a refusal of a new token means: a plain 403 is a missing permission if the token lacks it.
fn without_permission(ask: Ask<'_>, token: &AccessToken, error: ApiError) -> ApiError {
    let is_missing = ask.permission().is_some_and(|permission| token.lacks(permission));
    if is_missing { ApiError::MissingPermission { resource: ask.resource } } else { error }
}
