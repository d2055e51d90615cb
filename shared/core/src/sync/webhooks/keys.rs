//! When keys end: pure.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::plan::View;
use crate::access::KeySelector;
use crate::domain::WebhookEvent;
use crate::storage::KeyNote;

/// How long a key that has been replaced is still good: deliveries may be on their way, or may be
/// tried again.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// After that, a key that the platform does not list was never taken: its registration failed.
const UNCLEAR: SignedDuration = SignedDuration::from_mins(10);

/// How a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyEnd {
    /// At once.
    Now,
    /// It stays good until then.
    At(Timestamp),
}

/// The keys that end, given those that are in use. Of an event that has none in use, because its
/// webhook could not be registered yet, all stay as they are.
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
        // A newer install's are none of ours.
        return (note.generation < view.generation).then_some(KeyEnd::Now);
    }
    if let Some(end) = note.valid_until {
        return (end <= view.now.as_second()).then_some(KeyEnd::Now);
    }
    match in_use.get(&note.event) {
        Some(used) if used.as_str() == note.selector => None,
        None if view.wanted.events.contains(&note.event) => None,
        _ if was_told(view, note) => Some(KeyEnd::At(view.now + GRACE)),
        _ => (note.created_at + UNCLEAR <= view.now).then_some(KeyEnd::Now),
    }
}

/// Whether the platform has, or had, an address with that key.
fn was_told(view: &View<'_>, note: &KeyNote) -> bool {
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
