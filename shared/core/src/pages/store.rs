//! The store's page: how everything stands, what to do, and what can be chosen.

mod card;
mod health;
mod runs;
mod settings;
mod view;

use std::collections::BTreeMap;

use askama::Template as _;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Language;
use super::policy::{self, Behaviour};
use crate::domain::{Order, Resource};
use crate::runtime::http::Answer;
use crate::storage::{RunRecord, StoreOverview};

/// How many rows were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// So many.
    pub rows: u64,
    /// Whether there are more.
    pub is_more: bool,
}

/// What came of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A sync is asked for.
    SyncAsked,
    /// The schedule is another.
    Scheduled,
    /// These records are shared again.
    Shared(Resource),
    /// These records are shared no more.
    Withheld(Resource),
    /// The same form has been sent before; nothing was done.
    AlreadyDone,
    /// It could not be done; another try may succeed.
    Refused,
}

/// Everything that the page of a store that is set up shows. Nothing of it but the newest order's number, total and status
/// is of a shop's customers.
#[derive(Debug, Clone, Copy)]
pub struct StorePage<'a> {
    /// The platform's name, as merchants know it.
    pub platform: &'a str,
    /// The store, its syncs and its webhooks.
    pub overview: &'a StoreOverview,
    /// Its newest runs, newest first.
    pub runs: &'a [RunRecord],
    /// The rows of each resource, where they are known.
    pub counts: &'a BTreeMap<Resource, Count>,
    /// The order with the highest number, as proof that the data is fresh.
    pub newest_order: Option<&'a Order>,
    /// Where the shop's owner grants permissions.
    pub approve_scopes: Option<&'a str>,
    /// The app's page in the shop's admin.
    pub admin_url: &'a str,
    /// The origins that may frame the page.
    pub frame_ancestors: &'a [String],
    /// The shop's own time.
    pub zone: &'a TimeZone,
    /// The language it is written in.
    pub language: Language,
    /// The session, for the forms and for the script.
    pub session: &'a str,
    /// What makes each form good for one use.
    pub once: &'a str,
    /// What came of the action that the page answers.
    pub said: Option<Said>,
    /// The time.
    pub now: Timestamp,
}

impl StorePage<'_> {
    /// 200, as HTML.
    pub fn answer(&self) -> Answer {
        let html = view::View::of(self).render().unwrap_or_default();
        policy::page(StatusCode::OK, html, Behaviour::Script, self.frame_ancestors)
    }
}
