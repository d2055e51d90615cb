//! Required actions of the merchant, and status of the webhooks.

use std::collections::BTreeSet;

use super::StorePage;
use super::tone::Tone;
use crate::domain::StoreState;
use crate::pages::format::Format;
use crate::pages::texts::{Texts, fill};
use crate::storage::{Registration, StoreOverview};

/// An action for the merchant, shown at the top of the page.
pub(super) struct Todo<'a> {
    pub(super) title: String,
    /// What happened, and what to do: one paragraph each.
    pub(super) paragraphs: Vec<String>,
    pub(super) link: Option<(&'a str, &'static str)>,
    /// Whether syncs or webhooks do not work until the action is done.
    pub(super) is_urgent: bool,
}

/// Status of a webhook.
pub(super) struct WebhookView {
    pub(super) name: &'static str,
    pub(super) tone: Tone,
    pub(super) state: String,
}

/// All required actions, the most urgent first.
pub(super) fn todos<'a>(
    page: &StorePage<'a>,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Vec<Todo<'a>> {
    let all = [
        refused(page, texts, format),
        permission(page, texts),
        silent(page, texts),
        without(page, texts),
    ];
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
        vec![fill(standing.refused_what, &[("since", &since), ("platform", page.platform.name())])];
    paragraphs.push(standing.refused_next.to_owned());
    paragraphs.extend(store.paused.then(|| standing.refused_paused.to_owned()));
    let link = Some((page.admin_url, standing.refused_link));
    let title = fill(standing.refused_title, &[("platform", page.platform.name())]);
    Some(Todo { title, paragraphs, link, is_urgent: true })
}

/// Missing permissions, except for resources that are not shared.
fn permission<'a>(page: &StorePage<'a>, texts: &'static Texts) -> Option<Todo<'a>> {
    let (overview, standing) = (page.overview, &texts.standing);
    let store = &overview.store;
    let named = |what: &str, permission: &str| format!("{what} ({permission})");
    let records = store.missing_permissions.iter().filter(|resource| store.shares(**resource));
    let mut missing: Vec<_> = records
        .map(|resource| {
            named(texts.resource_inside(*resource), page.platform.read_permission(*resource))
        })
        .collect();
    let webhooks = || named(texts.common.webhooks_inside, page.platform.webhook_permission());
    missing.extend(overview.webhooks.is_permission_missing.then(webhooks));
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

/// Data that shared resources are read without, and the permission for each.
fn without<'a>(page: &StorePage<'a>, texts: &'static Texts) -> Option<Todo<'a>> {
    let (store, standing) = (&page.overview.store, &texts.standing);
    let of_shared = store.ungranted.iter().filter(|(resource, _)| store.shares(**resource));
    let permissions: BTreeSet<_> = of_shared.flat_map(|(_, permissions)| permissions).collect();
    if permissions.is_empty() {
        return None;
    }
    let mut paragraphs = vec![standing.without_what.to_owned()];
    paragraphs.extend(permissions.into_iter().map(|permission| {
        let data = texts.optional_data(page.platform.optional_data(permission));
        format!("{data} ({permission})")
    }));
    paragraphs.push(standing.without_next.to_owned());
    Some(Todo {
        title: standing.without_title.to_owned(),
        paragraphs,
        link: page.approve_scopes.map(|address| (address, standing.permission_link)),
        is_urgent: false,
    })
}

fn silent<'a>(page: &StorePage<'a>, texts: &'static Texts) -> Option<Todo<'a>> {
    let standing = &texts.standing;
    let is_silent = registrations(page.overview).any(|webhook| webhook.silent_since.is_some());
    is_silent.then(|| Todo {
        title: standing.silent_title.to_owned(),
        paragraphs: vec![
            fill(standing.silent_what, &[("platform", page.platform.name())]),
            standing.silent_next.to_owned(),
        ],
        link: None,
        is_urgent: false,
    })
}

/// Webhooks of the current install for shared resources, by event.
pub(super) fn webhooks(
    overview: &StoreOverview,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Vec<WebhookView> {
    let mut rows: Vec<_> = registrations(overview).collect();
    rows.sort_by_key(|row| row.event);
    let mut views: Vec<WebhookView> =
        rows.into_iter().map(|row| webhook(row, texts, format)).collect();
    // Several events can have the same display name.
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
        // Webhooks of resources that are not shared are unwanted, even if still registered.
        row.generation == store.generation && store.shares(row.event.resource())
    };
    overview.webhooks.registrations.iter().filter(counts)
}
