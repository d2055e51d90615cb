//! How far the runs of a pair have come: the cursor between runs, the checkpoint within one.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::Lease;
use crate::domain::{Generation, Mode};
use crate::storage::runs::RunRecord;

/// Up to when the shop's changes are known to be in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The install whose rows it speaks of.
    pub generation: Generation,
    /// When the last completed run began: what changed later may not have been seen.
    pub until: Timestamp,
    /// When the last completed run that read everything began. None where too much was found
    /// missing since, so that the next run has to read everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_at: Option<Timestamp>,
    /// When the last run began whose sweep came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swept_at: Option<Timestamp>,
}

/// Which part of its work a run is at. Once the pages are read they are not read again, wherever
/// the run goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reading pages and writing rows.
    #[default]
    Reading,
    /// The pages are done; what the shop has deleted is swept next, or is being swept.
    Sweeping,
    /// The same, in an invocation of its own. What does not fit there is left out.
    SweepingAlone,
    /// The sweep has come to its end.
    Swept,
    /// There was no sweep, or it was given up.
    Unswept,
}

/// How far a run has come: what it takes to go on where it stopped, or died.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The run's log so far.
    pub record: RunRecord,
    /// The first page that is not known to be written, from 0.
    pub next_page: u64,
    /// How many pages there are, once the shop has told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_count: Option<u64>,
    /// Where the window of an incremental run begins, in the shop's local time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime>,
    /// Whether there were no rows when the run began: then there is nothing to sweep.
    #[serde(default)]
    pub fresh: bool,
    /// The part of the work it is at.
    #[serde(default)]
    pub phase: Phase,
    /// Whether so much was found missing that the next run has to read everything.
    #[serde(default)]
    pub read_anew: bool,
}

impl Checkpoint {
    /// That of a run that begins. `fresh`: there are no rows yet.
    pub fn begin(record: RunRecord, fresh: bool) -> Self {
        Self {
            record,
            next_page: 0,
            page_count: None,
            since: None,
            fresh,
            phase: Phase::Reading,
            read_anew: false,
        }
    }
}

impl Lease {
    /// Where the cursor stands once the run has done everything.
    pub(super) fn cursor_after(&self, done: &Checkpoint) -> Cursor {
        let began = done.record.started_at;
        let before = self.cursor.as_ref();
        let full_at = match done.record.mode {
            _ if done.read_anew => None,
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
