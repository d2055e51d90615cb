//! Reading a collection: what each page is asked for with, what its records become.

use super::record::SyncRecord;
use crate::config::Contract;
use crate::domain::{Counts, Generation};
use crate::shoprenter::wire::{self, DecodeError, Decoded, Page, ShopContext};
use crate::shoprenter::{ApiError, Session};
use crate::store::Cached;

/// Records a page: ShopRenter's limit.
pub(super) const PAGE: u64 = 200;

/// A page of a collection.
pub(super) struct RecordPage<T> {
    /// Its records, ready to be written.
    pub(super) records: Vec<Cached<T>>,
    /// What its records came to; nothing is written yet.
    pub(super) counts: Counts,
    /// Why records were set aside.
    pub(super) quarantined: Vec<DecodeError>,
    /// Whether another page follows.
    pub(super) has_next: bool,
}

/// Reads a page in the contract's dialect. `number` counts from 0. None past the end, where the
/// list became shorter while it was read.
pub(super) async fn page<T: SyncRecord>(
    session: &Session<'_>,
    contract: Contract,
    number: u64,
    generation: Generation,
    context: &ShopContext,
) -> Result<Option<RecordPage<T>>, ApiError> {
    let query = match contract {
        Contract::Official => format!("full=1&page={number}&limit={PAGE}"),
        Contract::Brief => format!("page={}&limit={PAGE}", number + 1),
    };
    let decode = |body: &[u8]| {
        let body = wire::body_text(body);
        Ok(decode_page(&understand(&body)?, contract, generation, context))
    };
    match session.get(T::collection(contract), &query, decode).await {
        Ok(page) => Ok(Some(page)),
        Err(ApiError::PastEnd) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Decodes a page's records one by one; what cannot be decoded is set aside.
fn decode_page<T: SyncRecord>(
    page: &Page<'_>,
    contract: Contract,
    generation: Generation,
    context: &ShopContext,
) -> RecordPage<T> {
    let mut records = Vec::with_capacity(page.items.len());
    let mut quarantined = Vec::new();
    for item in &page.items {
        match T::decode(item, contract, context) {
            Ok(Decoded { record, raw }) => {
                records.push(Cached { generation, record, raw: raw.into_bytes() });
            }
            Err(error) => quarantined.push(error),
        }
    }
    let counts = Counts {
        seen: page.items.len() as u64,
        quarantined: quarantined.len() as u64,
        ..Counts::default()
    };
    let has_next = page.has_next && !page.items.is_empty();
    RecordPage { records, counts, quarantined, has_next }
}

/// Finds the items of an answer.
pub(super) fn understand(body: &str) -> Result<Page<'_>, ApiError> {
    wire::decode_page(body).map_err(|_| ApiError::Malformed("not a page"))
}
