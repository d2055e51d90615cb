//! What the template of the store's page is given.

use askama::Template;

use super::card::{CardView, Next};
use super::health::{self, Todo, WebhookView};
use super::runs::{self, RunView};
use super::settings::{self, ShareView, Speed};
use super::{Said, StorePage};
use crate::domain::{Resource, StoreState};
use crate::pages::assets::{SCRIPT, STYLE};
use crate::pages::format::Format;
use crate::pages::texts::{Texts, fill};

/// How something stands: a class of the stylesheet, and a word for those who do not see colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Well,
    Busy,
    Care,
    Quiet,
}

impl Tone {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Busy => "busy",
            Self::Care => "care",
            Self::Quiet => "quiet",
        }
    }
}

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
    head: Head,
    said: Option<(Tone, String)>,
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

/// The first lines of the page.
struct Head {
    tone: Tone,
    title: &'static str,
    lead: &'static str,
    /// What a screen reader is told when it changes.
    announce: &'static str,
    /// Whether something goes on, so that the script looks often.
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
            head: Head::of(page, texts, &todos, &cards),
            said: page.said.map(|said| say(said, texts)),
            todos,
            can_sync: shares.iter().any(|share| share.is_shared),
            cards,
            is_enabled: store.sync.enabled,
            speeds: settings::speeds(store.sync.frequency, texts),
            shares,
            webhooks: health::webhooks(page.overview, texts, &format),
            webhooks_lead: fill(texts.webhooks.lead, &[("platform", page.platform)]),
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
        let is_asked_for = matches!(page.said, Some(Said::SyncAsked | Said::Shared(_)));
        let (tone, lead, announce) = if todos.iter().any(|todo| todo.is_urgent) {
            (Tone::Care, standing.needs_you, standing.announce_care)
        } else if is_busy {
            (Tone::Busy, standing.being_read, standing.announce_busy)
        } else if Resource::ALL.iter().all(|resource| !store.shares(*resource)) {
            (Tone::Quiet, standing.withheld_all, standing.withheld_all)
        } else if !store.sync.enabled {
            (Tone::Quiet, standing.schedule_off, standing.schedule_off)
        } else if cards.iter().any(CardView::has_failed) {
            (Tone::Care, standing.failing, standing.failing)
        } else {
            (Tone::Well, standing.all_well, standing.announce_well)
        };
        Self { tone, title, lead, announce, is_running: is_busy || is_asked_for }
    }
}

fn say(said: Said, texts: &Texts) -> (Tone, String) {
    let standing = &texts.standing;
    let of = |text, resource| fill(text, &[("what", texts.resource(resource))]);
    match said {
        Said::SyncAsked => (Tone::Well, standing.said_sync.to_owned()),
        Said::Scheduled => (Tone::Well, standing.said_scheduled.to_owned()),
        Said::Shared(resource) => (Tone::Well, of(standing.said_shared, resource)),
        Said::Withheld(resource) => (Tone::Well, of(standing.said_withheld, resource)),
        Said::AlreadyDone => (Tone::Quiet, standing.said_already.to_owned()),
        Said::Refused => (Tone::Care, standing.said_refused.to_owned()),
    }
}
