//! Store's page, read from the tables.

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::{ETAG, HeaderValue};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use shopcall_core::access::{FrameProof, Session};
use shopcall_core::domain::random;
use shopcall_core::domain::{Language, Order, Platform, Resource};
use shopcall_core::pages::{ActionResult, Count, StorePage, language_of};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::config::AppSecret;
use shopcall_core::runtime::http::{Answer, Failure, with_body};
use shopcall_core::storage::{
    CacheRepository, OverviewRepository, RunRecord, RunRepository, StoreOverview,
};
use tokio::time::timeout;

use crate::auth::Ended;
use crate::counts::Counts;
use crate::etag::ETag;

/// Number of recent runs read: those displayed, and the latest of each resource.
const RUNS: u8 = 20;
/// Maximum time for each count and for finding the newest order; the page omits what is late.
const COUNTING_TIME: Duration = Duration::from_secs(3);

/// Renders stores' pages.
#[derive(Debug)]
pub(crate) struct StorePages {
    overviews: OverviewRepository,
    runs: RunRepository,
    cache: CacheRepository,
    counts: Counts,
}

/// Viewer of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer<'a> {
    /// Platform of the path.
    pub(crate) platform: &'a dyn Platform,
    /// Session that authenticates the viewer.
    pub(crate) session: &'a Session,
    /// App secret.
    pub(crate) secret: &'a AppSecret,
    /// Headers of the request.
    pub(crate) headers: &'a HeaderMap,
}

/// Requested variant of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// Complete page, with the outcome of an action if there was one.
    Whole(Option<ActionResult>),
    /// Page only if it differs from the viewer's.
    Newer,
}

/// Current state of a store.
#[derive(Debug)]
pub(crate) struct Standing {
    overview: StoreOverview,
    runs: Vec<RunRecord>,
    at: Timestamp,
}

impl Viewer<'_> {
    /// Language of the session, or else the browser's preferred one.
    pub(crate) fn language(&self) -> Language {
        self.session.language.unwrap_or_else(|| language_of(self.headers))
    }
}

impl StorePages {
    /// Creates a page renderer over `services`.
    pub(crate) fn new(services: &Services) -> Self {
        Self {
            overviews: services.overviews(),
            runs: services.runs(),
            cache: services.cache(),
            counts: Counts::new(services.cache()),
        }
    }

    /// Reads the store's state unless the session's install has ended.
    pub(crate) async fn standing(
        &self,
        session: &Session,
        now: Timestamp,
    ) -> Result<Result<Standing, Ended>, Failure> {
        let id = &session.store_id;
        let (overview, runs) = tokio::join!(self.overviews.get(id), self.runs.latest(id, RUNS));
        let overview = match overview? {
            Some(known) if known.store.is_installed(session.generation) => known,
            known => return Ok(Err(Ended::of(known.as_ref().map(|known| &known.store)))),
        };
        Ok(Ok(Standing { overview, runs: runs?, at: now }))
    }

    /// Renders the page, or answers 304 if the viewer already has the current one.
    pub(crate) async fn answer(
        &self,
        viewer: Viewer<'_>,
        standing: &Standing,
        wanted: Wanted,
    ) -> Answer {
        let Standing { overview, runs, at } = standing;
        let etag = ETag::of(overview, runs, viewer.language(), *at);
        let answer = match wanted {
            Wanted::Newer if etag.as_ref().is_some_and(|etag| etag.is_known(viewer.headers)) => {
                with_body(StatusCode::NOT_MODIFIED, "text/html; charset=utf-8", String::new())
            }
            Wanted::Newer => self.render(viewer, standing, None).await,
            Wanted::Whole(result) => self.render(viewer, standing, result).await,
        };
        with_etag(answer, etag.as_ref())
    }

    async fn render(
        &self,
        viewer: Viewer<'_>,
        standing: &Standing,
        result: Option<ActionResult>,
    ) -> Answer {
        let Standing { overview, runs, at } = standing;
        let (store, secret) = (&overview.store, viewer.secret);
        let (platform, shop) = (viewer.platform, store.id.shop());
        let (counts, newest_order) = self.count(overview, *at).await;
        let is_permission_missing = !store.missing_permissions.is_empty()
            || !store.ungranted.is_empty()
            || overview.webhooks.is_permission_missing;
        let approve_scopes = platform.permissions_page(shop, &secret.credentials);
        let context = overview.context.clone().unwrap_or_default();
        // Only the shop's own domain needs it: the platform's are known without the store.
        let proof = store.domain.is_some().then(|| {
            let proof = FrameProof::begin(store.id.clone(), store.generation, *at);
            secret.session_keys.prove(&proof)
        });
        StorePage {
            platform,
            overview,
            runs,
            counts: &counts,
            newest_order: newest_order.as_ref(),
            approve_scopes: is_permission_missing.then_some(approve_scopes.as_str()),
            admin_url: &platform.app_page(shop, &secret.credentials),
            frame_ancestors: &platform.frame_ancestors(Some(shop), store.domain.as_ref()),
            frame_proof: proof.as_deref(),
            zone: &context.time_zone,
            language: viewer.language(),
            session: secret.session_keys.sign(viewer.session).reveal(),
            once: &random::hex::<16>(),
            result,
            now: *at,
        }
        .answer()
    }

    /// Counts rows and finds the newest order, for shared resources only. Each value that takes too
    /// long is left out on its own.
    async fn count(
        &self,
        overview: &StoreOverview,
        now: Timestamp,
    ) -> (BTreeMap<Resource, Count>, Option<Order>) {
        let count = async |resource: Resource| {
            if !overview.store.shares(resource) {
                return None;
            }
            let counted = self.counts.get(overview, resource, now);
            let all = timeout(COUNTING_TIME, counted).await.ok()??;
            Some((resource, Count { rows: all.rows, is_more: all.is_more }))
        };
        let newest = async {
            if !overview.store.shares(Resource::Orders) {
                return None;
            }
            let found = self.cache.newest_order(&overview.store.id);
            timeout(COUNTING_TIME, found).await.ok()?.ok()?
        };
        let [first, second, third] = Resource::ALL.map(count);
        let (first, second, third, newest) = tokio::join!(first, second, third, newest);
        ([first, second, third].into_iter().flatten().collect(), newest)
    }
}

fn with_etag(mut answer: Answer, etag: Option<&ETag>) -> Answer {
    if let Some(Ok(value)) = etag.map(|etag| HeaderValue::from_str(&etag.header())) {
        answer.headers_mut().insert(ETAG, value);
    }
    answer
}
