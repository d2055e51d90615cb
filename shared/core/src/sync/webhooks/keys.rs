//! Pure rules for expiring keys.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::view::View;
use crate::access::KeySelector;
use crate::domain::WebhookEvent;
use crate::storage::KeyNote;

/// How long a replaced key stays valid, for deliveries in progress or retried.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// Age after which a key that the platform does not list belongs to a failed registration.
const UNCLEAR: SignedDuration = SignedDuration::from_mins(10);

/// How a key expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyEnd {
    /// Immediately.
    Now,
    /// At the given time.
    At(Timestamp),
}

/// The keys to expire, given the keys in use. Keys of an event without a key in use, because its
/// webhook could not be registered yet, stay unchanged.
pub fn ended_keys(
    view: &View<'_>,
    in_use: &BTreeMap<WebhookEvent, KeySelector>,
) -> Vec<(KeySelector, KeyEnd)> {
    let end = |note: &KeyNote| {
        let end = end_of(view, note, in_use)?;
        Some((KeySelector::stored(note.selector.clone()), end))
    };
    view.rows.keys.iter().filter_map(end).collect()
}

fn end_of(
    view: &View<'_>,
    note: &KeyNote,
    in_use: &BTreeMap<WebhookEvent, KeySelector>,
) -> Option<KeyEnd> {
    if note.generation != view.generation {
        // Keys of a newer install are not handled here.
        return (note.generation < view.generation).then_some(KeyEnd::Now);
    }
    if let Some(end) = note.valid_until {
        return (end <= view.now.as_second()).then_some(KeyEnd::Now);
    }
    match in_use.get(&note.event) {
        Some(used) if used.as_str() == note.selector => None,
        None if view.wanted.events.contains_key(&note.event) => None,
        _ if was_registered(view, note) => Some(KeyEnd::At(view.now + GRACE)),
        _ => (note.created_at + UNCLEAR <= view.now).then_some(KeyEnd::Now),
    }
}

/// Whether the platform has, or had, an address with the key.
fn was_registered(view: &View<'_>, note: &KeyNote) -> bool {
    let is_it = |key: KeySelector| key.as_str() == note.selector;
    let is_listed = view.listed.iter().any(|listed| {
        listed
            .url
            .as_ref()
            .and_then(|url| view.wanted.addresses.key_anywhere(url))
            .is_some_and(is_it)
    });
    let row = view.rows.registration(note.generation, note.event);
    is_listed || row.is_some_and(|row| row.url_fingerprint.as_ref() == Some(&note.selector))
}
