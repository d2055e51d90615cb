//! Confirms and removes rows of records deleted in the shop.

use std::time::Duration;

use jiff::Timestamp;

use super::ids::IdSet;
use super::safeguards::{self, Confirmation};
use super::tolerance::Tolerance;
use super::{Halt, Sweep};
use crate::domain::{ApiError, ShopRecord};
use crate::storage::WRITE_BATCH;
use crate::sync::listing::cached;
use crate::sync::record::SyncRecord;

/// Minimum time left to start a batch of deletions.
const BATCH_TIME: Duration = Duration::from_millis(1_500);

/// Rows that the shop does not list, by what it answers for their ids.
#[derive(Default)]
struct Confirmed {
    /// The shop does not know the id.
    deleted: Vec<String>,
    /// The shop calls the record by another id now, under which it is written.
    moved: Vec<String>,
}

impl<T: SyncRecord> Sweep<'_, T> {
    /// Deletes the confirmed rows of `gone`, out of `rows` in all; returns a note on what was not
    /// deleted, if anything.
    pub(super) async fn delete(
        &mut self,
        mut gone: IdSet,
        rows: usize,
    ) -> Result<Option<&'static str>, Halt> {
        if safeguards::confirmation(gone.len(), rows) == Confirmation::SecondListing {
            let mut checklist = gone.checklist();
            self.list(|id| {
                checklist.mark(id);
            })
            .await?;
            gone = checklist.unmarked();
        }
        let is_each_confirmed = match safeguards::confirmation(gone.len(), rows) {
            Confirmation::NotNeeded => return Ok(None),
            Confirmation::Each => true,
            Confirmation::SecondListing => false,
        };
        let asked = self.pick(&gone).await?;
        let Confirmed { mut deleted, moved } = self.confirm(&asked).await?;
        if is_each_confirmed {
            deleted.extend(moved);
            self.delete_rows(&deleted).await?;
        } else if deleted.len() < asked.len() {
            return Ok(Some("nothing was deleted: the shop has records that it does not list"));
        } else {
            self.delete_all(&gone).await?;
        }
        Ok(None)
    }

    /// The ids of `gone` to request: all of a few, a sample of many.
    async fn pick(&self, gone: &IdSet) -> Result<Vec<String>, Halt> {
        let mut places = safeguards::sample(gone.len()).into_iter().peekable();
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

    /// Requests each of `asked`.
    async fn confirm(&self, asked: &[String]) -> Result<Confirmed, Halt> {
        let mut confirmed = Confirmed::default();
        let mut tolerance = Tolerance::default();
        for id in asked {
            let asked_at = self.engine.clock.now();
            match self.one(id).await {
                Ok(Ok(record)) if record.id() != id => {
                    if self.keep_moved(id, record, asked_at).await? {
                        confirmed.moved.push(id.clone());
                    }
                }
                Ok(_) => {}
                Err(ApiError::NotFound { .. }) => confirmed.deleted.push(id.clone()),
                Err(error) => tolerance.tolerate(error)?,
            }
        }
        Ok(confirmed)
    }

    /// Writes a record that the shop calls by another id than its row. False if that is not the
    /// row's record: it has another number.
    async fn keep_moved(
        &self,
        id: &str,
        record: ShopRecord,
        asked_at: Timestamp,
    ) -> Result<bool, Halt> {
        let (store, run) = (&self.lease.store_id, &self.progress.record);
        let record = cached::<T>(record, run.generation)?;
        let number = record.record.lookups(store).number;
        let row = self.engine.cache.get::<T>(store, id).await?;
        let is_same =
            number.is_some() && row.is_some_and(|row| row.record.lookups(store).number == number);
        if is_same {
            self.engine.write(self.source, self.lease, run, &[record], asked_at).await?;
        }
        Ok(is_same)
    }

    /// Deletes rows in batches, checking the lease before each.
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
