//! History of an order: its statuses and the shop's comments.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::OrderStatus;

/// Entries that are kept of an order's history: the newest ones.
pub const MAX_HISTORY: usize = 10;

/// One entry of an order's history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When the shop added the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The status that the order got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<OrderStatus>,
    /// The shop's comment, as text without markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl fmt::Debug for HistoryEntry {
    /// Leaves out the comment, which may be about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryEntry")
            .field("at", &self.at)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Result of reading an order's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum History {
    /// The entries, newest first.
    Read(Vec<HistoryEntry>),
    /// The platform has none, or the app may not read it, or it is of no interest.
    #[default]
    None,
    /// It cannot be read now. The order is to be read again.
    Later,
}
