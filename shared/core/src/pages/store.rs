//! The store's page: status, required actions and settings.

mod card;
mod health;
mod runs;
mod settings;
mod tone;
mod view;

use std::collections::BTreeMap;

use askama::Template as _;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Language;
use super::policy::{self, Behaviour};
use crate::domain::{Order, Platform, Resource};
use crate::runtime::http::Answer;
use crate::storage::{RunRecord, StoreOverview};

/// Number of counted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Rows counted so far.
    pub rows: u64,
    /// Whether there are more rows.
    pub is_more: bool,
}

/// Result of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionResult {
    /// A sync was requested.
    SyncAsked,
    /// The sync schedule was changed.
    Scheduled,
    /// These records are shared again.
    Shared(Resource),
    /// These records are no longer shared.
    NotShared(Resource),
    /// The same form was sent before; nothing was done.
    AlreadyDone,
    /// The action failed; a retry can succeed.
    Refused,
}

/// Content of the page of a store that is set up. The only customer-related data are the newest
/// order's number, total and status.
#[derive(Debug, Clone, Copy)]
pub struct StorePage<'a> {
    /// The platform.
    pub platform: &'a dyn Platform,
    /// The store, its syncs and its webhooks.
    pub overview: &'a StoreOverview,
    /// The latest runs, newest first.
    pub runs: &'a [RunRecord],
    /// Number of rows by resource, where known.
    pub counts: &'a BTreeMap<Resource, Count>,
    /// The order with the highest number, which shows that the data is fresh.
    pub newest_order: Option<&'a Order>,
    /// The page where the shop's owner grants permissions.
    pub approve_scopes: Option<&'a str>,
    /// The app's page in the shop's admin.
    pub admin_url: &'a str,
    /// The origins that may frame the page.
    pub frame_ancestors: &'a [String],
    /// What a reload of the page proves its store with, so that the shop's own domain may frame it.
    pub frame_proof: Option<&'a str>,
    /// The shop's time zone.
    pub zone: &'a TimeZone,
    /// The page's language.
    pub language: Language,
    /// The session token for the forms and the script.
    pub session: &'a str,
    /// One-time token of the forms.
    pub once: &'a str,
    /// Result of the action that the page answers.
    pub result: Option<ActionResult>,
    /// The current time.
    pub now: Timestamp,
}

impl StorePage<'_> {
    /// Renders the page.
    pub fn answer(&self) -> Answer {
        let html = view::View::of(self).render().unwrap_or_default();
        policy::page(StatusCode::OK, html, Behaviour::Script, self.frame_ancestors)
    }
}
