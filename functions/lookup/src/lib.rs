//! `lookup`: finds who is calling and what they ordered. ShopCall requests it while the telephone
//! rings.
//!
//! It reads only the tables, never the platform, so an answer takes a few reads whatever the shop's
//! state. Neither the requested number nor the result is logged.

mod caller;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use caller::Caller;
use futures_util::future::try_join_all;
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use shopcall_core::domain::{NameOrder, Phone, Resource, Store, StoreId, StoreState};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{
    Answer, Failure, Problem, Request, RequestExt as _, json, parameters, segments, store_of,
};
use shopcall_core::runtime::{BearerAuth, unavailable};
use shopcall_core::storage::{
    CacheRepository, ContextRepository, LeaseRepository, StoreError, StoreRepository,
};
use tokio::time::timeout;

/// Time limit of an answer while a caller waits: enough for one read to hang for its two seconds
/// and be retried.
const WITHIN: Duration = Duration::from_millis(3_500);

const ONLY_PHONE: Problem =
    Problem::BadRequest("the query has phone, the caller's telephone number, and nothing else");
const NO_PHONE: Problem = Problem::BadRequest(
    "phone is what the telephone network reports as the caller: at most 64 bytes, no control \
     characters",
);
/// Bytes of what a network reports as a caller.
const MAX_PHONE: usize = 64;

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct Lookup {
    auth: BearerAuth,
    stores: StoreRepository,
    contexts: ContextRepository,
    leases: LeaseRepository,
    cache: CacheRepository,
}

/// A caller, and how recent the tables are.
#[derive(Serialize)]
struct LookedUp {
    #[serde(flatten)]
    caller: Caller,
    /// When the last completed run of each kind of record began. What changed later may be missing.
    last_synced_at: BTreeMap<Resource, Option<Timestamp>>,
}

impl Lookup {
    /// Creates an endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            auth: BearerAuth::new(services),
            stores: services.stores(),
            contexts: services.contexts(),
            leases: services.leases(),
            cache: services.cache(),
        }
    }

    /// Answers `GET /stores/{store_id}/lookup?phone=…`.
    pub async fn handle(&self, request: Request) -> Answer {
        timeout(WITHIN, self.authenticated(&request)).await.unwrap_or_else(|_| {
            tracing::error!("a lookup took too long");
            Problem::Unavailable.into()
        })
    }

    async fn authenticated(&self, request: &Request) -> Answer {
        if let Err(refusal) = self.auth.authenticate(request).await {
            return refusal;
        }
        let (store_id, phone) = match parse(request) {
            Ok(asked) => asked,
            Err(problem) => return problem.into(),
        };
        let answer = self.answer(&store_id, &phone).await;
        answer.unwrap_or_else(|failure| unavailable(&failure))
    }

    async fn answer(&self, store_id: &StoreId, typed: &str) -> Result<Answer, Failure> {
        let store = self.stores.get(store_id).await?;
        let Some(store) = store.filter(|store| store.state != StoreState::Uninstalled) else {
            return Ok(Problem::UnknownStore.into());
        };
        let context = self.contexts.get(&store.id, store.generation).await?.unwrap_or_default();
        let (mut caller, last_synced_at) = match Phone::of_caller(typed, context.country) {
            Ok(phone) => {
                let found = caller::find(&self.cache, &store, phone);
                tokio::try_join!(found, self.last_synced(&store))?
            }
            // A withheld or internal number, of whom nothing can be known.
            Err(_) => (Caller::nobody(&store), self.last_synced(&store).await?),
        };
        caller.say_names(NameOrder::of_language(context.language.as_deref()));
        tracing::info!(
            store_id = %store_id,
            customers = caller.customers.as_ref().map(Vec::len),
            orders = caller.orders.as_ref().map(Vec::len),
            "a caller was looked up"
        );
        Ok(json(StatusCode::OK, &LookedUp { caller, last_synced_at }))
    }

    /// When the last completed run of each kind of record began that the store shares.
    async fn last_synced(
        &self,
        store: &Store,
    ) -> Result<BTreeMap<Resource, Option<Timestamp>>, StoreError> {
        let kinds = [Resource::Customers, Resource::Orders];
        let reads = kinds.into_iter().filter(|kind| store.shares(*kind)).map(async |kind| {
            let cursor = self.leases.cursor(&store.id, kind, store.generation).await?;
            Ok((kind, cursor.map(|cursor| cursor.until)))
        });
        try_join_all(reads).await.map(BTreeMap::from_iter)
    }
}

/// Parses the store and the number.
fn parse(request: &Request) -> Result<(StoreId, String), Problem> {
    let segments = segments(request.raw_http_path())?;
    let ["stores", store_id, "lookup"] = *segments.iter().map(AsRef::as_ref).collect::<Vec<&str>>()
    else {
        return Err(Problem::NotFound);
    };
    if *request.method() != Method::GET {
        return Err(Problem::MethodNotAllowed("GET"));
    }
    let store_id = store_of(store_id)?;
    let [phone] = parameters(request.uri().query().unwrap_or_default(), ["phone"], ONLY_PHONE)?;
    let phone = with_plus(phone.ok_or(ONLY_PHONE)?);
    if phone.len() > MAX_PHONE || phone.contains(|c: char| c.is_control() || c == '\u{fffd}') {
        return Err(NO_PHONE);
    }
    Ok((store_id, phone))
}

/// An unescaped plus arrives as a space. No country code begins with a zero.
fn with_plus(phone: Cow<'_, str>) -> String {
    match phone.strip_prefix(' ') {
        Some(rest) if rest.starts_with(|digit: char| ('1'..='9').contains(&digit)) => {
            format!("+{rest}")
        }
        _ => phone.trim().to_owned(),
    }
}
