//! Change detection for the store's page without counting rows.

use http::HeaderMap;
use http::header::IF_NONE_MATCH;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shopcall_core::domain::{Language, Resource, ShopContext, Store};
use shopcall_core::storage::{Cursor, Registration, RunRecord, StoreOverview};

use crate::counts::KEPT;

/// Maximum time in seconds that a page counts as unchanged.
const AT_MOST_SECONDS: i64 = 300;

/// Weak entity tag (RFC 9110, 8.8.3): regenerated pages are equivalent, but their forms have a
/// different `once`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ETag(String);

/// State the page depends on, without the remaining time of a lease, which changes constantly.
#[derive(Serialize)]
struct Fingerprint<'a> {
    language: &'static str,
    store: &'a Store,
    syncs: Vec<Sync<'a>>,
    registrations: &'a [Registration],
    is_permission_missing: bool,
    context: Option<&'a ShopContext>,
    runs: &'a [RunRecord],
    /// Whether enough time has passed since the last write for the counting index to be consistent.
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
    /// Computes the tag of the current page. Returns `None` if it cannot be determined, in which
    /// case the page counts as changed.
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
            is_permission_missing: overview.webhooks.is_permission_missing,
            context: overview.context.as_ref(),
            runs,
            is_settled: last_write(overview, runs).is_none_or(|last| last + KEPT < now),
            period: now.as_second().div_euclid(AT_MOST_SECONDS),
        };
        let mut digits = hex::encode(Sha256::digest(serde_json::to_vec(&fingerprint).ok()?));
        digits.truncate(32);
        Some(Self(format!("\"{digits}\"")))
    }

    /// Formats the tag as a header value.
    pub(crate) fn header(&self) -> String {
        format!("W/{}", self.0)
    }

    /// Whether `If-None-Match` contains the tag by weak comparison (RFC 9110, 8.8.3.2).
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0)
    }
}

/// Time of the last write of rows according to runs and webhooks.
fn last_write(overview: &StoreOverview, runs: &[RunRecord]) -> Option<Timestamp> {
    let deliveries = overview.webhooks.registrations.iter().filter_map(|row| row.last_received);
    runs.iter().filter_map(RunRecord::ended_at).chain(deliveries).max()
}
