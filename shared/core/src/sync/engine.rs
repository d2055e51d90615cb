//! A run, from request to log entry.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::outcome::{Outcome, Skipped};
use super::record::SyncRecord;
use super::stop::Stop;
use super::window;
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, Attention, Deadline, FailureKind, Mode, Priority, Resource, ShopAccess, Store,
};
use crate::runtime::config::SecretSource;
use crate::runtime::events::{Bus, Event, SyncRequested};
use crate::runtime::http::Failure;
use crate::runtime::{Platforms, Services};
use crate::storage::{
    Acquired, CacheRepository, Checkpoint, ContextRepository, Lease, LeaseRepository, Phase,
    Queued, RunFailure, RunRecord, RunRepository, RunStatus, ShopInfoRepository, StoreRepository,
    WebhookRepository,
};
use crate::sync::webhooks::Registrar;

/// Poll interval for a lease that the same run holds elsewhere.
const POLL: Duration = Duration::from_secs(1);
/// Time limit for reconciling webhooks before a run begins.
const WEBHOOK_TIME: Duration = Duration::from_secs(10);
/// The position of a new run.
const FROM_THE_START: (u64, Phase) = (0, Phase::Reading);

/// The dependencies of a run.
#[derive(Debug)]
pub struct Engine {
    /// The platforms.
    pub platforms: Platforms,
    /// The app's secret.
    pub secrets: Arc<SecretSource>,
    /// The stores.
    pub stores: StoreRepository,
    /// The leases.
    pub leases: LeaseRepository,
    /// The cached records.
    pub cache: CacheRepository,
    /// Contexts for decoding orders from webhooks.
    pub contexts: ContextRepository,
    /// What shops publish about themselves.
    pub shop_infos: ShopInfoRepository,
    /// Webhook registrations and observations.
    pub webhooks: WebhookRepository,
    /// The log of runs.
    pub runs: RunRepository,
    /// Publishes outcomes.
    pub bus: Bus,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Reconciles webhooks.
    pub registrar: Registrar,
}

impl Engine {
    /// Creates an engine.
    pub fn new(services: &Services) -> Self {
        Self {
            platforms: services.platforms.clone(),
            secrets: Arc::clone(&services.secrets),
            stores: services.stores(),
            leases: services.leases(),
            cache: services.cache(),
            contexts: services.contexts(),
            shop_infos: services.shop_infos(),
            webhooks: services.webhooks(),
            runs: services.runs(),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
            registrar: Registrar::new(services),
        }
    }

    /// Carries out a request for records of one kind. An error means that the event should be
    /// retried.
    pub async fn run<T: SyncRecord>(
        &self,
        request: &SyncRequested,
        deadline: Deadline,
    ) -> Result<Outcome, Failure> {
        let SyncRequested { store_id, generation, .. } = request;
        let now = self.clock.now();
        let secret = self.secrets.get(now).await?;
        // Checked before taking the lease, so that a late event leaves no row of an erased store.
        if let Some(why) = self.unwanted(request).await? {
            return Ok(skip(request, why));
        }
        let lists_changes = self.platforms.api_of(store_id)?.lists_changes();
        let (lease, checkpoint) = match self.acquire(request, deadline).await? {
            Acquired::Lease(lease, checkpoint) => (lease, checkpoint),
            Acquired::HeldBySelf(_) => return Ok(skip(request, Skipped::InProgress)),
            Acquired::HeldByOther => return self.queue(request).await,
            Acquired::NotNeeded => {
                self.start_queued(request).await?;
                return Ok(skip(request, Skipped::NotNeeded));
            }
        };
        // Checked again under the lease: an uninstall or a change of sharing is either seen here or
        // breaks the lease.
        if let Some(why) = self.unwanted(request).await? {
            self.leases.release(&lease, None).await?;
            return Ok(skip(request, why));
        }
        let mut progress = match checkpoint {
            Some(checkpoint) => *checkpoint,
            None => self.begin::<T>(request, &lease, lists_changes, now).await?,
        };
        if T::RESOURCE == Resource::Orders && (progress.next_page, progress.phase) == FROM_THE_START
        {
            let (store, time) = ((store_id, *generation), WEBHOOK_TIME.min(deadline.left()));
            self.registrar.reconcile_in_run(store, &secret, time).await;
        }
        let began_at = (progress.next_page, progress.phase);
        progress.record.status = RunStatus::Running;
        if !self.runs.put(&progress.record, lease.fence).await? {
            return Ok(skip(request, Skipped::LostLease));
        }
        let result = {
            let access = ShopAccess {
                store: store_id.clone(),
                generation: *generation,
                credentials: Arc::clone(&secret.credentials),
                priority: Priority::Background,
                deadline,
            };
            let work = self.work::<T>(access, &lease, &mut progress);
            self.while_renewing(&lease, work).await
        };
        let Checkpoint { record, next_page, phase, .. } = &mut progress;
        record.duration_ms = elapsed_ms(record.started_at, self.clock.now());
        match result {
            Ok(()) => self.complete(&lease, request, progress).await,
            Err(Stop::LostLease | Stop::Error(ApiError::NotInstalled)) => {
                self.stopped(&lease, request, progress.record).await
            }
            Err(Stop::Error(ApiError::OutOfTime)) if (*next_page, *phase) != began_at => {
                self.go_on_later(&lease, request, progress).await
            }
            Err(Stop::Error(error)) => self.fail(&lease, request, progress.record, error).await,
        }
    }

