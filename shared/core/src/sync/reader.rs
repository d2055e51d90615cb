//! Reads a listing's pages in order, a few ahead of the writer, with as many concurrent requests as
//! the shop's rate limit allows.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::sync::mpsc;

use super::listing::{Answer, CachedPage, Listing};
use super::record::SyncRecord;
use crate::domain::{ApiError, Deadline};

/// Upper limit on pages: 5,000 pages are a million records.
pub(super) const MAX_PAGES: u64 = 5_000;
/// Minimum time left to start a page, which must be read and written.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// Maximum concurrent page requests: a page can be several megabytes.
const MAX_AT_ONCE: usize = 3;

/// The reader's output: pages in order, then the error that ended the reading, if any.
pub(super) type ReadPage<T> = Result<CachedPage<T>, ApiError>;

/// The reading half of a run.
pub(super) struct Reader<'a, T> {
    listing: &'a Listing<'a, T>,
    deadline: Deadline,
    /// The next page to request.
    next: u64,
    /// The number of pages, once a response has given it.
    page_count: Option<u64>,
    /// Whether the first response has arrived.
    has_begun: bool,
    is_over: bool,
    /// Pages read but not yet taken.
    ready: VecDeque<ReadPage<T>>,
}

impl<'a, T: SyncRecord> Reader<'a, T> {
    /// Creates a reader of `listing` from page `first` on, until `deadline`.
    pub(super) fn new(listing: &'a Listing<'a, T>, first: u64, deadline: Deadline) -> Self {
        Self {
            listing,
            deadline,
            next: first,
            page_count: None,
            has_begun: false,
            is_over: false,
            ready: VecDeque::new(),
        }
    }

    /// Reads to the end and sends the pages to `out`; the writer may lag by the capacity of `out`
    /// plus [`MAX_AT_ONCE`] pages.
    pub(super) async fn run(mut self, out: mpsc::Sender<ReadPage<T>>) {
        let listing = self.listing;
        let mut asked = FuturesOrdered::new();
        loop {
            while self.may_request_page(asked.len()) {
                asked.push_back(listing.page(self.next));
                self.next += 1;
            }
            if asked.is_empty() && self.ready.is_empty() {
                if self.is_over {
                    return;
                }
                // Nothing else can block progress.
                self.end_with(ApiError::OutOfTime);
            }
            tokio::select! {
                place = out.reserve(), if !self.ready.is_empty() => {
                    // The writer has stopped.
                    let Ok(place) = place else { return };
                    if let Some(page) = self.ready.pop_front() {
                        place.send(page);
                    }
                }
                Some(answer) = asked.next(), if !asked.is_empty() => {
                    self.take(answer);
                    if self.is_over {
                        // Pages requested beyond the end are discarded.
                        asked = FuturesOrdered::new();
                    }
                }
            }
        }
    }

    /// Whether another page may be requested now, given the requests in flight.
    fn may_request_page(&self, asked: usize) -> bool {
        let is_in_time = self.deadline.left() >= PAGE_TIME;
        if self.is_over || self.next >= MAX_PAGES || !is_in_time {
            return false;
        }
        if !self.has_begun {
            return asked == 0 && self.ready.is_empty();
        }
        let at_once = match self.page_count.map(|count| count.saturating_sub(self.next)) {
            // The previous page says that another follows, whatever the number of pages.
            Some(0) => 1,
            // One more than the rate needs: it will be wanted, and waits for its slot while others
            // are decoded.
            Some(_) => (self.needed_at_once() + 1).min(MAX_AT_ONCE),
            None => self.needed_at_once(),
        };
        asked + self.ready.len() < at_once
    }

    /// How many requests must be in flight to use every slot of the shop's schedule.
    fn needed_at_once(&self) -> usize {
        let source = self.listing.source;
        let interval = source.interval().as_micros().max(1);
        let needed = source.round_trip().as_micros().div_ceil(interval);
        usize::try_from(needed).unwrap_or(MAX_AT_ONCE).clamp(1, MAX_AT_ONCE)
    }

    fn take(&mut self, answer: Answer<T>) {
        self.has_begun = true;
        match answer {
            Ok(Some(page)) => {
                self.page_count = page.page_count.or(self.page_count);
                self.is_over = !page.has_next;
                self.ready.push_back(Ok(page));
            }
            Ok(None) => self.is_over = true,
            Err(error) => self.end_with(error),
        }
    }

    fn end_with(&mut self, error: ApiError) {
        self.ready.push_back(Err(error));
        self.is_over = true;
    }
}
