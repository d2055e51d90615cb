//! Card of one kind of records: count, freshness and current activity.

use jiff::{SignedDuration, Timestamp};

use super::StorePage;
use super::tone::Tone;
use crate::domain::{Order, Resource, StoreState};
use crate::pages::format::{Format, When};
use crate::pages::language::Language;
use crate::pages::texts::{Texts, fill};
use crate::storage::{Phase, Progress, RunFailure, RunRecord, RunStatus};

/// How long after an install the first syncs are expected to start.
const FIRST_SYNC_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// A card of the page.
pub(super) struct CardView {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// Number of records; None if not counted.
    pub(super) count: Option<String>,
    pub(super) tone: Tone,
    /// Status text; None if all is well.
    pub(super) state: Option<String>,
    pub(super) bar: Option<Bar>,
    pub(super) facts: Option<Facts>,
    pub(super) newest: Option<Newest>,
    is_busy: bool,
    has_failed: bool,
}

/// Progress of a run.
pub(super) struct Bar {
    pub(super) text: String,
    /// Pages done and total pages, if known.
    pub(super) pages: Option<(u64, u64)>,
}

/// The last sync and the next one.
pub(super) struct Facts {
    pub(super) last: Option<When>,
    /// Changes made by the last sync.
    pub(super) did: Option<String>,
    pub(super) next: Option<Next>,
}

/// The next sync.
pub(super) enum Next {
    At(When),
    Text(&'static str),
}

/// The order with the highest number.
pub(super) struct Newest {
    pub(super) number: String,
    pub(super) total: Option<String>,
    /// Name of the status, as defined by the shop.
    pub(super) status: Option<String>,
}

/// Main status of a kind of records.
enum Condition<'a> {
    NotShared { is_erased: bool },
    Running(Option<&'a Progress>),
    PermissionMissing,
    Failed(&'a RunRecord),
    Waiting { is_near: bool },
    Well,
}

impl CardView {
    pub(super) fn of(
        resource: Resource,
        page: &StorePage<'_>,
        texts: &'static Texts,
        format: &Format<'_>,
    ) -> Self {
        let condition = Condition::of(resource, page);
        let card = &texts.card;
        let is_refused = page.overview.store.state == StoreState::NeedsAttention;
        let (tone, state) = match &condition {
            Condition::NotShared { is_erased: true } => {
                (Tone::Quiet, Some(card.not_shared.to_owned()))
            }
            Condition::NotShared { is_erased: false } => {
                (Tone::Busy, Some(card.erasing.to_owned()))
            }
            Condition::Running(_) => (Tone::Busy, None),
            Condition::PermissionMissing => (Tone::Care, Some(card.permission_missing.to_owned())),
            // The reason is shown above all cards.
            Condition::Failed(_) if is_refused => (Tone::Care, None),
            Condition::Failed(run) => (Tone::Care, Some(failed(run, texts, page.platform.name()))),
            Condition::Waiting { is_near: true } => (Tone::Busy, Some(card.waiting.to_owned())),
            Condition::Waiting { is_near: false } => (Tone::Quiet, None),
            Condition::Well => (Tone::Well, None),
        };
        let bar = match condition {
            Condition::Running(progress) => Some(Bar::of(progress, texts, format)),
            _ => None,
        };
        let is_not_shared = matches!(condition, Condition::NotShared { .. });
        let shown =
            |order: &&Order| resource == Resource::Orders && !is_not_shared && !order.provisional;
        Self {
            id: resource.as_str(),
            name: texts.resource(resource),
            count: count(resource, page, format).filter(|_| !is_not_shared),
            tone,
            state,
            facts: (!is_not_shared)
                .then(|| Facts::of(resource, page, texts, format, bar.is_some())),
            bar,
            newest: page.newest_order.filter(shown).and_then(|order| Newest::of(order, format)),
            is_busy: matches!(
                condition,
                Condition::Running(_) | Condition::Waiting { is_near: true }
            ),
            has_failed: matches!(condition, Condition::Failed(_)),
        }
    }

    /// Whether a sync is in progress or about to start.
    pub(super) fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Whether its last run failed.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed
    }
}

impl<'a> Condition<'a> {
    fn of(resource: Resource, page: &StorePage<'a>) -> Self {
        let overview = page.overview;
        let store = &overview.store;
        if let Some(not_shared) = store.not_shared.get(&resource) {
            return Self::NotShared { is_erased: not_shared.erased };
        }
        let sync = overview.syncs.get(&resource);
        if let Some(sync) = sync.filter(|sync| is_after(sync.leased_until, page.now)) {
            return Self::Running(sync.progress.as_ref());
        }
        if store.missing_permissions.contains(&resource) {
            return Self::PermissionMissing;
        }
        // Ignore runs stopped because the resource is not shared.
        let is_not_shared = |run: &RunRecord| run.failure == Some(RunFailure::NotShared);
        let ended = |run: &&RunRecord| run.status != RunStatus::Running && !is_not_shared(run);
        match runs_of(resource, page).find(ended) {
            Some(run) if run.status == RunStatus::Failed => return Self::Failed(run),
            Some(_) => return Self::Well,
            None => {}
        }
        if sync.is_some_and(|sync| sync.cursor.is_some()) {
            return Self::Well;
        }
        let age = page.now.duration_since(store.installed_at);
        Self::Waiting { is_near: age < FIRST_SYNC_WITHIN }
    }
}

impl Bar {
    fn of(progress: Option<&Progress>, texts: &Texts, format: &Format<'_>) -> Self {
        let card = &texts.card;
        let Some(progress) = progress else {
            return Self { text: card.starting.to_owned(), pages: None };
        };
        if progress.phase != Phase::Reading {
            return Self { text: card.sweeping.to_owned(), pages: None };
        }
        let done = format.number(progress.pages);
        match progress.page_count.filter(|all| *all >= progress.pages && *all > 0) {
            Some(all) => {
                let values = [("done", done.as_str()), ("all", &format.number(all))];
                let text = fill(card.page_of, &values);
                Self { text, pages: Some((progress.pages, all)) }
            }
            None => Self { text: fill(card.pages_so_far, &[("done", &done)]), pages: None },
        }
    }
}

impl Facts {
    fn of(
        resource: Resource,
        page: &StorePage<'_>,
        texts: &'static Texts,
        format: &Format<'_>,
        is_running: bool,
    ) -> Self {
        let completed = |run: &&RunRecord| run.status == RunStatus::Completed;
        let last = runs_of(resource, page).find(completed);
        let cursor = page.overview.syncs.get(&resource).and_then(|sync| sync.cursor.as_ref());
        // The last completed run may be older than the runs shown.
        let ended = last.and_then(RunRecord::ended_at).or(cursor.map(|cursor| cursor.until));
        Self {
            last: ended.map(|at| format.time(at)),
            did: last.map(|run| did(run, texts, format)),
            next: (!is_running).then(|| next(resource, page, texts, format)).flatten(),
        }
    }
}

impl Newest {
    /// None without an order number, because the merchant could not identify the order.
    fn of(order: &Order, format: &Format<'_>) -> Option<Self> {
        let names = order.status.as_ref().map(|status| &status.names);
        let own = names.and_then(|names| names.get(format.language.as_str()));
        let default = || names.and_then(|names| names.get(Language::Hungarian.as_str()));
        let any = || names.and_then(|names| names.values().next());
        Some(Self {
            number: order.inner_id.clone()?,
            total: order.total_gross.as_ref().map(|total| format.money(total)),
            status: own.or_else(default).or_else(any).cloned(),
        })
    }
}

/// A resource's runs of the current install, newest first.
fn runs_of<'a>(
    resource: Resource,
    page: &StorePage<'a>,
) -> impl Iterator<Item = &'a RunRecord> + use<'a> {
    let generation = page.overview.store.generation;
    let is_own = move |run: &&RunRecord| run.resource == resource && run.generation == generation;
    page.runs.iter().filter(is_own)
}

