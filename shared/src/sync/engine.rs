//! One run, from its request to its log.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::listing;
use crate::clock::Clock;
use crate::config::{Contract, SecretSource};
use crate::domain::{Attention, Counts, Store};
use crate::events::{Bus, Event, SyncRequested};
use crate::http::Failure;
use crate::shoprenter::wire::DecodeError;
use crate::shoprenter::{ApiError, Client, Deadline, FailureKind, Session};
use crate::store::{
    Acquired, CacheRepository, Lease, LeaseRepository, RunRecord, RunRepository, RunStatus,
    StoreRepository,
};
use crate::telemetry;

/// No catalogue is believed to be longer: 5,000 pages are a million products.
const MAX_PAGES: u64 = 5_000;
/// How often a lease is renewed while nothing else renews it.
const RENEW_EVERY: Duration = Duration::from_secs(20);

/// Everything that a run needs.
#[derive(Debug)]
pub struct Engine {
    /// ShopRenter.
    pub client: Client,
    /// Which contract it speaks.
    pub contract: Contract,
    /// The app's secret.
    pub secrets: Arc<SecretSource>,
    /// The stores.
    pub stores: StoreRepository,
    /// Who may run.
    pub leases: LeaseRepository,
    /// Where records go.
    pub cache: CacheRepository,
    /// Where runs are logged.
    pub runs: RunRepository,
    /// Where their ends are announced.
    pub bus: Bus,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The run came to its end.
    Completed(RunRecord),
    /// The run gave up for a reason that no repetition cures; it is logged.
    Failed(RunRecord),
    /// There was nothing to do.
    Skipped(Skipped),
}

/// Why there was nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// The store is not installed at the request's generation.
    NotInstalled,
    /// Another run of the pair is at work.
    OtherRun,
    /// This run has finished before, or a newer generation has begun.
    NotNeeded,
    /// The lease was lost on the way: by an uninstall, or to a run that took this one for dead.
    LostLease,
}

/// What stops a run between two pages.
enum Stop {
    Error(ApiError),
    LostLease,
}

impl<E: Into<ApiError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Engine {
    /// Carries out a request. An error means that the same event is worth repeating.
    pub async fn run(
        &self,
        request: &SyncRequested,
        deadline: Deadline,
    ) -> Result<Outcome, Failure> {
        let SyncRequested { store_id, generation, resource, run_id, .. } = request;
        let started_at = self.clock.now();
        let lease = match self
            .leases
            .acquire(store_id, *resource, *generation, run_id, started_at)
            .await?
        {
            Acquired::Lease(lease) => lease,
            // The event has come twice, or again after its worker died: it is worth repeating
            // until the run has finished or the dead worker's lease has run out.
            Acquired::HeldBySelf => return Err(Failure::Busy),
            Acquired::HeldByOther => return Ok(skip(request, Skipped::OtherRun)),
            Acquired::NotNeeded => return Ok(skip(request, Skipped::NotNeeded)),
        };
        // After the lease, so that an uninstall either is seen here or breaks the lease.
        if !self.stores.is_installed(store_id, *generation).await? {
            self.leases.release(&lease, None).await?;
            return Ok(skip(request, Skipped::NotInstalled));
        }
        let mut record = begun(request, started_at);
        self.runs.put(&record).await?;
        let result = {
            let work = self.work(request, &lease, deadline, &mut record);
            self.while_renewing(&lease, work).await
        };
        record.duration_ms = elapsed_ms(started_at, self.clock.now());
        match result {
            Ok(()) => self.complete(&lease, record).await.map(Outcome::Completed),
            Err(Stop::LostLease) => {
                record.status = RunStatus::Failed;
                record.reason =
                    Some("the lease was lost to an uninstall or another run".to_owned());
                self.runs.put(&record).await?;
                Ok(skip(request, Skipped::LostLease))
            }
            Err(Stop::Error(ApiError::NotInstalled)) => Ok(skip(request, Skipped::NotInstalled)),
            Err(Stop::Error(error)) => self.fail(&lease, record, error).await,
        }
    }

    /// Keeps the lease alive while `work` goes on, and gives the work up if the lease is lost.
    async fn while_renewing(
        &self,
        lease: &Lease,
        work: impl Future<Output = Result<(), Stop>>,
    ) -> Result<(), Stop> {
        tokio::pin!(work);
        loop {
            match tokio::time::timeout(RENEW_EVERY, &mut work).await {
                Ok(result) => return result,
                Err(_) if self.leases.renew(lease, self.clock.now()).await? => {}
                Err(_) => return Err(Stop::LostLease),
            }
        }
    }

