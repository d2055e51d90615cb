//! A shop's records, page by page, as rows.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::record::SyncRecord;
use super::window;
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, Counts, DecodeError, Generation, PageRequest, RecordPage, ShopRecord, ShopSource,
};
use crate::runtime::telemetry;
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
    zone: Option<&'a TimeZone>,
    clock: &'a dyn Clock,
    kind: PhantomData<T>,
}

impl<'a, T: SyncRecord> Listing<'a, T> {
    /// Creates the listing for the run of `progress`. `zone` is the shop's, if it is known.
    pub(super) fn new(
        source: &'a dyn ShopSource,
        progress: &Checkpoint,
        zone: Option<&'a TimeZone>,
        clock: &'a dyn Clock,
    ) -> Self {
        Self {
            source,
            generation: progress.record.generation,
            since: progress.since,
            zone,
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
        self.note_places(&records);
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

impl<T: SyncRecord> Listing<'_, T> {
    /// Counts a window's records by their place relative to its start: whether the platform includes
    /// the start is not documented.
    fn note_places(&self, records: &[ShopRecord]) {
        let (Some(since), Some(zone)) = (self.since, self.zone) else { return };
        let mut places = BTreeMap::new();
        for changed in records.iter().filter_map(ShopRecord::updated_at) {
            *places.entry(window::place(changed, since, zone)).or_insert(0) += 1;
        }
        for (place, count) in places {
            let place = format!("{}_{place}", T::RESOURCE);
            telemetry::count("WindowStart", ("place", &place), count);
        }
    }
}

/// Converts a record to a row; fails if the platform returned another kind of record.
pub(super) fn cached<T: SyncRecord>(
    record: ShopRecord,
    generation: Generation,
) -> Result<Cached<T>, ApiError> {
    T::cached(record, generation).ok_or(ApiError::Malformed("another kind of record"))
}
