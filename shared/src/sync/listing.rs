//! Reading a collection: what each page is asked for with, what its records become.

use serde_json::value::RawValue;

use super::record::SyncRecord;
use crate::config::Contract;
use crate::domain::{Counts, Generation};
use crate::shoprenter::wire::{self, DecodeError, Decoded, Page, ShopContext};
use crate::shoprenter::{ApiError, Session};
use crate::store::Cached;

/// Records a page: ShopRenter's limit.
const PAGE: u64 = 200;
/// Shops have some hundred settings and a few languages.
const MAX_CONTEXT_PAGES: u64 = 10;

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

fn understand(body: &str) -> Result<Page<'_>, ApiError> {
    wire::decode_page(body).map_err(|_| ApiError::Malformed("not a page"))
}

/// The shop's languages and time zone, which records are decoded with. A permission that is
/// missing costs what needs it, not the run: ids stand for languages, Budapest for the zone.
pub(super) async fn context(
    session: &Session<'_>,
    contract: Contract,
) -> Result<ShopContext, ApiError> {
    let mut context = ShopContext::default();
    if contract == Contract::Brief {
        return Ok(context);
    }
    every_page(session, "languages", |items| {
        context.languages.add(items);
        false
    })
    .await?;
    let mut zone = None;
    every_page(session, "settings", |items| {
        zone = wire::decode_time_zone(items);
        zone.is_some()
    })
    .await?;
    context.time_zone = zone.unwrap_or(context.time_zone);
    Ok(context)
}

/// Shows `take` the pages of a small collection until it has seen enough.
async fn every_page(
    session: &Session<'_>,
    resource: &'static str,
    mut take: impl FnMut(&[&RawValue]) -> bool,
) -> Result<(), ApiError> {
    for number in 0..MAX_CONTEXT_PAGES {
        let query = format!("full=1&page={number}&limit={PAGE}");
        let is_last = session.get(resource, &query, |body| {
            let body = wire::body_text(body);
            let page = understand(&body)?;
            Ok(take(&page.items) || !page.has_next)
        });
        match is_last.await {
            Ok(false) => {}
            Ok(true)
            | Err(
                ApiError::MissingPermission { .. } | ApiError::NotFound { .. } | ApiError::PastEnd,
            ) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
