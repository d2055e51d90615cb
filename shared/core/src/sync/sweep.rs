//! The deletion sweep. Platforms publish no deletions, so once a day the ids that exist are listed
//! and compared with those in the table. Deleted records are removed, missing ones fetched.
//!
//! A wrong deletion costs more than a late one, so nothing is deleted after an incomplete listing
//! ([`walk`]), each of a few deletions is confirmed by requesting the record, and many need a
//! second listing and a sample ([`safeguards`]). An interrupted sweep keeps no state except that
//! the run's pages are done, and starts over.

mod gone;
mod ids;
mod listing;
mod missing;
mod safeguards;
mod tolerance;
mod walk;

use std::marker::PhantomData;

use super::engine::Engine;
use super::record::SyncRecord;
use super::stop::Stop;
use crate::domain::{ApiError, Deadline, DecodeError, ShopRecord, ShopSource};
use crate::storage::{Checkpoint, Lease, Phase, StoreError};

use ids::{Gathering, IdSet};
use missing::Missing;
use walk::Incomplete;

/// A sweep in progress.
struct Sweep<'a, T> {
    engine: &'a Engine,
    source: &'a dyn ShopSource,
    lease: &'a Lease,
    deadline: Deadline,
    progress: &'a mut Checkpoint,
    kind: PhantomData<T>,
}

/// Reasons to stop a sweep early.
enum Halt {
    Incomplete(Incomplete),
    Error(ApiError),
    LostLease,
}

impl From<Incomplete> for Halt {
    fn from(why: Incomplete) -> Self {
        Self::Incomplete(why)
    }
}

impl From<ApiError> for Halt {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Error(error.into())
    }
}

impl Engine {
    /// Sweeps, if due, once the pages of a run are done. `OutOfTime` requests an invocation for the
    /// sweep alone; a sweep too long for one invocation is skipped. Most failures skip only the
    /// sweep, which stays due, and do not fail the run.
    pub(super) async fn sweep<T: SyncRecord>(
        &self,
        source: &dyn ShopSource,
        lease: &Lease,
        deadline: Deadline,
        progress: &mut Checkpoint,
    ) -> Result<(), Stop> {
        if progress.phase == Phase::Reading {
            let swept_at = lease.cursor.as_ref().and_then(|cursor| cursor.swept_at);
            let (mode, began) = (progress.record.mode, progress.record.started_at);
            let is_due = safeguards::is_due(mode, progress.fresh, swept_at, began);
            progress.phase = if is_due { Phase::Sweeping } else { Phase::Unswept };
        }
        if !matches!(progress.phase, Phase::Sweeping | Phase::SweepingAlone) {
            return Ok(());
        }
        let kind = PhantomData::<T>;
        let mut sweep = Sweep { engine: self, source, lease, deadline, progress, kind };
        let note = match sweep.run().await {
            Ok(note) => {
                progress.phase = Phase::Swept;
                progress.record.note = note.map(str::to_owned);
                return Ok(());
            }
            Err(Halt::LostLease) => return Err(Stop::LostLease),
            Err(Halt::Incomplete(why)) => {
                format!("the sweep was abandoned: the list is incomplete: {why}")
            }
            Err(Halt::Error(ApiError::OutOfTime)) => {
                if progress.phase == Phase::Sweeping {
                    progress.phase = Phase::SweepingAlone;
                    return Err(ApiError::OutOfTime.into());
                }
                "the sweep was skipped: one invocation is too short for it".to_owned()
            }
            Err(Halt::Error(error)) if costs_the_run(&error) => return Err(error.into()),
            Err(Halt::Error(error)) => format!("the sweep was abandoned: {error}"),
        };
        tracing::warn!(
            store_id = %lease.store_id, run_id = %progress.record.run_id, note, "sweep skipped"
        );
        progress.phase = Phase::Unswept;
        progress.record.note = Some(note);
        Ok(())
    }
}

impl<T: SyncRecord> Sweep<'_, T> {
    /// Sweeps; returns a note on what was not done, if anything.
    async fn run(&mut self) -> Result<Option<&'static str>, Halt> {
        // Checkpointed first: a resumed run does not read the pages again.
        self.remember().await?;
        // The table is read before the list, so that rows written by webhooks meanwhile do not look
        // deleted.
        let stored = self.stored().await?;
        if self.deadline.left() < safeguards::time_needed(stored.len(), self.source.interval()) {
            return Err(ApiError::OutOfTime.into());
        }
        let mut missing = Missing::default();
        let mut checklist = stored.checklist();
        self.list(|id| {
            if !checklist.mark(id) {
                missing.add(id);
            }
        })
        .await?;
        let gone = checklist.unmarked();
        let note = self.delete(gone, stored.len()).await?;
        self.fetch(missing).await?;
        Ok(note)
    }

    async fn stored(&self) -> Result<IdSet, Halt> {
        let mut stored = Gathering::expecting(self.progress.record.counts.seen);
        let mut rows = self.engine.cache.ids(&self.lease.store_id, T::RESOURCE);
        while let Some(ids) = rows.next().await? {
            ids.iter().for_each(|id| stored.add(id));
        }
        Ok(stored.finish())
    }

    /// Reads one record.
    async fn one(&self, id: &str) -> Result<Result<ShopRecord, DecodeError>, ApiError> {
        self.source.record(T::RESOURCE, id).await
    }

    /// Writes the checkpoint; fails if the lease is lost.
    async fn remember(&self) -> Result<(), Halt> {
        let now = self.engine.clock.now();
        if self.engine.leases.checkpoint(self.lease, self.progress, now).await? {
            Ok(())
        } else {
            Err(Halt::LostLease)
        }
    }
}

/// Whether a failure concerns the whole run: the install, the app or our tables.
fn costs_the_run(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::ClientRefused { .. }
            | ApiError::TokenRefused
            | ApiError::NotInstalled
            | ApiError::Store(_)
            | ApiError::Seal
    )
}
