//! Reading a collection: what each page is asked for with, what its records become.

use std::marker::PhantomData;

use super::record::SyncRecord;
use super::window;
use crate::config::Contract;
use crate::domain::{Counts, Generation};
use crate::shoprenter::wire::{self, DecodeError, Decoded, Page, ShopContext};
use crate::shoprenter::{ApiError, Session};
use crate::store::{Cached, Checkpoint};

/// Records a page: ShopRenter's limit.
pub(super) const PAGE: u64 = 200;

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
}

/// A collection of a shop, or what has changed in it, read page by page.
pub(super) struct Listing<'a, T> {
    session: &'a Session<'a>,
    contract: Contract,
    generation: Generation,
    filter: String,
    context: &'a ShopContext,
    kind: PhantomData<T>,
}

impl<'a, T: SyncRecord> Listing<'a, T> {
    /// What the run of `progress` has to read.
    pub(super) fn new(
        session: &'a Session<'a>,
        contract: Contract,
        progress: &Checkpoint,
        context: &'a ShopContext,
    ) -> Self {
        let filter = progress.since.map(|since| window::filter(T::RESOURCE, since));
        Self {
            session,
            contract,
            generation: progress.record.generation,
            filter: filter.unwrap_or_default(),
            context,
            kind: PhantomData,
        }
    }

    /// Reads a page in the contract's dialect. `number` counts from 0. None past the end, where
    /// the list became shorter while it was read.
    pub(super) async fn page(&self, number: u64) -> Result<Option<RecordPage<T>>, ApiError> {
        let filter = &self.filter;
        let query = match self.contract {
            Contract::Official => format!("full=1&page={number}&limit={PAGE}{filter}"),
            Contract::Brief => format!("page={}&limit={PAGE}", number + 1),
        };
        let decode = |body: &[u8]| Ok(self.decode(&understand(&wire::body_text(body))?));
        match self.session.get(T::collection(self.contract), &query, decode).await {
            Ok(page) => Ok(Some(page)),
            Err(ApiError::PastEnd) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Decodes a page's records one by one; what cannot be decoded is set aside.
    fn decode(&self, page: &Page<'_>) -> RecordPage<T> {
        let mut records = Vec::with_capacity(page.items.len());
        let mut quarantined = Vec::new();
        for item in &page.items {
            match T::decode(item, self.contract, self.context) {
                Ok(Decoded { record, raw }) => records.push(Cached {
                    generation: self.generation,
                    record,
                    raw: raw.into_bytes(),
                }),
                Err(error) => quarantined.push(error),
            }
        }
        let counts = Counts {
            seen: page.items.len() as u64,
            quarantined: quarantined.len() as u64,
            ..Counts::default()
        };
        let has_next = page.has_next && !page.items.is_empty();
        RecordPage { records, counts, quarantined, has_next }
    }
}

/// Finds the items of an answer.
pub(super) fn understand(body: &str) -> Result<Page<'_>, ApiError> {
    wire::decode_page(body).map_err(|_| ApiError::Malformed("not a page"))
}
