//! Fetches records that the shop has and the table does not: paging skipped them while the list
//! shifted.

use super::tolerance::Tolerance;
use super::{Halt, Sweep};
use crate::domain::{ApiError, DecodeError, Mode};
use crate::storage::WRITE_BATCH;
use crate::sync::listing::cached;
use crate::sync::record::SyncRecord;

/// Maximum number of missing records that a sweep fetches, with one request each.
const MAX_FETCHED: usize = 100;

/// Listed ids without a row.
#[derive(Debug, Default)]
pub(super) struct Missing {
    ids: Vec<String>,
    are_more: bool,
}

impl Missing {
    /// Adds an id, once.
    pub(super) fn add(&mut self, id: &str) {
        if self.ids.iter().any(|known| known == id) {
            return;
        }
        if self.ids.len() < MAX_FETCHED {
            self.ids.push(id.to_owned());
        } else {
            self.are_more = true;
        }
    }
}

impl<T: SyncRecord> Sweep<'_, T> {
    /// Fetches and writes the missing records. If there are too many, the next run is a full one,
    /// unless this run just was or the fetched records cannot be decoded, which would never end.
    pub(super) async fn fetch(&mut self, missing: Missing) -> Result<(), Halt> {
        let mut are_any_usable = false;
        let mut tolerance = Tolerance::default();
        for ids in missing.ids.chunks(WRITE_BATCH) {
            let mut records = Vec::new();
            let asked_at = self.engine.clock.now();
            for id in ids {
                match self.one(id).await {
                    Ok(Ok(record)) => {
                        records.push(cached::<T>(record, self.progress.record.generation)?);
                    }
                    Ok(Err(error)) => self.set_aside(error),
                    // Deleted since, or listed by mistake.
                    Err(ApiError::NotFound { .. }) => {}
                    Err(error) => tolerance.tolerate(error)?,
                }
            }
            are_any_usable |= !records.is_empty();
            self.remember().await?;
            let run = &self.progress.record;
            let written =
                self.engine.write(self.source, self.lease, run, &records, asked_at).await?;
            let counts = &mut self.progress.record.counts;
            counts.seen += records.len() as u64;
            counts.written += written.written;
            counts.unchanged += written.unchanged;
        }
        let is_incremental = self.progress.record.mode == Mode::Incremental;
        self.progress.reread |= is_incremental && missing.are_more && are_any_usable;
        Ok(())
    }

    /// Not counted: the run that read its page has counted it.
    fn set_aside(&self, error: DecodeError) {
        tracing::warn!(
            store_id = %self.lease.store_id, run_id = %self.progress.record.run_id,
            resource = T::RESOURCE.as_str(), error = %error, "a missing record cannot be decoded"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_ids_are_unique_and_limited() {
        let mut missing = Missing::default();
        for number in 0..MAX_FETCHED {
            missing.add(&number.to_string());
            missing.add(&number.to_string());
        }
        assert_eq!((missing.ids.len(), missing.are_more), (MAX_FETCHED, false));
        missing.add("7");
        assert!(!missing.are_more);
        missing.add("one more");
        assert_eq!((missing.ids.len(), missing.are_more), (MAX_FETCHED, true));
    }
}
