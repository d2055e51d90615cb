//! The ids that a shop has, read as links: a small answer for each 200 records.

use super::walk::{IdPage, PAGE, Walk};
use super::{Halt, Sweep};
use crate::config::Contract;
use crate::shoprenter::{ApiError, wire};
use crate::sync::listing::understand;
use crate::sync::record::SyncRecord;

impl<T: SyncRecord> Sweep<'_, T> {
    /// Reads the whole list, and shows `meet` each id.
    pub(super) async fn list(&self, mut meet: impl FnMut(&str)) -> Result<(), Halt> {
        let collection = T::collection(self.engine.contract);
        let mut walk = Walk::from(match self.engine.contract {
            Contract::Official => 0,
            Contract::Brief => 1,
        });
        loop {
            let query = format!("page={}&limit={PAGE}", walk.number());
            let page = match self.session.get(collection, &query, id_page).await {
                Ok(page) => page,
                Err(ApiError::PastEnd) => {
                    walk.past_the_end()?;
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            };
            let is_last = walk.take(&page)?;
            page.ids.iter().flatten().for_each(|id| meet(id));
            if is_last {
                return Ok(());
            }
        }
    }
}

fn id_page(body: &[u8]) -> Result<IdPage, ApiError> {
    let body = wire::body_text(body);
    let page = understand(&body)?;
    Ok(IdPage {
        number: page.page,
        page_count: page.page_count,
        has_next: page.has_next,
        ids: page.items.iter().map(|item| wire::resource_id(item)).collect(),
    })
}
