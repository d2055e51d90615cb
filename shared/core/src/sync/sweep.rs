//! The deletion sweep. Platforms have no feed of deletions: once a day, the ids that exist are
//! listed and compared with those in the table. What is gone is deleted, what is missing fetched.
//!
//! A wrong deletion costs more than a late one. So nothing is deleted after a listing that was not
//! read to its end ([`walk`]), each of a few deletions is confirmed by asking for the record, and
//! many need a second listing and a sample ([`brakes`]). A sweep that stops on the way keeps
//! nothing but that the pages before it are done: the next one begins again.

mod brakes;
mod gone;
mod ids;
mod listing;
mod missing;
mod patience;
mod walk;

use std::marker::PhantomData;

use super::engine::Engine;
use super::record::SyncRecord;
use super::work::Stop;
use crate::domain::{ApiError, Deadline, DecodeError, ShopRecord, ShopSource};
use crate::storage::{Checkpoint, Lease, Phase, StoreError};

use ids::{Gathering, IdSet};
use missing::Missing;
use walk::Incomplete;

/// A sweep at work.
struct Sweep<'a, T> {
    engine: &'a Engine,
    source: &'a dyn ShopSource,
    lease: &'a Lease,
    deadline: Deadline,
    progress: &'a mut Checkpoint,
    kind: PhantomData<T>,
}

/// Why a sweep stopped before its end.
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
    /// Sweeps, if it is due, once the pages of a run are done. `OutOfTime` asks for an invocation
    /// that has all its time for the sweep; what does not fit there is left out. Most failures
    /// cost the sweep alone, which then stays due, and not the run.
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
            let is_due = brakes::is_due(mode, progress.fresh, swept_at, began);
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
            Err(Halt::Incomplete(why)) => format!("the sweep was given up: of the list, {why}"),
            Err(Halt::Error(ApiError::OutOfTime)) => {
                if progress.phase == Phase::Sweeping {
                    progress.phase = Phase::SweepingAlone;
                    return Err(ApiError::OutOfTime.into());
                }
                "the sweep was left out: an invocation has not the time for it".to_owned()
            }
            Err(Halt::Error(error)) if costs_the_run(&error) => return Err(error.into()),
            Err(Halt::Error(error)) => format!("the sweep was given up: {error}"),
        };
        tracing::warn!(
            store_id = %lease.store_id, run_id = %progress.record.run_id, note, "no sweep"
        );
        progress.phase = Phase::Unswept;
        progress.record.note = Some(note);
        Ok(())
    }
}

impl<T: SyncRecord> Sweep<'_, T> {
    /// Sweeps. Says what it left undone, if it did.
    async fn run(&mut self) -> Result<Option<&'static str>, Halt> {
        // Whoever goes on from here does not read the pages again.
        self.remember().await?;
        // The table before the list: what a webhook writes meanwhile is not taken for gone.
        let stored = self.stored().await?;
        if self.deadline.left() < brakes::time_needed(stored.len(), self.source.interval()) {
            return Err(ApiError::OutOfTime.into());
        }
        let mut missing = Missing::default();
        let mut roll = stored.roll();
        self.list(|id| {
            if !roll.meet(id) {
                missing.add(id);
            }
        })
        .await?;
        let gone = roll.unmet();
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

    /// Writes the checkpoint, which fails for whoever has lost the lease.
    async fn remember(&self) -> Result<(), Halt> {
        let now = self.engine.clock.now();
        if self.engine.leases.checkpoint(self.lease, self.progress, now).await? {
            Ok(())
        } else {
            Err(Halt::LostLease)
        }
    }
}

/// Whether a failure is of what the whole run stands on: the install, the app, our own tables.
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