/// Summary of the changes made by a completed run.
pub(super) fn did(run: &RunRecord, texts: &Texts, format: &Format<'_>) -> String {
    let (counts, card) = (&run.counts, &texts.card);
    let number = |number| format.number(number);
    let mut did = if counts.written == 0 && counts.deleted == 0 {
        card.no_change.to_owned()
    } else {
        let values = [("written", &*number(counts.written)), ("deleted", &*number(counts.deleted))];
        fill(card.changes, &values)
    };
    if counts.quarantined > 0 {
        did.push_str(", ");
        did.push_str(&fill(card.set_aside, &[("count", &number(counts.quarantined))]));
    }
    did
}

fn failed(run: &RunRecord, texts: &Texts, platform: &str) -> String {
    format!("{} {}", texts.card.failed, texts.failure(run.failure, platform))
}

fn count(resource: Resource, page: &StorePage<'_>, format: &Format<'_>) -> Option<String> {
    let is_permission_missing = page.overview.store.missing_permissions.contains(&resource);
    // Without the permission, zero rows do not mean that the shop has no records.
    let count =
        page.counts.get(&resource).filter(|count| count.rows > 0 || !is_permission_missing)?;
    let rows = format.number(count.rows);
    Some(if count.is_more { format!("{rows}+") } else { rows })
}

fn next(
    resource: Resource,
    page: &StorePage<'_>,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Option<Next> {
    let store = &page.overview.store;
    if !store.sync.enabled {
        return Some(Next::Text(texts.card.off));
    }
    // Missing permissions and pauses are shown elsewhere.
    if !store.scheduled_resources().any(|due| due == resource) {
        return None;
    }
    let is_future = |at: &Timestamp| *at > page.now;
    let at = store.due_at.filter(is_future);
    Some(at.map_or(Next::Text(texts.card.soon), |at| Next::At(format.time(at))))
}

fn is_after(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| at > now)
}
