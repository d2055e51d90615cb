//! Plans the changes to a shop's webhooks: pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::keys::{KeyEnd, ended_keys};
use super::view::View;
use crate::access::KeySelector;
use crate::domain::{ListedWebhook, WebhookEvent, WebhookUrl};
use crate::storage::{FieldsDigest, KeyNote, Registration};

/// Maximum age of an address's key.
const KEY_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Missed orders after which a webhook counts as silent.
const SILENT_FROM: u64 = 3;
/// Minimum interval between renewals of a silent webhook.
const DAILY: SignedDuration = SignedDuration::from_hours(24);

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// One decision per wanted event.
    pub decisions: Vec<(WebhookEvent, Decision)>,
    /// Platform ids of surplus webhooks of ours.
    pub remove: Vec<String>,
    /// Events whose registration is removed.
    pub forget: Vec<WebhookEvent>,
    /// Keys no longer used for deliveries.
    pub ended: Vec<(KeySelector, KeyEnd)>,
}

/// The decision for one event's webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The webhook is correct; `note` says whether our row must be updated.
    Keep {
        /// The platform's id.
        id: String,
        /// Its key; None if the list does not include the address.
        key: Option<KeySelector>,
        /// Whether our row differs.
        note: bool,
        /// The fields that the shop lists since our last request, if our row lacks them.
        accept: Option<FieldsDigest>,
    },
    /// No webhook exists that could be corrected.
    Create {
        /// Whether it replaces a silent webhook.
        silent: bool,
    },
    /// The webhook exists but differs.
    Correct {
        /// The platform's id.
        id: String,
        /// The address if it can stay; otherwise one with a new key.
        url: Option<(WebhookUrl, KeySelector)>,
    },
}

/// One of our webhooks in the shop.
struct Ours<'a> {
    listed: &'a ListedWebhook,
    /// Its key, if valid for this install and event.
    key: Option<KeySelector>,
    fault: Fault,
}

/// The differences of a webhook, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    None,
    /// Anything but the address.
    Settings,
    Address,
}

impl Plan {
    /// Decides what to change.
    pub fn make(view: &View<'_>) -> Self {
        let mut decisions = Vec::new();
        let mut keep = BTreeSet::new();
        for event in view.wanted.events.keys() {
            let decision = view.decide(*event);
            match &decision {
                Decision::Keep { id, .. } | Decision::Correct { id, .. } => {
                    keep.insert(id.clone());
                }
                Decision::Create { .. } => {}
            }
            decisions.push((*event, decision));
        }
        let is_extra = |listed: &&ListedWebhook| view.is_ours(listed) && !keep.contains(&listed.id);
        let remove = view.listed.iter().filter(is_extra).map(|listed| listed.id.clone()).collect();
        let in_use =
            decisions.iter().filter_map(|(event, decision)| Some((*event, decision.key()?)));
        let in_use: BTreeMap<_, _> = in_use.collect();
        let ended = ended_keys(view, &in_use);
        Self { decisions, remove, forget: view.forgotten(), ended }
    }

    /// Whether nothing needs to change.
    pub fn is_settled(&self) -> bool {
        let is_kept = |decision: &Decision| {
            matches!(decision, Decision::Keep { note: false, accept: None, .. })
        };
        self.decisions.iter().all(|(_, decision)| is_kept(decision))
            && self.remove.is_empty()
            && self.forget.is_empty()
            && self.ended.is_empty()
    }
}

impl Decision {
    /// The key that stays in use, if any.
    fn key(&self) -> Option<KeySelector> {
        match self {
            Self::Keep { key, .. } => key.clone(),
            Self::Correct { url, .. } => url.as_ref().map(|(_, key)| key.clone()),
            Self::Create { .. } => None,
        }
    }
}

