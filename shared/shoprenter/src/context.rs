//! Settings of a shop needed to decode its records, read at the start of a run.
//!
//! A missing permission degrades only what depends on it: ids replace the names of languages and
//! statuses, and Hungarian defaults the rest.

use serde_json::value::RawValue;

use shopcall_domain::{ApiError, Resource};

use crate::Contract;
use crate::client::Session;
use crate::pages::{PAGE, understand};
use crate::wire::{self, ShopContext, Site};

/// Shops have about a hundred settings, a few languages, dozens of statuses and hundreds of
/// categories.
const MAX_PAGES: u64 = 10;

/// Context of a shop and its origin.
pub(super) struct Known {
    /// Context for decoding the records.
    pub(super) context: ShopContext,
    /// Whether the time zone comes from the shop rather than the default.
    pub(super) is_zone_known: bool,
}

/// Reads the context for records of `resource`.
pub(super) async fn read(session: &Session, resource: Resource) -> Result<Known, ApiError> {
    let mut context = ShopContext::default();
    if session.contract() == Contract::Brief {
        return Ok(Known { context, is_zone_known: false });
    }
    if resource != Resource::Customers {
        every_page(session, "languages", |items| context.languages.add(items)).await?;
    }
    let (mut zone, mut country, mut cancelled, mut language) = (None, None, None, None);
    let (mut currency, mut stock_count) = (None, None);
    every_page(session, "settings", |items| {
        zone = zone.take().or_else(|| wire::decode_time_zone(items));
        country = country.take().or_else(|| wire::decode_country(items));
        language = language.take().or_else(|| wire::decode_default_language(items));
        currency = currency.take().or_else(|| wire::decode_currency(items));
        stock_count = stock_count.or_else(|| wire::decode_stock_count(items));
        cancelled = cancelled.take().or_else(|| wire::decode_cancelled_status(items));
    })
    .await?;
    context.stock_count = stock_count.unwrap_or(context.stock_count);
    let is_zone_known = zone.is_some();
    context.time_zone = zone.unwrap_or(context.time_zone);
    let usual = || wire::usual_country(currency, language.as_deref());
    context.country = country.or_else(usual).unwrap_or(context.country);
    context.language = language;
    if resource == Resource::Products {
        read_product_names(session, &mut context).await?;
    }
    if resource == Resource::Orders {
        read_statuses(session, &mut context, cancelled).await?;
    }
    Ok(Known { context, is_zone_known })
}

/// Reads what products refer to by id, for which each costs a request per 200 records.
async fn read_product_names(session: &Session, context: &mut ShopContext) -> Result<(), ApiError> {
    let ShopContext { languages, names, .. } = context;
    every_page(session, "categoryExtend", |items| names.add_categories(items, languages)).await?;
    every_page(session, "manufacturers", |items| names.add_manufacturers(items)).await?;
    every_page(session, "stockStatusDescriptions", |items| {
        names.add_availabilities(items, languages);
    })
    .await?;
    every_page(session, "attributeDescriptions", |items| names.add_attributes(items, languages))
        .await?;
    context.site = Some(Site::new(session.shop().clone(), session.find_domains().await?));
    Ok(())
}

async fn read_statuses(
    session: &Session,
    context: &mut ShopContext,
    cancelled: Option<String>,
) -> Result<(), ApiError> {
    let ShopContext { languages, statuses, .. } = context;
    every_page(session, "orderStatusDescriptions", |items| statuses.add_names(items, languages))
        .await?;
    if let Some(cancelled) = cancelled {
        every_page(session, "orderStatuses", |items| statuses.add_numbers(items)).await?;
        statuses.set_cancelled(cancelled);
    }
    Ok(())
}

/// Passes each page of a small collection to `take`. False if the shop refuses it.
pub(crate) async fn every_page(
    session: &Session,
    resource: &'static str,
    mut take: impl FnMut(&[&RawValue]),
) -> Result<bool, ApiError> {
    for number in 0..MAX_PAGES {
        let query = format!("full=1&page={number}&limit={PAGE}");
        let has_next = session.get_optional(resource, &query, |body| {
            let body = wire::body_text(body);
            let page = understand(&body)?;
            take(&page.items);
            Ok(page.has_next)
        });
        match has_next.await? {
            Some(true) => {}
            Some(false) => return Ok(true),
            None => return Ok(number > 0),
        }
    }
    Ok(true)
}