    async fn work(
        &self,
        request: &SyncRequested,
        lease: &Lease,
        deadline: Deadline,
        record: &mut RunRecord,
    ) -> Result<(), Stop> {
        let secret = self.secrets.get(self.clock.now()).await.map_err(|_| ApiError::Seal)?;
        let session =
            self.client.session(&request.store_id, request.generation, secret, deadline).await?;
        let result = self.read_all(&session, request, lease, &mut record.counts).await;
        let stats = session.stats();
        record.requests = stats.requests;
        record.throttled = stats.throttled;
        record.waited_ms = stats.waited_ms;
        result
    }

    async fn read_all(
        &self,
        session: &Session<'_>,
        request: &SyncRequested,
        lease: &Lease,
        counts: &mut Counts,
    ) -> Result<(), Stop> {
        let context = listing::context(session, self.contract).await?;
        for number in 0..MAX_PAGES {
            let generation = request.generation;
            let page = listing::products_page(session, self.contract, number, generation, &context);
            let Some(page) = page.await? else { return Ok(()) };
            counts.seen += page.counts.seen;
            counts.quarantined += page.counts.quarantined;
            note_quarantined(request, &page.quarantined);
            if !self.leases.renew(lease, self.clock.now()).await? {
                return Err(Stop::LostLease);
            }
            counts.written += self.cache.put_products(&request.store_id, page.products).await?;
            tracing::info!(
                store_id = %request.store_id, run_id = %request.run_id, page = number,
                seen = counts.seen, written = counts.written, "a page is written"
            );
            if !page.has_next {
                return Ok(());
            }
        }
        Err(ApiError::Malformed("an endless list").into())
    }

    async fn complete(&self, lease: &Lease, mut record: RunRecord) -> Result<RunRecord, Failure> {
        record.status = RunStatus::Completed;
        self.runs.put(&record).await?;
        self.leases.release(lease, Some(&record.run_id)).await?;
        self.bus
            .publish(&[Event::SyncCompleted {
                store_id: record.store_id.clone(),
                resource: record.resource,
                run_id: record.run_id.clone(),
                counts: record.counts,
                duration_ms: record.duration_ms,
            }])
            .await?;
        tracing::info!(
            store_id = %record.store_id, run_id = %record.run_id,
            resource = record.resource.as_str(), seen = record.counts.seen,
            written = record.counts.written, quarantined = record.counts.quarantined,
            requests = record.requests, throttled = record.throttled,
            duration_ms = record.duration_ms, "a run is complete"
        );
        Ok(record)
    }

    async fn fail(
        &self,
        lease: &Lease,
        mut record: RunRecord,
        error: ApiError,
    ) -> Result<Outcome, Failure> {
        record.status = RunStatus::Failed;
        record.reason = Some(error.to_string());
        self.runs.put(&record).await?;
        self.leases.release(lease, None).await?;
        tracing::warn!(
            store_id = %record.store_id, run_id = %record.run_id,
            resource = record.resource.as_str(), error = %error, "a run failed"
        );
        if error.kind() == FailureKind::Retryable {
            return Err(error.into());
        }
        if matches!(error, ApiError::ClientRefused { .. } | ApiError::TokenRefused) {
            let trouble =
                |store: &Store| store.needs_attention(record.generation, Attention::ClientRefused);
            self.stores.change(&record.store_id, |store| (store.and_then(trouble), ())).await?;
        }
        self.bus
            .publish(&[Event::SyncFailed {
                store_id: record.store_id.clone(),
                resource: record.resource,
                run_id: record.run_id.clone(),
                counts: record.counts,
                duration_ms: record.duration_ms,
                reason: error.name().to_owned(),
            }])
            .await?;
        Ok(Outcome::Failed(record))
    }
}

fn begun(request: &SyncRequested, started_at: Timestamp) -> RunRecord {
    RunRecord {
        store_id: request.store_id.clone(),
        generation: request.generation,
        run_id: request.run_id.clone(),
        resource: request.resource,
        mode: request.mode,
        status: RunStatus::Running,
        started_at,
        counts: Counts::default(),
        requests: 0,
        throttled: 0,
        waited_ms: 0,
        duration_ms: 0,
        reason: None,
    }
}

fn note_quarantined(request: &SyncRequested, errors: &[DecodeError]) {
    let resource = request.resource.as_str();
    for error in errors {
        tracing::warn!(
            store_id = %request.store_id, run_id = %request.run_id, resource, error = %error,
            "a record cannot be decoded"
        );
    }
    if !errors.is_empty() {
        telemetry::count("Quarantined", ("resource", resource), errors.len() as u64);
    }
}

fn skip(request: &SyncRequested, why: Skipped) -> Outcome {
    tracing::info!(
        store_id = %request.store_id, run_id = %request.run_id,
        resource = request.resource.as_str(), why = ?why, "a run is not needed"
    );
    Outcome::Skipped(why)
}

fn elapsed_ms(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}
