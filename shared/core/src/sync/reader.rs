//! Reads a listing's pages while those before are being written: in order, a few at the most ahead
//! of the writer, and as many at once as it takes to use the shop's rate limit.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use tokio::sync::mpsc;

use super::listing::{Answer, CachedPage, Listing};
use super::record::SyncRecord;
use crate::domain::{ApiError, Deadline};

/// No list is believed to be longer: 5,000 pages are a million records.
pub(super) const MAX_PAGES: u64 = 5_000;
/// With less than this left, no page is begun: it must be read and written.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// How many pages are asked for at once at the most: each can be some megabytes.
const MAX_AT_ONCE: usize = 3;

/// What the writer is given: pages in their order, and at the end, perhaps, why there are no more.
pub(super) type ReadPage<T> = Result<CachedPage<T>, ApiError>;

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
    /// What has been read and not yet been taken.
    ready: VecDeque<ReadPage<T>>,
}

impl<'a, T: SyncRecord> Reader<'a, T> {
    /// Will read `listing` from page `first` on, until `deadline`.
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

    /// Reads to the end and hands `out` what it read; the writer may fall behind by what `out`
    /// holds and [`MAX_AT_ONCE`] pages.
    pub(super) async fn run(mut self, out: mpsc::Sender<ReadPage<T>>) {
        let listing = self.listing;
        let mut asked = FuturesOrdered::new();
        loop {
            while self.may_ask(asked.len()) {
                asked.push_back(listing.page(self.next));
                self.next += 1;
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
                Some(answer) = asked.next(), if !asked.is_empty() => {
                    self.take(answer);
                    if self.is_over {
                        // What was asked for beyond the end is of no use.
                        asked = FuturesOrdered::new();
                    }
                }
            }
        }
    }

    /// Whether another page may be requested now, with so many requests under way.
    fn may_ask(&self, asked: usize) -> bool {
        let is_in_time = self.deadline.left() >= PAGE_TIME;
        if self.is_over || self.next >= MAX_PAGES || !is_in_time {
            return false;
        }
        if !self.has_begun {
            return asked == 0 && self.ready.is_empty();
        }
        let at_once = match self.page_count.map(|count| count.saturating_sub(self.next)) {
            // The one before says that there is another, whatever the number of pages.
            Some(0) => 1,
            // One more than the rate needs: it is sure to be wanted, and waits for its slot while
            // others are decoded.
            Some(_) => (self.needed_at_once() + 1).min(MAX_AT_ONCE),
            None => self.needed_at_once(),
        };
        asked + self.ready.len() < at_once
    }

    /// How many requests must be under way to use every slot of the shop's schedule.
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
