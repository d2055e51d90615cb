//! What the product asks of a shop's API.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::DateTime;

use super::{
    ApiError, AppCredentials, Deadline, DecodeError, Generation, HostName, ListedWebhook, Priority,
    ReadContext, Resource, ShopContext, ShopRecord, StoreId, WantedWebhook,
};

/// Whose API is opened, for how long, and how urgently.
#[derive(Debug, Clone)]
pub struct ShopAccess {
    /// The store.
    pub store: StoreId,
    /// The install that the work is for.
    pub generation: Generation,
    /// The app's credentials at the platform.
    pub credentials: Arc<AppCredentials>,
    /// Which requests go first.
    pub priority: Priority,
    /// Bounds every request and wait.
    pub deadline: Deadline,
}

/// A page to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// The kind of record.
    pub resource: Resource,
    /// Counts from 0.
    pub number: u64,
    /// Only what has changed since, in the shop's local time.
    pub since: Option<DateTime>,
}

/// A page of records.
#[derive(Debug, Clone, Default)]
pub struct RecordPage {
    /// The records, in the order of the list.
    pub records: Vec<ShopRecord>,
    /// Why others were set aside.
    pub quarantined: Vec<DecodeError>,
    /// Whether another page follows.
    pub has_next: bool,
    /// How many pages there are, where the answer says so.
    pub page_count: Option<u64>,
}

/// A page of ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdPage {
    /// The page's number as the answer states it, counted from 0.
    pub number: Option<u64>,
    /// How many pages there are, where the answer says so.
    pub page_count: Option<u64>,
    /// Whether another page follows.
    pub has_next: bool,
    /// Whether it has as many items as a page can have, so that it may have been the last one.
    pub is_full: bool,
    /// The items' ids; None for an item without one.
    pub ids: Vec<Option<String>>,
}

/// What a piece of work's requests cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestStats {
    /// Requests sent, token requests not counted.
    pub requests: u64,
    /// Answers with 429.
    pub throttled: u64,
    /// Milliseconds that all requests together waited for the rate limit and before retries.
    pub waited_ms: u64,
}

/// One shop's API, for one piece of work. Several requests may be made at once.
///
/// Records are decoded with the context that [`read_context`](Self::read_context) read or
/// [`use_context`](Self::use_context) was given, whichever came first; with
/// [`ShopContext::default`] before either.
#[async_trait]
pub trait ShopSource: fmt::Debug + Send + Sync {
    /// Reads what decoding records of `resource` needs.
    async fn read_context(&self, resource: Resource) -> Result<ReadContext, ApiError>;

    /// Decodes with a context that was read before.
    fn use_context(&self, context: &ShopContext);

    /// Reads a page of records; None past the end.
    async fn page(&self, request: PageRequest) -> Result<Option<RecordPage>, ApiError>;

    /// Reads page `number`, counted from 0, of the ids of all records; None past the end.
    async fn ids(&self, resource: Resource, number: u64) -> Result<Option<IdPage>, ApiError>;

    /// Reads one record by the platform's id. [`ApiError::NotFound`] means that it does not exist.
    async fn record(
        &self,
        resource: Resource,
        id: &str,
    ) -> Result<Result<ShopRecord, DecodeError>, ApiError>;

    /// Reads the order with the shop's own `number`; where there is none, the next higher one may
    /// be returned, or None.
    async fn order_by_number(
        &self,
        number: &str,
    ) -> Result<Option<Result<ShopRecord, DecodeError>>, ApiError>;

    /// The host of the shop's primary domain; None where it is unknown or may not be read.
    async fn primary_domain(&self) -> Result<Option<HostName>, ApiError>;

    /// All webhooks of the shop, those of other apps among them.
    async fn list_webhooks(&self) -> Result<Vec<ListedWebhook>, ApiError>;

    /// Registers a webhook and returns its id. After an error other than a clear refusal it may be
    /// registered all the same.
    async fn create_webhook(&self, wanted: &WantedWebhook<'_>) -> Result<String, ApiError>;

    /// Changes a registered webhook.
    async fn correct_webhook(&self, id: &str, wanted: &WantedWebhook<'_>) -> Result<(), ApiError>;

    /// Removes a webhook, if it exists.
    async fn remove_webhook(&self, id: &str) -> Result<(), ApiError>;

    /// Goes on with a new token, which covers permissions granted since the last one.
    async fn renew_token(&self) -> Result<(), ApiError>;

    /// The requests so far.
    fn stats(&self) -> RequestStats;

    /// The time between two requests to the shop, whoever sends them.
    fn interval(&self) -> Duration;

    /// The recent time from sending a request to its answer; zero before the first.
    fn round_trip(&self) -> Duration;
}

/// A connection that an opening of the app made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Kinds of records that the token does not cover, as far as the token says. Good for what is
    /// shown to a merchant: it is read, not verified.
    pub not_granted: BTreeSet<Resource>,
}
