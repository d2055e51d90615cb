//! Reading a collection: what each page is asked for with, what its records become.

use std::marker::PhantomData;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::record::SyncRecord;
use super::window;
use crate::clock::Clock;
use crate::config::Contract;
use crate::domain::{Counts, Generation};
use crate::shoprenter::wire::{self, DecodeError, Decoded, Page, RawRecord, ShopContext};
use crate::shoprenter::{ApiError, Session};
use crate::store::{Cached, Checkpoint};

/// Records a page: ShopRenter's limit.
pub(super) const PAGE: u64 = 200;
/// How many records are decoded in one go: a few milliseconds' work on a small function.
const AT_A_STRETCH: usize = 8;

/// A page of a collection.
pub(super) struct RecordPage<T> {
    /// Its records, ready to be written.
    pub(super) records: Vec<Cached<T>>,
    /// What its records came to; nothing is written yet.
    pub(super) counts: Counts,
    /// Why records were set aside.
    pub(super) quarantined: Vec<DecodeError>,
    /// Whether another page follows.
    pub(super) has_next: bool,
    /// How many pages there are, where the answer tells it.
    pub(super) page_count: Option<u64>,
    /// When it was asked for, or a little before.
    pub(super) asked_at: Timestamp,
}

/// A page, or none past the end, where the list became shorter while it was read.
pub(super) type Answer<T> = Result<Option<RecordPage<T>>, ApiError>;

/// A collection of a shop, or what has changed in it, read page by page.
pub(super) struct Listing<'a, T> {
    pub(super) session: &'a Session<'a>,
    contract: Contract,
    generation: Generation,
    filter: String,
    context: &'a ShopContext,
    clock: &'a dyn Clock,
    kind: PhantomData<T>,
}

impl<'a, T: SyncRecord> Listing<'a, T> {
    /// What the run of `progress` has to read.
    pub(super) fn new(
        session: &'a Session<'a>,
        contract: Contract,
        progress: &Checkpoint,
        context: &'a ShopContext,
        clock: &'a dyn Clock,
    ) -> Self {
        let filter = progress.since.map(|since| window::filter(T::RESOURCE, since));
        Self {
            session,
            contract,
            generation: progress.record.generation,
            filter: filter.unwrap_or_default(),
            context,
            clock,
            kind: PhantomData,
        }
    }

    /// Reads a page in the contract's dialect. `number` counts from 0.
    pub(super) async fn page(&self, number: u64) -> Answer<T> {
        let find = |body: &[u8]| find(&wire::body_text(body));
        let query = self.query(number);
        let asked_at = self.clock.now();
        let found = self.session.get(T::collection(self.contract), &query, find).await;
        self.decode(found, asked_at).await
    }

    fn query(&self, number: u64) -> String {
        let filter = &self.filter;
        match self.contract {
            Contract::Official => format!("full=1&page={number}&limit={PAGE}{filter}"),
            Contract::Brief => format!("page={}&limit={PAGE}", number + 1),
        }
    }

    /// Decodes a page's records one by one; what cannot be decoded is set aside. Lets others go on
    /// in between: requests that wait for their slot must not miss it over this.
    async fn decode(&self, found: Result<Found, ApiError>, asked_at: Timestamp) -> Answer<T> {
        let Found { items, has_next, page_count } = match found {
            Ok(found) => found,
            Err(ApiError::PastEnd) => return Ok(None),
            Err(error) => return Err(error),
        };
        let seen = items.len() as u64;
        let mut records = Vec::with_capacity(items.len());
        let mut quarantined = Vec::new();
        for (place, item) in items.into_iter().enumerate() {
            if place % AT_A_STRETCH == 0 {
                tokio::task::yield_now().await;
            }
            match T::decode(&item, self.contract, self.context) {
                Ok(Decoded { record, raw }) => records.push(Cached {
                    generation: self.generation,
                    record,
                    raw: raw.map(RawRecord::into_bytes),
                }),
                Err(error) => quarantined.push(error),
            }
        }
        let counts = Counts { seen, quarantined: quarantined.len() as u64, ..Counts::default() };
        let has_next = has_next && seen > 0;
        Ok(Some(RecordPage { records, counts, quarantined, has_next, page_count, asked_at }))
    }
}

/// A page whose items have been found and not yet been decoded.
struct Found {
    page_count: Option<u64>,
    has_next: bool,
    items: Vec<Box<RawValue>>,
}

fn find(body: &str) -> Result<Found, ApiError> {
    let page = understand(body)?;
    Ok(Found {
        page_count: page.page_count,
        has_next: page.has_next,
        items: page.items.into_iter().map(RawValue::to_owned).collect(),
    })
}

/// Finds the items of an answer.
pub(super) fn understand(body: &str) -> Result<Page<'_>, ApiError> {
    wire::decode_page(body).map_err(|_| ApiError::Malformed("not a page"))
}
