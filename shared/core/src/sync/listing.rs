//! A shop's records, page by page, as rows.

use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::record::SyncRecord;
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, Counts, DecodeError, Generation, PageRequest, RecordPage, ShopRecord, ShopSource,
};
use crate::storage::{Cached, Checkpoint};

/// A page of records ready to be written.
pub(super) struct CachedPage<T> {
    /// The records.
    pub(super) records: Vec<Cached<T>>,
    /// Counts of records seen and quarantined.
    pub(super) counts: Counts,
    /// Decoding errors of the quarantined records.
    pub(super) quarantined: Vec<DecodeError>,
    /// Whether another page follows.
    pub(super) has_next: bool,
    /// The number of pages, if the response says so.
    pub(super) page_count: Option<u64>,
    /// A time no later than the request.
    pub(super) asked_at: Timestamp,
}

/// A page; None past the end, when the list shrank while it was read.
pub(super) type Answer<T> = Result<Option<CachedPage<T>>, ApiError>;

/// The pages of a run.
pub(super) struct Listing<'a, T> {
    pub(super) source: &'a dyn ShopSource,
    generation: Generation,
    since: Option<DateTime>,
    clock: &'a dyn Clock,
    kind: PhantomData<T>,
}

impl<'a, T: SyncRecord> Listing<'a, T> {
    /// Creates the listing for the run of `progress`.
    pub(super) fn new(
        source: &'a dyn ShopSource,
        progress: &Checkpoint,
        clock: &'a dyn Clock,
    ) -> Self {
        Self {
            source,
            generation: progress.record.generation,
            since: progress.since,
            clock,
            kind: PhantomData,
        }
    }

    /// Reads page `number`, counted from 0.
    pub(super) async fn page(&self, number: u64) -> Answer<T> {
        let asked_at = self.clock.now();
        let request = PageRequest { resource: T::RESOURCE, number, since: self.since };
        let Some(page) = self.source.page(request).await? else { return Ok(None) };
        let RecordPage { records, quarantined, has_next, page_count } = page;
        let counts = Counts {
            seen: (records.len() + quarantined.len()) as u64,
            quarantined: quarantined.len() as u64,
            ..Counts::default()
        };
        let records = records.into_iter().map(|record| cached(record, self.generation));
        let records = records.collect::<Result<_, _>>()?;
        Ok(Some(CachedPage { records, counts, quarantined, has_next, page_count, asked_at }))
    }
}

/// Converts a record to a row; fails if the platform returned another kind of record.
pub(super) fn cached<T: SyncRecord>(
    record: ShopRecord,
    generation: Generation,
) -> Result<Cached<T>, ApiError> {
    T::cached(record, generation).ok_or(ApiError::Malformed("another kind of record"))
}
