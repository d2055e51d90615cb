//! The last runs.

use super::StorePage;
use super::card::did;
use super::view::Tone;
use crate::domain::Mode;
use crate::pages::format::{Format, When};
use crate::pages::texts::Texts;
use crate::storage::{RunFailure, RunRecord, RunStatus};

/// So many are shown.
const SHOWN: usize = 8;

/// A row of the table.
pub(super) struct RunView {
    pub(super) when: When,
    pub(super) what: &'static str,
    /// Everything, or what had changed.
    pub(super) mode: &'static str,
    pub(super) tone: Tone,
    pub(super) result: &'static str,
    /// A sentence or two; may be empty.
    pub(super) detail: String,
}

/// The last runs of the present install, newest first.
pub(super) fn latest(
    page: &StorePage<'_>,
    texts: &'static Texts,
    format: &Format<'_>,
) -> Vec<RunView> {
    let generation = page.overview.store.generation;
    let own = page.runs.iter().filter(|run| run.generation == generation);
    own.take(SHOWN).map(|run| view(run, page, texts, format)).collect()
}

fn view(
    run: &RunRecord,
    page: &StorePage<'_>,
    texts: &'static Texts,
    format: &Format<'_>,
) -> RunView {
    let words = &texts.runs;
    let (tone, result, detail) = match run.status {
        RunStatus::Completed => {
            let lasted = format.duration(run.duration_ms);
            let mut detail = format!("{} · {lasted}", did(run, texts, format));
            if run.note.is_some() {
                detail = format!("{detail}. {}", words.unswept);
            }
            (Tone::Well, words.completed, detail)
        }
        // As the merchant wanted.
        RunStatus::Failed if run.failure == Some(RunFailure::Withheld) => {
            (Tone::Quiet, words.interrupted, texts.failure(run.failure, page.platform))
        }
        RunStatus::Failed => (Tone::Care, words.failed, texts.failure(run.failure, page.platform)),
        RunStatus::Running if is_at_work(run, page) => (Tone::Busy, words.running, String::new()),
        // It ended without a word.
        RunStatus::Running => (Tone::Quiet, words.interrupted, String::new()),
    };
    RunView {
        when: format.time(run.started_at),
        what: texts.resource(run.resource),
        mode: match run.mode {
            Mode::Full => words.full,
            Mode::Incremental => words.incremental,
        },
        tone,
        result,
        detail,
    }
}

/// Whether it is the run that holds the lease: one that died may stand beside it in the log.
fn is_at_work(run: &RunRecord, page: &StorePage<'_>) -> bool {
    let sync = page.overview.syncs.get(&run.resource);
    sync.and_then(|sync| sync.running(page.now)) == Some(&run.run_id)
}
