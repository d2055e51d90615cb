//! What must be known of a shop before its records can be understood, read at the start of a run.
//!
//! A permission that is missing costs what needs it, not the run: ids stand for languages and
//! statuses then, and what holds in Hungary for the rest.

use serde_json::value::RawValue;

use shopcall_domain::{ApiError, Resource};

use crate::Contract;
use crate::client::Session;
use crate::pages::{PAGE, understand};
use crate::wire::{self, ShopContext};

/// Shops have some hundred settings, a few languages and some dozens of statuses.
const MAX_PAGES: u64 = 10;

/// What is known of a shop.
pub(super) struct Known {
    /// What its records are decoded with.
    pub(super) context: ShopContext,
    /// Whether the time zone is the shop's own word and not our guess.
    pub(super) is_zone_told: bool,
}

/// Reads what records of `resource` need.
pub(super) async fn read(session: &Session, resource: Resource) -> Result<Known, ApiError> {
    let mut context = ShopContext::default();
    if session.contract() == Contract::Brief {
        return Ok(Known { context, is_zone_told: false });
    }
    if resource != Resource::Customers {
        every_page(session, "languages", |items| context.languages.add(items)).await?;
    }
    let (mut zone, mut country, mut cancelled) = (None, None, None);
    every_page(session, "settings", |items| {
        zone = zone.take().or_else(|| wire::decode_time_zone(items));
        country = country.take().or_else(|| wire::decode_country(items));
        cancelled = cancelled.take().or_else(|| wire::decode_cancelled_status(items));
    })
    .await?;
    let is_zone_told = zone.is_some();
    context.time_zone = zone.unwrap_or(context.time_zone);
    context.country = country.unwrap_or(context.country);
    if resource == Resource::Orders {
        read_statuses(session, &mut context, cancelled).await?;
    }
    Ok(Known { context, is_zone_told })
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

/// Shows `take` the pages of a small collection, none of one that may not be read.
async fn every_page(
    session: &Session,
    resource: &'static str,
    mut take: impl FnMut(&[&RawValue]),
) -> Result<(), ApiError> {
    for number in 0..MAX_PAGES {
        let query = format!("full=1&page={number}&limit={PAGE}");
        let has_next = session.get(resource, &query, |body| {
            let body = wire::body_text(body);
            let page = understand(&body)?;
            take(&page.items);
            Ok(page.has_next)
        });
        match has_next.await {
            Ok(true) => {}
            Ok(false)
            | Err(
                ApiError::MissingPermission { .. } | ApiError::NotFound { .. } | ApiError::PastEnd,
            ) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
