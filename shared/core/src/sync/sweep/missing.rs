//! What the shop has and the table lacks: records that slipped through while pages shifted.

use super::patience::Patience;
use super::{Halt, Sweep};
use crate::domain::{ApiError, DecodeError, Mode};
use crate::storage::WRITE_BATCH;
use crate::sync::listing::cached;
use crate::sync::record::SyncRecord;

/// How many missing records a sweep fetches, a request each.
const MAX_FETCHED: usize = 100;

/// Ids that are listed and have no row.
#[derive(Debug, Default)]
pub(super) struct Missing {
    ids: Vec<String>,
    are_more: bool,
}

impl Missing {
    /// Notes one, once.
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
    /// Fetches what is missing and writes it. Where more is missing than is fetched one by one,
    /// the next run reads everything; not so after a run that just did, or where nothing can be
    /// made of what was fetched: that would never end.
    pub(super) async fn fetch(&mut self, missing: Missing) -> Result<(), Halt> {
        let mut are_any_usable = false;
        let mut patience = Patience::default();
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
                    Err(error) => patience.forgive(error)?,
                }
            }
            are_any_usable |= !records.is_empty();
            self.remember().await?;
            let run = &self.progress.record;
            let written = self.engine.write(self.lease, run, &records, asked_at).await?;
            let counts = &mut self.progress.record.counts;
            counts.seen += records.len() as u64;
            counts.written += written.written;
            counts.unchanged += written.unchanged;
        }
        let is_incremental = self.progress.record.mode == Mode::Incremental;
        self.progress.read_anew |= is_incremental && missing.are_more && are_any_usable;
        Ok(())
    }

    /// It is not counted: the run that read its page has done so.
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
    fn each_is_noted_once_and_too_many_are_not_fetched() {
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
