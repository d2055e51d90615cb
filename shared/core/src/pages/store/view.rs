//! Data of the store page's template.

use askama::Template;

use super::card::{CardView, Next};
use super::health::{self, Todo, WebhookView};
use super::runs::{self, RunView};
use super::settings::{self, ShareView, Speed};
use super::tone::Tone;
use super::{ActionResult, StorePage};
use crate::domain::{Resource, StoreState};
use crate::pages::assets::{SCRIPT, STYLE};
use crate::pages::format::Format;
use crate::pages::texts::{Texts, fill};

#[derive(Template)]
#[template(path = "store.html")]
pub(super) struct View<'a> {
    lang: &'static str,
    other: &'static str,
    style: String,
    script: String,
    texts: &'static Texts,
    shop: &'a str,
    session: &'a str,
    once: &'a str,
    frame_proof: Option<&'a str>,
    head: Head,
    result: Option<(Tone, String)>,
    todos: Vec<Todo<'a>>,
    cards: Vec<CardView>,
    can_sync: bool,
    is_enabled: bool,
    speeds: Vec<Speed>,
    shares: Vec<ShareView>,
    webhooks: Vec<WebhookView>,
    webhooks_lead: String,
    runs: Vec<RunView>,
}

/// The head of the page.
struct Head {
    tone: Tone,
    title: &'static str,
    lead: &'static str,
    /// Announced by screen readers when it changes.
    spoken: &'static str,
    /// Whether a sync is in progress, so that the script polls more often.
    is_running: bool,
}

impl<'a> View<'a> {
    pub(super) fn of(page: &StorePage<'a>) -> Self {
        let texts = Texts::of(page.language);
        let format = Format { language: page.language, zone: page.zone };
        let store = &page.overview.store;
        let todos = health::todos(page, texts, &format);
        let cards: Vec<_> =
            Resource::ALL.map(|resource| CardView::of(resource, page, texts, &format)).into();
        let shares = settings::shares(store, texts);
        Self {
            lang: page.language.as_str(),
            other: page.language.other().as_str(),
            style: STYLE.href(),
            script: SCRIPT.href(),
            texts,
            shop: store.id.shop().as_str(),
            session: page.session,
            once: page.once,
            frame_proof: page.frame_proof,
            head: Head::of(page, texts, &todos, &cards),
            result: page.result.map(|result| result_text(result, texts)),
            todos,
            can_sync: shares.iter().any(|share| share.is_shared),
            cards,
            is_enabled: store.sync.enabled,
            speeds: settings::speeds(store.sync.frequency, texts),
            shares,
            webhooks: health::webhooks(page.overview, texts, &format),
            webhooks_lead: fill(texts.webhooks.lead, &[("platform", page.platform.name())]),
            runs: runs::latest(page, texts, &format),
        }
    }
}

impl Head {
    fn of(
        page: &StorePage<'_>,
        texts: &'static Texts,
        todos: &[Todo<'_>],
        cards: &[CardView],
    ) -> Self {
        let (store, standing) = (&page.overview.store, &texts.standing);
        let title = match store.state {
            StoreState::NeedsAttention => standing.troubled,
            _ => standing.connected,
        };
        let is_busy = cards.iter().any(CardView::is_busy);
        let is_requested =
            matches!(page.result, Some(ActionResult::SyncAsked | ActionResult::Shared(_)));
        let (tone, lead, spoken) = if todos.iter().any(|todo| todo.is_urgent) {
            (Tone::Care, standing.needs_you, standing.spoken_care)
        } else if is_busy {
            (Tone::Busy, standing.being_read, standing.spoken_busy)
        } else if Resource::ALL.iter().all(|resource| !store.shares(*resource)) {
            (Tone::Quiet, standing.nothing_shared, standing.nothing_shared)
        } else if !store.sync.enabled {
            (Tone::Quiet, standing.schedule_off, standing.schedule_off)
        } else if cards.iter().any(CardView::has_failed) {
            (Tone::Care, standing.failing, standing.failing)
        } else {
            (Tone::Well, standing.all_well, standing.spoken_well)
        };
        Self { tone, title, lead, spoken, is_running: is_busy || is_requested }
    }
}

fn result_text(result: ActionResult, texts: &Texts) -> (Tone, String) {
    let standing = &texts.standing;
    let of = |text, resource| fill(text, &[("what", texts.resource(resource))]);
    match result {
        ActionResult::SyncAsked => (Tone::Well, standing.result_sync.to_owned()),
        ActionResult::Scheduled => (Tone::Well, standing.result_scheduled.to_owned()),
        ActionResult::Shared(resource) => (Tone::Well, of(standing.result_shared, resource)),
        ActionResult::NotShared(resource) => (Tone::Well, of(standing.result_not_shared, resource)),
        ActionResult::AlreadyDone => (Tone::Quiet, standing.result_already.to_owned()),
        ActionResult::Refused => (Tone::Care, standing.result_refused.to_owned()),
    }
}
