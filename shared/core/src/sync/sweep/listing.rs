//! Lists the ids of a shop's records.

use super::walk::Walk;
use super::{Halt, Sweep};
use crate::sync::record::SyncRecord;

impl<T: SyncRecord> Sweep<'_, T> {
    /// Reads the whole list and passes each id to `mark`.
    pub(super) async fn list(&self, mut mark: impl FnMut(&str)) -> Result<(), Halt> {
        let mut walk = Walk::default();
        loop {
            let Some(page) = self.source.ids(T::RESOURCE, walk.number()).await? else {
                walk.past_the_end()?;
                return Ok(());
            };
            let is_last = walk.take(&page)?;
            page.ids.iter().flatten().for_each(|id| mark(id));
            if is_last {
                return Ok(());
            }
        }
    }
}