    /// The reason to skip the run, if any.
    async fn unwanted(&self, request: &SyncRequested) -> Result<Option<Skipped>, Failure> {
        let store = self.stores.get(&request.store_id).await?;
        let installed = store.filter(|store| store.is_installed(request.generation));
        Ok(match installed {
            None => Some(Skipped::NotInstalled),
            Some(store) if !store.shares(request.resource) => Some(Skipped::NotShared),
            Some(_) => None,
        })
    }

    /// The initial checkpoint of a new run.
    async fn begin<T: SyncRecord>(
        &self,
        request: &SyncRequested,
        lease: &Lease,
        lists_changes: bool,
        now: Timestamp,
    ) -> Result<Checkpoint, Failure> {
        let mode = window::mode(request.mode, lists_changes, lease.cursor.as_ref(), now);
        let fresh =
            mode == Mode::Full && self.cache.is_empty(&request.store_id, T::RESOURCE).await?;
        Ok(Checkpoint::begin(begun(request, mode, now), fresh))
    }

    /// Takes the lease. If the same run holds it, the event was either delivered twice or retried
    /// after its worker died; the lease's expiry tells which.
    async fn acquire(
        &self,
        request: &SyncRequested,
        deadline: Deadline,
    ) -> Result<Acquired, Failure> {
        let SyncRequested { store_id, generation, resource, run_id, .. } = request;
        let mut seen = None;
        loop {
            let now = self.clock.now();
            let acquired =
                self.leases.acquire(store_id, *resource, *generation, run_id, now).await?;
            match acquired {
                Acquired::HeldBySelf(until) if seen.is_none_or(|seen| seen == until) => {
                    seen = Some(until);
                }
                other => return Ok(other),
            }
            if deadline.left() < POLL {
                return Err(Failure::Busy);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Logs that the run was stopped from outside, with the reason if the store's row shows it.
    async fn stopped(
        &self,
        lease: &Lease,
        request: &SyncRequested,
        mut record: RunRecord,
    ) -> Result<Outcome, Failure> {
        let (reason, failure) = match self.unwanted(request).await? {
            Some(Skipped::NotShared) => {
                ("stopped because the records are no longer shared", RunFailure::NotShared)
            }
            _ => ("stopped by an uninstall or another run", RunFailure::Stopped),
        };
        record.status = RunStatus::Failed;
        record.reason = Some(reason.to_owned());
        record.failure = Some(failure);
        self.runs.amend(&record, lease.fence).await?;
        Ok(skip(request, Skipped::LostLease))
    }

    /// Hands the rest of the run to another invocation. If that fails between handover and event,
    /// the retry of the current event resumes it.
    async fn go_on_later(
        &self,
        lease: &Lease,
        request: &SyncRequested,
        progress: Checkpoint,
    ) -> Result<Outcome, Failure> {
        let now = self.clock.now();
        if !self.runs.amend(&progress.record, lease.fence).await?
            || !self.leases.checkpoint(lease, &progress, now).await?
            || !self.leases.hand_over(lease, now).await?
        {
            return Ok(skip(request, Skipped::LostLease));
        }
        let rest =
            SyncRequested { cursor: Some(progress.next_page.to_string()), ..request.clone() };
        self.bus.publish(&[Event::SyncRequested(rest)]).await?;
        tracing::info!(
            store_id = %request.store_id, run_id = %request.run_id, page = progress.next_page,
            "run continues in another invocation"
        );
        Ok(Outcome::Continued)
    }

    /// The reason for a failure, worded to lead to its remedy.
    fn reason(&self, error: &ApiError, record: &RunRecord) -> String {
        match (error, self.platforms.get(record.store_id.platform())) {
            (ApiError::MissingPermission { .. }, Some(platform)) => {
                platform.permission_help(record.resource)
            }
            _ => error.to_string(),
        }
    }

    /// Queues the request behind the current holder of the lease.
    async fn queue(&self, request: &SyncRequested) -> Result<Outcome, Failure> {
        let SyncRequested { store_id, resource, run_id, mode, .. } = request;
        let wanted = Queued { run_id: run_id.clone(), mode: *mode };
        if self.leases.queue(store_id, *resource, &wanted).await? {
            Ok(skip(request, Skipped::OtherRun))
        } else {
            Err(Failure::Busy)
        }
    }

    /// Requests the run that was queued during this one. The queue entry is removed only
    /// afterwards, and a repeated event of a finished run calls this too, so the request is never
    /// lost.
    async fn start_queued(&self, request: &SyncRequested) -> Result<(), Failure> {
        let (store_id, resource) = (&request.store_id, request.resource);
        let Some(queued) = self.leases.queued(store_id, resource).await? else { return Ok(()) };
        // The queued run may be this one, whose event was delivered again.
        if queued.run_id != request.run_id {
            let next = SyncRequested {
                run_id: queued.run_id.clone(),
                mode: queued.mode,
                cursor: None,
                ..request.clone()
            };
            self.bus.publish(&[Event::SyncRequested(next)]).await?;
        }
        Ok(self.leases.unqueue(store_id, resource, &queued).await?)
    }

    /// Publishes the outcome before marking the run finished in the lease, so that it is published
    /// at least once.
    async fn complete(
        &self,
        lease: &Lease,
        request: &SyncRequested,
        mut done: Checkpoint,
    ) -> Result<Outcome, Failure> {
        done.record.status = RunStatus::Completed;
        done.record.reason = None;
        done.record.failure = None;
        let record = &done.record;
        if !self.runs.amend(record, lease.fence).await? {
            return Ok(skip(request, Skipped::LostLease));
        }
        self.bus
            .publish(&[Event::SyncCompleted {
                store_id: record.store_id.clone(),
                resource: record.resource,
                run_id: record.run_id.clone(),
                counts: record.counts,
                duration_ms: record.duration_ms,
            }])
            .await?;
        let now = self.clock.now();
        let read = |store: &Store| {
            store.was_read(record.generation, record.resource, &record.missing_permissions, now)
        };
        self.stores.change(&record.store_id, |store| (store.and_then(read), ())).await?;
        self.leases.release(lease, Some(&done)).await?;
        self.start_queued(request).await?;
        tracing::info!(
            store_id = %record.store_id, run_id = %record.run_id,
            resource = record.resource.as_str(), seen = record.counts.seen,
            written = record.counts.written, unchanged = record.counts.unchanged,
            quarantined = record.counts.quarantined, deleted = record.counts.deleted,
            requests = record.requests, throttled = record.throttled,
            duration_ms = record.duration_ms, "run complete"
        );
        Ok(Outcome::Completed(done.record))
    }

    async fn fail(
        &self,
        lease: &Lease,
        request: &SyncRequested,
        mut record: RunRecord,
        error: ApiError,
    ) -> Result<Outcome, Failure> {
        record.status = RunStatus::Failed;
        record.reason = Some(self.reason(&error, &record));
        record.failure = Some(RunFailure::of(&error));
        if !self.runs.amend(&record, lease.fence).await? {
            return Ok(skip(request, Skipped::LostLease));
        }
        self.leases.release(lease, None).await?;
        tracing::warn!(
            store_id = %record.store_id, run_id = %record.run_id,
            resource = record.resource.as_str(), error = %error, "a run failed"
        );
        if error.kind() == FailureKind::Retryable {
            return Err(error.into());
        }
        let (generation, resource, now) = (record.generation, record.resource, self.clock.now());
        let trouble = |store: &Store| match error {
            ApiError::ClientRefused { .. } | ApiError::TokenRefused => {
                store.needs_attention(generation, Attention::ClientRefused, now)
            }
            ApiError::MissingPermission { .. } => store.missing_permission(generation, resource),
            _ => None,
        };
        self.stores.change(&record.store_id, |store| (store.and_then(trouble), ())).await?;
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
        self.start_queued(request).await?;
        Ok(Outcome::Failed(record))
    }
}

fn begun(request: &SyncRequested, mode: Mode, started_at: Timestamp) -> RunRecord {
    let SyncRequested { store_id, generation, resource, run_id, .. } = request.clone();
    RunRecord::begun(store_id, generation, run_id, (resource, mode), started_at)
}

fn skip(request: &SyncRequested, why: Skipped) -> Outcome {
    tracing::info!(
        store_id = %request.store_id, run_id = %request.run_id,
        resource = request.resource.as_str(), why = ?why, "run skipped"
    );
    Outcome::Skipped(why)
}

fn elapsed_ms(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}
