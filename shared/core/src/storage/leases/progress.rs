//! Progress of the runs of a store and resource: the cursor between runs, the checkpoint within
//! one.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::Lease;
use crate::domain::{Generation, Mode};
use crate::storage::runs::RunRecord;

/// The time up to which the table has all of the shop's changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Install whose rows the cursor describes.
    pub generation: Generation,
    /// Start of the last completed run; later changes may be missing.
    pub until: Timestamp,
    /// Start of the last completed full run. None if so much was found missing since that the next
    /// run has to read everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_at: Option<Timestamp>,
    /// Start of the last run that completed its sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swept_at: Option<Timestamp>,
}

/// Phase of a run. Once all pages are read, a continued run does not read them again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Pages are being read and rows written.
    #[default]
    Reading,
    /// All pages are done; records deleted by the shop are being swept, or will be next.
    Sweeping,
    /// The sweep has an invocation of its own. Records that do not fit into it are left out.
    SweepingAlone,
    /// The sweep is complete.
    Swept,
    /// There was no sweep, or it was abandoned.
    Unswept,
}

/// Progress of a run, sufficient to continue after a stop or crash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Log entry of the run so far.
    pub record: RunRecord,
    /// First page not known to be written, counted from 0.
    pub next_page: u64,
    /// Number of pages, once the shop has reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_count: Option<u64>,
    /// Start of an incremental run's window, in the shop's local time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime>,
    /// Whether there were no rows at the start of the run, and so nothing to sweep.
    #[serde(default)]
    pub fresh: bool,
    /// Current phase.
    #[serde(default)]
    pub phase: Phase,
    /// Whether so much was found missing that the next run must read everything.
    #[serde(rename = "read_anew", default)]
    pub reread: bool,
}

impl Checkpoint {
    /// Creates the checkpoint of a new run. `fresh`: there are no rows yet.
    pub fn begin(record: RunRecord, fresh: bool) -> Self {
        Self {
            record,
            next_page: 0,
            page_count: None,
            since: None,
            fresh,
            phase: Phase::Reading,
            reread: false,
        }
    }
}

impl Lease {
    /// Returns the cursor after a completed run.
    pub(super) fn cursor_after(&self, done: &Checkpoint) -> Cursor {
        let began = done.record.started_at;
        let before = self.cursor.as_ref();
        let full_at = match done.record.mode {
            _ if done.reread => None,
            Mode::Full => Some(began),
            Mode::Incremental => before.and_then(|cursor| cursor.full_at),
        };
        let swept_at = if done.phase == Phase::Swept {
            Some(began)
        } else {
            before.and_then(|cursor| cursor.swept_at)
        };
        Cursor { generation: done.record.generation, until: began, full_at, swept_at }
    }
}
