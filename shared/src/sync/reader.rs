//! Reads a listing's pages while those before are being written: in order, a few at the most ahead
//! of the writer, and as many at once as it takes to use the shop's rate limit.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::sync::mpsc;

use super::listing::{Answer, Listing, RecordPage};
use super::record::SyncRecord;
use crate::shoprenter::{ApiError, Deadline};
use crate::telemetry;

/// No list is believed to be longer: 5,000 pages are a million records.
pub(super) const MAX_PAGES: u64 = 5_000;
/// With less than this left, no page is begun: it must be read and written.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// How many pages are asked for at once at the most: each can be some megabytes.
const MAX_AT_ONCE: usize = 3;

/// What the writer is given: pages in their order, and at the end, perhaps, why there are no more.
pub(super) type ReadPage<T> = Result<RecordPage<T>, ApiError>;

/// The reading half of a run.
pub(super) struct Reader<'a, T> {
    listing: &'a Listing<'a, T>,
    deadline: Deadline,
    /// The page to be asked for next.
    next: u64,
    /// How many pages there are, once an answer has told it.
    page_count: Option<u64>,
    /// Whether the first answer is there.
    has_begun: bool,
    is_over: bool,
    /// How many pages a batch has; 0 once a batch has failed.
    batch_pages: u64,
    /// What has been read and not yet been taken.
    ready: VecDeque<ReadPage<T>>,
}

/// The answers to one request.
struct Answers<T> {
    first: u64,
    pages: Result<Vec<Answer<T>>, ApiError>,
    is_batch: bool,
}

impl<'a, T: SyncRecord> Reader<'a, T> {
    /// Will read `listing` from page `first` on, until `deadline`.
    pub(super) fn new(listing: &'a Listing<'a, T>, first: u64, deadline: Deadline) -> Self {
        let batch_pages = listing.batch_pages();
        Self {
            listing,
            deadline,
            next: first,
            page_count: None,
            has_begun: false,
            is_over: false,
            batch_pages,
            ready: VecDeque::new(),
        }
    }

    /// Reads to the end and hands `out` what it read; the writer may fall behind by what `out`
    /// holds and [`MAX_AT_ONCE`] pages, or one batch.
    pub(super) async fn run(mut self, out: mpsc::Sender<ReadPage<T>>) {
        let listing = self.listing;
        let mut asked = FuturesOrdered::new();
        loop {
            while let Some(count) = self.may_ask(asked.len()) {
                asked.push_back(ask(listing, self.next, count));
                self.next += count;
            }
            if asked.is_empty() && self.ready.is_empty() {
                if self.is_over {
                    return;
                }
                // Nothing else can keep it from going on.
                self.end_with(ApiError::OutOfTime);
            }
            tokio::select! {
                place = out.reserve(), if !self.ready.is_empty() => {
                    // The writer has given up.
                    let Ok(place) = place else { return };
                    if let Some(page) = self.ready.pop_front() {
                        place.send(page);
                    }
                }
                Some(answers) = asked.next(), if !asked.is_empty() => {
                    self.take(answers);
                    if self.is_over {
                        // What was asked for beyond the end is of no use.
                        asked = FuturesOrdered::new();
                    }
                }
            }
        }
    }

    /// Of how many pages the next request may ask now, with so many requests under way.
    fn may_ask(&self, asked: usize) -> Option<u64> {
        let is_idle = asked == 0 && self.ready.is_empty();
        let is_in_time = self.deadline.left() >= PAGE_TIME;
        if self.is_over || self.next >= MAX_PAGES || !is_in_time {
            return None;
        }
        if !self.has_begun {
            return is_idle.then_some(1);
        }
        let left = self.page_count.map(|count| count.saturating_sub(self.next));
        if self.batch_pages > 0 {
            let left = left.unwrap_or(self.batch_pages).clamp(1, self.batch_pages);
            return is_idle.then_some(left);
        }
        let at_once = match left {
            // The one before says that there is another, whatever the number of pages.
            Some(0) => 1,
            // One more than the rate needs: it is sure to be wanted, and waits for its slot while
            // others are decoded.
            Some(_) => (self.needed_at_once() + 1).min(MAX_AT_ONCE),
            None => self.needed_at_once(),
        };
        (asked + self.ready.len() < at_once).then_some(1)
    }

    /// How many requests must be under way to use every slot of the shop's schedule.
    fn needed_at_once(&self) -> usize {
        let session = self.listing.session;
        let interval = session.interval().as_micros().max(1);
        let needed = session.round_trip().as_micros().div_ceil(interval);
        usize::try_from(needed).unwrap_or(MAX_AT_ONCE).clamp(1, MAX_AT_ONCE)
    }

    fn take(&mut self, answers: Answers<T>) {
        let Answers { first, pages, is_batch } = answers;
        let pages = match pages {
            Ok(pages) => pages,
            Err(error) => vec![Err(error)],
        };
        self.has_begun = true;
        for (number, answer) in (first..).zip(pages) {
            match answer {
                Ok(Some(page)) => {
                    self.page_count = page.page_count.or(self.page_count);
                    self.is_over = !page.has_next;
                    self.ready.push_back(Ok(page));
                }
                Ok(None) => self.is_over = true,
                Err(error) if is_batch && !matches!(error, ApiError::OutOfTime) => {
                    return self.fall_back(number, &error);
                }
                Err(error) => self.end_with(error),
            }
            if self.is_over {
                return;
            }
        }
    }

    /// Reads on page by page, from the first one that the batch did not bring.
    fn fall_back(&mut self, number: u64, error: &ApiError) {
        self.batch_pages = 0;
        self.next = number;
        let (resource, reason) = (T::RESOURCE.as_str(), error.name());
        tracing::warn!(resource, reason, page = number, "batches fail here; pages are read singly");
        telemetry::count("BatchFallback", ("reason", reason), 1);
    }

    fn end_with(&mut self, error: ApiError) {
        self.ready.push_back(Err(error));
        self.is_over = true;
    }
}

async fn ask<T: SyncRecord>(listing: &Listing<'_, T>, first: u64, count: u64) -> Answers<T> {
    let is_batch = count > 1;
    let pages = if is_batch {
        listing.batch(first, count).await
    } else {
        Ok(vec![listing.page(first).await])
    };
    Answers { first, pages, is_batch }
}
