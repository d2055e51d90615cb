//! Latest runs.

use super::StorePage;
use super::card::did;
use super::tone::Tone;
use crate::domain::Mode;
use crate::pages::format::{Format, When};
use crate::pages::texts::Texts;
use crate::storage::{RunFailure, RunRecord, RunStatus};

/// Number of runs shown.
const SHOWN: usize = 8;

/// A row of the table.
pub(super) struct RunView {
    pub(super) when: When,
    pub(super) what: &'static str,
    /// Text for full or incremental.
    pub(super) mode: &'static str,
    pub(super) tone: Tone,
    pub(super) result: &'static str,
    /// One or two sentences; may be empty.
    pub(super) detail: String,
}

/// The latest runs of the current install, newest first.
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
        // The merchant stopped sharing the resource.
        RunStatus::Failed if run.failure == Some(RunFailure::NotShared) => {
            (Tone::Quiet, words.interrupted, texts.failure(run.failure, page.platform.name()))
        }
        RunStatus::Failed => {
            (Tone::Care, words.failed, texts.failure(run.failure, page.platform.name()))
        }
        RunStatus::Running if holds_lease(run, page) => (Tone::Busy, words.running, String::new()),
        // The run stopped without reporting an outcome.
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

/// Whether the run holds the lease; an earlier run that died may still be recorded as running.
fn holds_lease(run: &RunRecord, page: &StorePage<'_>) -> bool {
    let sync = page.overview.syncs.get(&run.resource);
    sync.and_then(|sync| sync.running(page.now)) == Some(&run.run_id)
}
