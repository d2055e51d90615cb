//! What the shop has no more: confirmed first, deleted then.

use std::time::Duration;

use super::brakes::{self, Confirmation};
use super::ids::IdSet;
use super::patience::Patience;
use super::{Halt, Sweep};
use crate::domain::ApiError;
use crate::storage::WRITE_BATCH;
use crate::sync::record::SyncRecord;

/// With less than this left, no batch of deletions is begun.
const BATCH_TIME: Duration = Duration::from_millis(1_500);

impl<T: SyncRecord> Sweep<'_, T> {
    /// Deletes the rows of `gone` that are confirmed, of `rows` in all. Says what it left, if it
    /// did.
    pub(super) async fn delete(
        &mut self,
        mut gone: IdSet,
        rows: usize,
    ) -> Result<Option<&'static str>, Halt> {
        if brakes::confirmation(gone.len(), rows) == Confirmation::SecondListing {
            let mut roll = gone.roll();
            self.list(|id| {
                roll.meet(id);
            })
            .await?;
            gone = roll.unmet();
        }
        let is_each_confirmed = match brakes::confirmation(gone.len(), rows) {
            Confirmation::NotNeeded => return Ok(None),
            Confirmation::Each => true,
            Confirmation::SecondListing => false,
        };
        let asked = self.pick(&gone).await?;
        let confirmed = self.confirm(&asked).await?;
        if is_each_confirmed {
            self.delete_rows(&confirmed).await?;
        } else if confirmed.len() < asked.len() {
            return Ok(Some("nothing was deleted: the shop has records that it does not list"));
        } else {
            self.delete_all(&gone).await?;
        }
        Ok(None)
    }

    /// The rows of `gone` that are asked for: all of a few, a sample of many.
    async fn pick(&self, gone: &IdSet) -> Result<Vec<String>, Halt> {
        let mut places = brakes::sample(gone.len()).into_iter().peekable();
        let mut picked = Vec::new();
        let mut place = 0;
        let mut rows = self.engine.cache.ids(&self.lease.store_id, T::RESOURCE);
        while let Some(ids) = rows.next().await? {
            for id in ids.into_iter().filter(|id| gone.contains(id)) {
                if places.next_if_eq(&place).is_some() {
                    picked.push(id);
                }
                place += 1;
            }
        }
        Ok(picked)
    }

    /// Those of `asked` that the shop says it does not have.
    async fn confirm(&self, asked: &[String]) -> Result<Vec<String>, Halt> {
        let mut confirmed = Vec::new();
        let mut patience = Patience::default();
        for id in asked {
            match self.one(id).await {
                Ok(_) => {}
                Err(ApiError::NotFound { .. }) => confirmed.push(id.clone()),
                Err(error) => patience.forgive(error)?,
            }
        }
        Ok(confirmed)
    }

    /// Deletes these rows, a batch at a time, each after a look whether the lease is still held.
    async fn delete_rows(&mut self, ids: &[String]) -> Result<(), Halt> {
        for batch in ids.chunks(WRITE_BATCH) {
            if self.deadline.left() < BATCH_TIME {
                return Err(ApiError::OutOfTime.into());
            }
            self.remember().await?;
            self.engine.cache.delete(&self.lease.store_id, T::RESOURCE, batch).await?;
            self.progress.record.counts.deleted += batch.len() as u64;
        }
        Ok(())
    }

    async fn delete_all(&mut self, gone: &IdSet) -> Result<(), Halt> {
        let mut rows = self.engine.cache.ids(&self.lease.store_id, T::RESOURCE);
        while let Some(mut ids) = rows.next().await? {
            ids.retain(|id| gone.contains(id));
            self.delete_rows(&ids).await?;
        }
        Ok(())
    }
}
