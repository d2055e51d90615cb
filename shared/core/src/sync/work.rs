//! The work of a run under its lease: each page is checked, written and checkpointed while the next
//! pages are read.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::engine::Engine;
use super::listing::{CachedPage, Listing};
use super::reader::{MAX_PAGES, ReadPage, Reader};
use super::record::SyncRecord;
use super::skipped::report_skipped_fields;
use super::stop::Stop;
use super::window;
use crate::domain::{ApiError, Deadline, DecodeError, Mode, ReadContext, ShopAccess, ShopSource};
use crate::runtime::telemetry;
use crate::storage::{Checkpoint, Lease, Phase, RunRecord};

/// How often a lease is renewed between checkpoints.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// How long a run continues while renewals fail; well within the lease's lifetime.
const GIVE_UP_AFTER: Duration = Duration::from_secs(50);

impl Engine {
    /// Renews the lease while `work` is in progress, and cancels `work` if the lease is lost.
    pub(super) async fn while_renewing(
        &self,
        lease: &Lease,
        work: impl Future<Output = Result<(), Stop>>,
    ) -> Result<(), Stop> {
        tokio::pin!(work);
        let mut renewed = Instant::now();
        loop {
            if let Ok(result) = tokio::time::timeout(RENEW_EVERY, &mut work).await {
                return result;
            }
            match self.leases.renew(lease, self.clock.now()).await {
                Ok(true) => renewed = Instant::now(),
                Ok(false) => return Err(Stop::LostLease),
                // The lease is valid long enough for some renewals to fail.
                Err(_) if renewed.elapsed() < GIVE_UP_AFTER => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads and writes the remaining pages and updates `progress`.
    pub(super) async fn work<T: SyncRecord>(
        &self,
        access: ShopAccess,
        lease: &Lease,
        progress: &mut Checkpoint,
    ) -> Result<(), Stop> {
        let deadline = access.deadline;
        let source = self.platforms.open(access).await?;
        let before = progress.record.clone();
        let result = self.read_all::<T>(&*source, lease, deadline, &before, progress).await;
        note_cost(&*source, &before, &mut progress.record);
        report_skipped_fields(&*source, &lease.store_id);
        result
    }

    async fn read_all<T: SyncRecord>(
        &self,
        source: &dyn ShopSource,
        lease: &Lease,
        deadline: Deadline,
        before: &RunRecord,
        progress: &mut Checkpoint,
    ) -> Result<(), Stop> {
        let ReadContext { context, is_time_zone_known } = source.read_context(T::RESOURCE).await?;
        self.keep_context(lease, &progress.record, &context).await?;
        if progress.record.mode == Mode::Incremental && progress.since.is_none() {
            let cursor = lease.cursor.as_ref().map(|cursor| cursor.until);
            let now = progress.record.started_at;
            let zone = is_time_zone_known.then_some(&context.time_zone);
            progress.since = cursor.map(|cursor| window::since(cursor, now, zone));
        }
        if progress.phase == Phase::Reading {
            let zone = is_time_zone_known.then_some(&context.time_zone);
            let listing = Listing::<T>::new(source, progress, zone, self.clock.as_ref());
            let reader = Reader::new(&listing, progress.next_page, deadline);
            // Buffers one page while another is written.
            let (out, pages) = mpsc::channel(1);
            let mut note = |record: &mut RunRecord| note_cost(source, before, record);
            let writing = self.write_all(source, lease, deadline, progress, pages, &mut note);
            tokio::pin!(writing);
            tokio::select! {
                biased;
                written = &mut writing => written?,
                () = reader.run(out) => writing.await?,
            }
        }
        self.sweep::<T>(source, lease, deadline, progress).await?;
        // Last, so that it takes no time from the records.
        Ok(self.keep_shop_info(source, lease, &progress.record).await?)
    }

    /// Writes pages as they arrive. Pages left over when time runs out are read again by the next
    /// invocation.
    async fn write_all<T: SyncRecord>(
        &self,
        source: &dyn ShopSource,
        lease: &Lease,
        deadline: Deadline,
        progress: &mut Checkpoint,
        mut pages: mpsc::Receiver<ReadPage<T>>,
        note_cost: &mut (impl FnMut(&mut RunRecord) + Send),
    ) -> Result<(), Stop> {
        while let Some(page) = pages.recv().await {
            let page = page?;
            if deadline.left().is_zero() {
                return Err(ApiError::OutOfTime.into());
            }
            note_cost(&mut progress.record);
            self.write_page(source, lease, progress, &page).await?;
            if page.has_next && progress.next_page == MAX_PAGES {
                return Err(ApiError::Endless.into());
            }
        }
        Ok(())
    }

    async fn write_page<T: SyncRecord>(
        &self,
        source: &dyn ShopSource,
        lease: &Lease,
        progress: &mut Checkpoint,
        page: &CachedPage<T>,
    ) -> Result<(), Stop> {
        progress.page_count = page.page_count.or(progress.page_count);
        // Written first: fails if the lease is lost, and lets a run after a crash resume with this
        // page.
        if !self.leases.checkpoint(lease, progress, self.clock.now()).await? {
            return Err(Stop::LostLease);
        }
        let written =
            self.write(source, lease, &progress.record, &page.records, page.asked_at).await?;
        note_quarantined(&progress.record, &page.quarantined);
        let number = progress.next_page;
        progress.next_page += 1;
        let counts = &mut progress.record.counts;
        counts.seen += page.counts.seen;
        counts.quarantined += page.counts.quarantined;
        counts.written += written.written;
        counts.unchanged += written.unchanged;
        tracing::info!(
            store_id = %lease.store_id, run_id = %progress.record.run_id, page = number,
            written = progress.record.counts.written, "page written"
        );
        Ok(())
    }
}

/// Adds the session's requests, waits and missing permissions to those of earlier invocations.
fn note_cost(source: &dyn ShopSource, before: &RunRecord, record: &mut RunRecord) {
    let stats = source.stats();
    record.requests = before.requests + stats.requests;
    record.throttled = before.throttled + stats.throttled;
    record.waited_ms = before.waited_ms + stats.waited_ms;
    record.missing_permissions.extend(source.missing_permissions().into_iter().map(str::to_owned));
}

fn note_quarantined(record: &RunRecord, errors: &[DecodeError]) {
    let resource = record.resource.as_str();
    for error in errors {
        tracing::warn!(
            store_id = %record.store_id, run_id = %record.run_id, resource, error = %error,
            "a record cannot be decoded"
        );
    }
    if !errors.is_empty() {
        telemetry::count("Quarantined", ("resource", resource), errors.len() as u64);
    }
}
