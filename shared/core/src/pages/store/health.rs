//! What the merchant is asked to do, and how the webhooks are.

use super::StorePage;
use super::view::Tone;
use crate::domain::StoreState;
use crate::pages::format::Format;
use crate::pages::texts::{Texts, fill};
use crate::storage::{Registration, StoreOverview};

/// Something that the merchant can do, first on the page.
pub(super) struct Todo<'a> {
    pub(super) title: String,
    /// What happened, and what to do, a paragraph each.
    pub(super) paragraphs: Vec<String>,
    pub(super) link: Option<(&'a str, &'static str)>,
    /// Whether something does not work until it is done.
    pub(super) is_urgent: bool,
}

/// One webhook.
pub(super) struct WebhookView {
    pub(super) name: &'static str,
    pub(super) tone: Tone,
    pub(super) state: String,
}

/// All there is to do, the most urgent first.
pub(super) fn todos<'a>(
    page: &StorePage<'a>,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Vec<Todo<'a>> {
    let all = [refused(page, texts, format), permission(page, texts), silent(page, texts)];
    all.into_iter().flatten().collect()
}

fn refused<'a>(
    page: &StorePage<'a>,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Option<Todo<'a>> {
    let (store, standing) = (&page.overview.store, &texts.standing);
    if store.state != StoreState::NeedsAttention {
        return None;
    }
    let since = format.time(store.troubled_since.unwrap_or(page.now)).text;
    let mut paragraphs =
        vec![fill(standing.refused_what, &[("since", &since), ("platform", page.platform)])];
    paragraphs.push(standing.refused_next.to_owned());
    paragraphs.extend(store.paused.then(|| standing.refused_paused.to_owned()));
    let link = Some((page.admin_url, standing.refused_link));
    let title = fill(standing.refused_title, &[("platform", page.platform)]);
    Some(Todo { title, paragraphs, link, is_urgent: true })
}

/// What cannot be read for lack of a permission; not what the merchant does not share anyway.
fn permission<'a>(page: &StorePage<'a>, texts: &'static Texts) -> Option<Todo<'a>> {
    let (overview, standing) = (page.overview, &texts.standing);
    let store = &overview.store;
    let records = store.lacking.iter().filter(|resource| store.shares(**resource));
    let mut missing: Vec<_> = records.map(|resource| texts.resource_inside(*resource)).collect();
    missing.extend(overview.webhooks.is_lacking.then_some(texts.common.webhooks_inside));
    if missing.is_empty() {
        return None;
    }
    let what = fill(standing.permission_what, &[("what", &missing.join(", "))]);
    Some(Todo {
        title: standing.permission_title.to_owned(),
        paragraphs: vec![what, standing.permission_next.to_owned()],
        link: page.approve_scopes.map(|address| (address, standing.permission_link)),
        is_urgent: true,
    })
}

fn silent<'a>(page: &StorePage<'a>, texts: &'static Texts) -> Option<Todo<'a>> {
    let standing = &texts.standing;
    let is_silent = registrations(page.overview).any(|webhook| webhook.silent_since.is_some());
    is_silent.then(|| Todo {
        title: standing.silent_title.to_owned(),
        paragraphs: vec![
            fill(standing.silent_what, &[("platform", page.platform)]),
            standing.silent_next.to_owned(),
        ],
        link: None,
        is_urgent: false,
    })
}

/// The webhooks of the present install that tell of what is shared, by event.
pub(super) fn webhooks(
    overview: &StoreOverview,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Vec<WebhookView> {
    let mut rows: Vec<_> = registrations(overview).collect();
    rows.sort_by_key(|row| row.event);
    let mut views: Vec<WebhookView> =
        rows.into_iter().map(|row| webhook(row, texts, format)).collect();
    // Several events of the older contract go by one name.
    views.dedup_by(|later, earlier| later.name == earlier.name && later.tone == earlier.tone);
    views
}

fn webhook(row: &Registration, texts: &'static Texts, format: &Format<'_>) -> WebhookView {
    let words = &texts.webhooks;
    let (tone, state) = if !row.active {
        (Tone::Quiet, words.not_yet.to_owned())
    } else if row.silent_since.is_some() {
        (Tone::Care, fill(words.silent, &[("count", &format.number(row.missed))]))
    } else if let Some(last) = row.last_received {
        (Tone::Well, fill(words.works_since, &[("when", &format.time(last).text)]))
    } else {
        (Tone::Well, words.works.to_owned())
    };
    WebhookView { name: texts.webhook(row.event), tone, state }
}

fn registrations(overview: &StoreOverview) -> impl Iterator<Item = &Registration> {
    let store = &overview.store;
    let counts = |row: &&Registration| {
        // What is withheld is no longer wanted of the shop, even where it still has the webhook.
        row.generation == store.generation && store.shares(row.event.resource())
    };
    overview.webhooks.registrations.iter().filter(counts)
}
