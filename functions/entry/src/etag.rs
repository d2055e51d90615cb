//! Whether the store's page has changed, told without counting anything.

use http::HeaderMap;
use http::header::IF_NONE_MATCH;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shopcall_core::domain::{Language, Resource, ShopContext, Store};
use shopcall_core::storage::{Cursor, Registration, RunRecord, StoreOverview};

use crate::counts::KEPT;

/// How long a page is taken for the same at the most, in seconds.
const AT_MOST_SECONDS: i64 = 300;

/// A weak entity tag (RFC 9110, 8.8.3): a page that is made again says the same, but its forms have
/// another `once`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ETag(String);

/// What the page depends on. Not how long a lease still lasts, which changes all the time.
#[derive(Serialize)]
struct Fingerprint<'a> {
    language: &'static str,
    store: &'a Store,
    syncs: Vec<Sync<'a>>,
    registrations: &'a [Registration],
    is_lacking: bool,
    context: Option<&'a ShopContext>,
    runs: &'a [RunRecord],
    /// Counts are read from an index that lags behind what was written last.
    is_settled: bool,
    period: i64,
}

#[derive(Serialize)]
struct Sync<'a> {
    resource: Resource,
    cursor: Option<&'a Cursor>,
    is_running: bool,
    progress: Option<(u64, Option<u64>, shopcall_core::storage::Phase)>,
}

impl ETag {
    /// The tag of the page that would be made of this. None where none can be told: then it has
    /// changed, for all that is known.
    pub(crate) fn of(
        overview: &StoreOverview,
        runs: &[RunRecord],
        language: Language,
        now: Timestamp,
    ) -> Option<Self> {
        let syncs = overview.syncs.iter().map(|(resource, sync)| Sync {
            resource: *resource,
            cursor: sync.cursor.as_ref(),
            is_running: sync.leased_until.is_some_and(|until| until > now),
            progress: sync.progress.map(|at| (at.pages, at.page_count, at.phase)),
        });
        let fingerprint = Fingerprint {
            language: language.as_str(),
            store: &overview.store,
            syncs: syncs.collect(),
            registrations: &overview.webhooks.registrations,
            is_lacking: overview.webhooks.is_lacking,
            context: overview.context.as_ref(),
            runs,
            is_settled: last_write(overview, runs).is_none_or(|last| last + KEPT < now),
            period: now.as_second().div_euclid(AT_MOST_SECONDS),
        };
        let mut digits = hex::encode(Sha256::digest(serde_json::to_vec(&fingerprint).ok()?));
        digits.truncate(32);
        Some(Self(format!("\"{digits}\"")))
    }

    /// As it stands in a header.
    pub(crate) fn header(&self) -> String {
        format!("W/{}", self.0)
    }

    /// Whether `If-None-Match` names it, by weak comparison (RFC 9110, 8.8.3.2).
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0)
    }
}

/// When rows were last written, as far as runs and webhooks tell.
fn last_write(overview: &StoreOverview, runs: &[RunRecord]) -> Option<Timestamp> {
    let deliveries = overview.webhooks.registrations.iter().filter_map(|row| row.last_received);
    runs.iter().filter_map(RunRecord::ended_at).chain(deliveries).max()
}
