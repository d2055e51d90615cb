//! Sample stores in all states that the pages show.

mod parts;
mod states;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{Counts, Mode, Order, Platform, Resource, ShopName, Store};
use shopcall_core::pages::{ActionResult, ConnectPage, Count, Language, Notice, StorePage, shell};
use shopcall_core::runtime::config::Environment;
use shopcall_core::runtime::http::Answer;
use shopcall_core::storage::{Progress, RunRecord, RunStatus, StoreOverview, SyncState};

pub(crate) use states::scenes;

const LANGUAGES: [Language; 2] = [Language::Hungarian, Language::English];
/// Hostile text: script, all kinds of quotes and right-to-left text.
pub(crate) const HOSTILE: &str = "<script>alert('x')</script>\"'`&lt;\u{202e}مرحبا{{ 7*7 }}";

/// A page in a certain state.
pub(crate) struct Sample {
    /// Name of the state.
    pub(crate) name: &'static str,
    /// The language of the page.
    pub(crate) language: Language,
    /// The page.
    pub(crate) answer: Answer,
}

/// Owned data of a store's page.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) overview: StoreOverview,
    pub(crate) runs: Vec<RunRecord>,
    pub(crate) counts: BTreeMap<Resource, Count>,
    pub(crate) newest_order: Option<Order>,
    pub(crate) result: Option<ActionResult>,
}

/// The current time of all samples.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_795_332_660).unwrap_or_default()
}

/// The platform of the samples.
pub(crate) fn platform() -> Arc<dyn Platform> {
    let entry = platforms::shoprenter::without_api(&Environment::new(&|_| None));
    entry.unwrap_or_else(|_| std::process::abort()).platform
}

/// All pages in all states, in both languages.
pub(crate) fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    for language in LANGUAGES {
        for (name, scene) in scenes() {
            samples.push(Sample { name, language, answer: scene.page(language) });
        }
        samples.extend(connect(language));
        samples.push(Sample {
            name: "shell",
            language,
            answer: shell(language, &platform().frame_ancestors(None, None)),
        });
        let shop = ShopName::parse("mintabolt").ok();
        for notice in Notice::ALL {
            let answer = notice.page_within(&*platform(), language, shop.as_ref(), &[]);
            samples.push(Sample { name: name_of(notice), language, answer });
        }
    }
    samples
}

impl Scene {
    /// The page in the given language.
    pub(crate) fn page(&self, language: Language) -> Answer {
        let zone = TimeZone::get("Europe/Budapest").unwrap_or(TimeZone::UTC);
        let frame_ancestors = ["https://mintabolt.myshoprenter.hu".to_owned()];
        StorePage {
            platform: &*platform(),
            overview: &self.overview,
            runs: &self.runs,
            counts: &self.counts,
            newest_order: self.newest_order.as_ref(),
            approve_scopes: Some("https://mintabolt.myshoprenter.hu/admin/app/c/approveScopes"),
            admin_url: "https://mintabolt.myshoprenter.hu/admin/app/c",
            frame_ancestors: &frame_ancestors,
            frame_proof: None,
            zone: &zone,
            language,
            session: &format!("v1.{}.{}", "p".repeat(150), "s".repeat(43)),
            once: &"0f".repeat(16),
            result: self.result,
            now: now(),
        }
        .answer()
    }

    pub(crate) fn store(&mut self) -> &mut Store {
        &mut self.overview.store
    }

    pub(crate) fn running(&mut self, resource: Resource, progress: Option<Progress>) {
        let leased_until = Some(now() + SignedDuration::from_secs(80));
        let cursor = self.overview.syncs.get(&resource).and_then(|sync| sync.cursor.clone());
        let begun = RunRecord {
            status: RunStatus::Running,
            counts: Counts::default(),
            ..parts::run(resource, Mode::Full, 1)
        };
        let run_id = Some(begun.run_id.clone());
        let sync = SyncState { cursor, leased_until, run_id, progress };
        self.overview.syncs.insert(resource, sync);
        self.runs.insert(0, begun);
    }

    pub(crate) fn counted(&mut self, rows: [u64; 3], is_more: bool) {
        let count = |rows| Count { rows, is_more };
        self.counts = Resource::ALL.into_iter().zip(rows.map(count)).collect();
    }
}

fn connect(language: Language) -> [Sample; 2] {
    let platform = platform();
    let page = ConnectPage { language, is_chosen: false, platform: &*platform, refused: None };
    let wrong = ConnectPage { refused: Some("minta bolt.hu"), ..page };
    [
        Sample { name: "connect", language, answer: page.answer() },
        Sample { name: "connect-refused", language, answer: wrong.answer() },
    ]
}

fn name_of(notice: Notice) -> &'static str {
    match notice {
        Notice::ClientRefused => "notice-client-refused",
        Notice::PlatformUnavailable => "notice-platform-unavailable",
        Notice::Uninstalled => "notice-uninstalled",
        Notice::Malformed => "notice-malformed",
        Notice::NotSigned => "notice-not-signed",
        Notice::Expired => "notice-expired",
        Notice::Outdated => "notice-outdated",
        Notice::SessionOver => "notice-session-over",
        Notice::Unavailable => "notice-unavailable",
    }
}
