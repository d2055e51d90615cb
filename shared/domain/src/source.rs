//! The interface to a shop's API.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::DateTime;

use super::{
    ApiError, AppCredentials, Deadline, DecodeError, Generation, History, HostName, ListedWebhook,
    Priority, ReadContext, Resource, ShopContext, ShopInfo, ShopRecord, SkippedFields, StoreId,
    WantedWebhook,
};

/// Parameters for opening a shop's API.
#[derive(Debug, Clone)]
pub struct ShopAccess {
    /// The store.
    pub store: StoreId,
    /// The store's install.
    pub generation: Generation,
    /// The app's credentials at the platform.
    pub credentials: Arc<AppCredentials>,
    /// Priority of the requests.
    pub priority: Priority,
    /// Bounds every request and wait.
    pub deadline: Deadline,
}

/// A page to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// The kind of record.
    pub resource: Resource,
    /// Page number, counted from 0.
    pub number: u64,
    /// Restricts the list to records changed since, in the shop's local time.
    pub since: Option<DateTime>,
}

/// A page of records.
#[derive(Debug, Clone, Default)]
pub struct RecordPage {
    /// The records, in the order of the list.
    pub records: Vec<ShopRecord>,
    /// Errors of the records that were set aside.
    pub quarantined: Vec<DecodeError>,
    /// Whether another page follows.
    pub has_next: bool,
    /// How many pages there are, where the answer says so.
    pub page_count: Option<u64>,
}

/// A page of ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdPage {
    /// The page number in the answer, counted from 0.
    pub number: Option<u64>,
    /// How many pages there are, where the answer says so.
    pub page_count: Option<u64>,
    /// Whether another page follows.
    pub has_next: bool,
    /// Whether the page has as many items as a page can have.
    pub is_full: bool,
    /// The items' ids; None for an item without one.
    pub ids: Vec<Option<String>>,
}

/// Statistics of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestStats {
    /// Requests sent, except token requests.
    pub requests: u64,
    /// Answers with 429.
    pub throttled: u64,
    /// Total time in milliseconds that requests waited for the rate limit and before retries.
    pub waited_ms: u64,
}

/// One shop's API, except its records: domain and webhooks. Several requests may be made at once.
#[async_trait]
pub trait ShopAdmin: fmt::Debug + Send + Sync {
    /// Reads the host of the shop's primary domain; None if it is unknown or may not be read.
    async fn primary_domain(&self) -> Result<Option<HostName>, ApiError>;

    /// Lists all webhooks of the shop, including those of other apps.
    async fn list_webhooks(&self) -> Result<Vec<ListedWebhook>, ApiError>;

    /// Registers a webhook and returns its id. After an error other than a clear refusal, the
    /// webhook may be registered nevertheless.
    async fn create_webhook(&self, wanted: &WantedWebhook<'_>) -> Result<String, ApiError>;

    /// Updates a registered webhook.
    async fn correct_webhook(&self, id: &str, wanted: &WantedWebhook<'_>) -> Result<(), ApiError>;

    /// Removes a webhook, if it exists.
    async fn remove_webhook(&self, id: &str) -> Result<(), ApiError>;

    /// Switches to a new token, which covers permissions granted since the last one.
    async fn renew_token(&self) -> Result<(), ApiError>;
}

/// One shop's records. Several requests may be made at once.
///
/// Records are decoded with the context from [`read_context`](Self::read_context) or
/// [`use_context`](Self::use_context), whichever was called first; before either, with
/// [`ShopContext::default`].
#[async_trait]
pub trait ShopSource: fmt::Debug + Send + Sync {
    /// Reads the context needed to decode records of `resource`.
    async fn read_context(&self, resource: Resource) -> Result<ReadContext, ApiError>;

    /// Uses a context that was read before.
    fn use_context(&self, context: &ShopContext);

    /// Reads a page of records; None past the end.
    async fn page(&self, request: PageRequest) -> Result<Option<RecordPage>, ApiError>;

    /// Reads page `number`, counted from 0, of the ids of all records; None past the end.
    async fn ids(&self, resource: Resource, number: u64) -> Result<Option<IdPage>, ApiError>;

    /// Reads one record by the platform's id. [`ApiError::NotFound`] means that it does not exist.
    /// The answer has another id if the shop has given the record one since.
    async fn record(
        &self,
        resource: Resource,
        id: &str,
    ) -> Result<Result<ShopRecord, DecodeError>, ApiError>;

    /// Reads the order with the shop's `number`. If it does not exist, returns None or another
    /// order.
    async fn order_by_number(
        &self,
        number: &str,
    ) -> Result<Option<Result<ShopRecord, DecodeError>>, ApiError>;

    /// Takes the counts of unusable fields, by kind of record, of everything decoded since the last
    /// call.
    fn take_skipped(&self) -> BTreeMap<Resource, SkippedFields>;

    /// The platform's names of permissions that reads lacked which the job can do without.
    fn missing_permissions(&self) -> BTreeSet<&'static str>;

    /// Reads the newest entries of an order's history.
    async fn order_history(&self, id: &str) -> Result<History, ApiError>;

    /// Reads what the shop publishes about itself; None if the platform has nothing of it.
    async fn shop_info(&self) -> Result<Option<ShopInfo>, ApiError>;

    /// Statistics of the requests so far.
    fn stats(&self) -> RequestStats;

    /// The time between two requests to the shop, from all processes.
    fn interval(&self) -> Duration;

    /// Recent latency of a request; zero before the first.
    fn round_trip(&self) -> Duration;
}

/// Result of connecting to a shop when the app is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Kinds of records that the token does not cover, according to the unverified token: use for
    /// display only.
    pub not_granted: BTreeSet<Resource>,
}