impl View<'_> {
    /// Whether a webhook is ours: its address is below ours, or it has our label and either an
    /// address of ours on another host or an id from our rows. Other webhooks are never changed.
    pub(super) fn is_ours(&self, listed: &ListedWebhook) -> bool {
        let is_named = listed.label == self.label;
        let mut registrations = self.rows.registrations.iter();
        let is_known = registrations.any(|row| row.id.as_deref() == Some(listed.id.as_str()));
        match &listed.url {
            None => is_named && is_known,
            Some(url) => {
                let key = self.wanted.addresses.key_anywhere(url);
                let is_noted = key.as_ref().is_some_and(|key| self.note(key).is_some());
                self.wanted.addresses.is_here(url)
                    || is_noted
                    || (is_named && (is_known || key.is_some()))
            }
        }
    }

    /// Our row of a key.
    pub(super) fn note(&self, key: &KeySelector) -> Option<&KeyNote> {
        self.rows.keys.iter().find(|note| note.selector == key.as_str())
    }

    fn decide(&self, event: WebhookEvent) -> Decision {
        let row = self.rows.registration(self.generation, event);
        if row.is_some_and(|row| self.is_to_be_renewed(row)) {
            return Decision::Create { silent: true };
        }
        let is_registered = |ours: &Ours<'_>| {
            row.is_some_and(|row| row.id.as_deref() == Some(ours.listed.id.as_str()))
        };
        let ours = self.listed.iter().filter(|listed| listed.event == event.as_str());
        let ours =
            ours.filter(|listed| self.is_ours(listed)).map(|listed| self.judge(listed, event));
        let Some(best) = ours.min_by_key(|ours| (ours.fault, !is_registered(ours))) else {
            return Decision::Create { silent: false };
        };
        let (id, url) = (best.listed.id.clone(), best.listed.url.clone());
        match best.fault {
            Fault::None => {
                let note = !row.is_some_and(|row| is_noted(row, &id, best.key.as_ref()));
                let is_answer =
                    row.is_some_and(|row| row.listed_fields.is_none() && self.has_asked(row));
                let accept = listed_fields(best.listed).filter(|_| is_answer);
                Decision::Keep { id, key: best.key, note, accept }
            }
            Fault::Settings => Decision::Correct { id, url: url.zip(best.key) },
            Fault::Address => Decision::Correct { id, url: None },
        }
    }

    /// Whether orders were missed and nothing has been received since the first of them.
    fn is_to_be_renewed(&self, row: &Registration) -> bool {
        let is_rested = row.renewed_at.is_none_or(|at| at + DAILY <= self.now);
        row.missed >= SILENT_FROM && is_rested
    }

    fn judge<'l>(&self, listed: &'l ListedWebhook, event: WebhookEvent) -> Ours<'l> {
        let key = listed.url.as_ref().and_then(|url| self.wanted.addresses.key_here(url));
        let key = key.filter(|key| self.note(key).is_some_and(|note| self.is_good(note, event)));
        let is_right = listed.is_active && listed.is_json && !listed.is_delayed;
        let fault = match (&listed.url, &key) {
            // Without listed addresses, the id must match.
            (None, _) if is_right => Fault::None,
            (None, _) | (Some(_), None) => Fault::Address,
            (Some(_), Some(_)) if is_right && self.are_fields_right(listed, event) => Fault::None,
            (Some(_), Some(_)) => Fault::Settings,
        };
        Ours { listed, key, fault }
    }

    /// Whether a key is valid for deliveries and stays so.
    fn is_good(&self, note: &KeyNote, event: WebhookEvent) -> bool {
        note.generation == self.generation
            && note.event == event
            && note.valid_until.is_none()
            && self.now < note.created_at + KEY_LIFE
    }

    /// Whether the listed fields need no correction. A platform may drop names that it does not
    /// know: what it lists after we asked for today's fields is accepted until either changes.
    fn are_fields_right(&self, listed: &ListedWebhook, event: WebhookEvent) -> bool {
        let Some(fields) = listed_fields(listed) else { return true };
        let has = |field: &&str| listed.fields.iter().any(|known| known == field);
        let row = self.rows.registration(self.generation, event);
        self.wanted.fields(event).iter().all(has)
            || row.is_some_and(|row| {
                let is_known = row.listed_fields.as_ref().is_none_or(|known| *known == fields);
                self.has_asked(row) && is_known
            })
    }

    /// Whether the last registration or correction asked for the fields that are wanted now.
    fn has_asked(&self, row: &Registration) -> bool {
        row.asked_fields == Some(FieldsDigest::of(self.wanted.fields(row.event)))
    }

    /// Registrations of unwanted events, except those of a newer install.
    fn forgotten(&self) -> Vec<WebhookEvent> {
        let is_old = |row: &&Registration| {
            row.generation <= self.generation && !self.wanted.events.contains_key(&row.event)
        };
        self.rows.registrations.iter().filter(is_old).map(|row| row.event).collect()
    }
}

/// The fields of a listed webhook; an empty list means unknown.
fn listed_fields(listed: &ListedWebhook) -> Option<FieldsDigest> {
    (!listed.fields.is_empty()).then(|| FieldsDigest::of(&listed.fields))
}

/// Whether the row matches the webhook.
fn is_noted(row: &Registration, id: &str, key: Option<&KeySelector>) -> bool {
    row.active
        && row.id.as_deref() == Some(id)
        && key.is_none_or(|key| row.url_fingerprint.as_deref() == Some(key.as_str()))
}
