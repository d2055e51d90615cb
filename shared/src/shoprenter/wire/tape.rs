//! A record taken apart once: where each value in it begins and ends.
//!
//! A record is read twice, for its fields and for what is stored of it. Both walk the tape, which
//! skips a value in one step however long it is, so that the text itself is scanned once.

mod node;
mod scan;

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde_json::value::RawValue;

use super::decoded::DecodeError;

pub(super) use node::Node;

/// Of objects and arrays in each other that are looked into; serde_json's own limit. Beyond it
/// only what is skipped may lie.
const MAX_DEPTH: u8 = 128;

/// Of values and keys in one record, whatever they are. A tape of so many takes 8 MiB, and what
/// ShopRenter sends has some hundreds.
const MAX_VALUES: usize = 1 << 19;

/// One value's text, and where the value behind it stands.
#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    /// The index of the entry behind this one and all that is in it.
    next: u32,
    /// Whether it is a text with escapes in it.
    has_escapes: bool,
}

/// The values of one record in the order of their text: an object is followed by its keys, each
/// before its value, an array by its elements.
pub(super) struct Tape<'a> {
    text: &'a str,
    entries: Vec<Entry>,
}

impl<'a> Tape<'a> {
    /// Takes apart what is known to be JSON. Finds where values end and does not look whether
    /// numbers and escapes in them are right; whoever reads such a value does.
    ///
    /// # Errors
    /// [`DecodeError::Malformed`] for what is no JSON, or has more than [`MAX_VALUES`].
    pub(super) fn of(text: &'a str) -> Result<Self, DecodeError> {
        let entries = scan::scan(text.as_bytes()).ok_or(DecodeError::Malformed)?;
        Ok(Self { text, entries })
    }

    /// The record itself.
    pub(super) fn root(&self) -> Node<'_, 'a> {
        Node::new(self, 0, MAX_DEPTH)
    }

    fn entry(&self, index: usize) -> Option<Entry> {
        self.entries.get(index).copied()
    }

    fn text_of(&self, entry: Entry) -> &'a str {
        self.text.get(entry.start as usize..entry.end as usize).unwrap_or_default()
    }
}

/// A value's JSON text, whatever it is: from a [`Tape`] or straight from serde_json.
#[derive(Clone, Copy)]
pub(super) struct JsonText<'a>(pub(super) &'a str);

/// How a [`Node`] is asked for a value's text.
const JSON_TEXT: &str = "JsonText";

impl<'de: 'a, 'a> Deserialize<'de> for JsonText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(JSON_TEXT, Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = JsonText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<JsonText<'de>, E> {
        Ok(JsonText(text))
    }

    /// Skipping a raw value takes no stack, however deep it is nested.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<JsonText<'de>, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| JsonText(raw.get()))
    }
}

#[cfg(test)]
mod tests;
