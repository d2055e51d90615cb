//! From a record's JSON to the JSON that is stored: allowed fields in their list's order, scalars
//! as strings, links as `{"id": …}`, empty values left out. So the same record gives the same bytes
//! however the API spells it, and decodes to the same record again. One pass, nothing copied that
//! isn't kept.

mod object;

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::super::decoded::DecodeError;
use super::super::scalar::Scalar;
use super::super::shape::Ref;
use super::super::tape::{JsonText, Tape};
use super::Allowed;
use object::Segments;

/// A longer text is an image in disguise; it is left out.
pub(super) const MAX_TEXT: usize = 64 * 1024;
/// A record's stored form before compression. What would go beyond is left out.
pub(super) const MAX_RECORD: usize = 256 * 1024;
/// Most records' stored forms are no longer.
const EXPECTED: usize = 4 * 1024;
/// Of objects and arrays in each other. The allow-lists need six.
const MAX_DEPTH: u8 = 8;

/// The stored JSON of a record; `{}` where nothing is kept.
pub(in super::super) fn project_tape(
    record: &Tape<'_>,
    allowed: Allowed,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::with_capacity(EXPECTED);
    let kept = Kept { allowed, depth: MAX_DEPTH, out: &mut out }
        .deserialize(record.root())
        .map_err(|_| DecodeError::Malformed)?;
    if !kept {
        out.extend_from_slice(b"{}");
    }
    Ok(out)
}

/// Appends what is kept of the value it meets; false, and nothing appended, where that is nothing.
struct Kept<'o> {
    allowed: Allowed,
    depth: u8,
    out: &'o mut Vec<u8>,
}

impl Kept<'_> {
    fn scalar(self, value: &Scalar<'_>) -> bool {
        match value {
            Scalar::Text(text) => self.text(text),
            Scalar::Flag(flag) => self.text(if *flag { "1" } else { "0" }),
            Scalar::Empty | Scalar::Composite => false,
        }
    }

    fn reference(self, reference: &Ref<'_>) -> bool {
        let Some(id) = reference.id() else { return false };
        let start = self.out.len();
        self.out.extend_from_slice(br#"{"id":"#);
        let written = Kept { out: &mut *self.out, ..self }.text(id);
        if written {
            self.out.push(b'}');
        } else {
            self.out.truncate(start);
        }
        written
    }

    fn text(self, text: &str) -> bool {
        if text.len() > MAX_TEXT || self.out.len() + text.len() > MAX_RECORD {
            return false;
        }
        if has_escapes(text) {
            return serde_json::to_writer(self.out, text).is_ok();
        }
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        true
    }
}

/// Whether there is a character that JSON writes in another way. Looks at all of them, many at a
/// time: most texts have none.
fn has_escapes(text: &str) -> bool {
    let is_escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    text.bytes().fold(false, |found, byte| found | is_escaped(byte))
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        match self.allowed {
            _ if self.depth == 0 => IgnoredAny::deserialize(deserializer).map(|_| false),
            Allowed::Scalar => Scalar::deserialize(deserializer).map(|value| self.scalar(&value)),
            Allowed::Reference => Ref::deserialize(deserializer).map(|link| self.reference(&link)),
            Allowed::Fields(_) => deserializer.deserialize_any(self),
            Allowed::ScalarOrFields(fields) => {
                let JsonText(json) = JsonText::deserialize(deserializer)?;
                match Scalar::read(json) {
                    Scalar::Composite => {
                        let inner = Kept { allowed: Allowed::Fields(fields), ..self };
                        let mut reader = serde_json::Deserializer::from_str(json);
                        inner.deserialize(&mut reader).map_err(D::Error::custom)
                    }
                    scalar => Ok(self.scalar(&scalar)),
                }
            }
        }
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        match self.allowed {
            Allowed::Fields(fields) => Segments::new(fields, self.out).fill(map, self.depth - 1),
            _ => Ok(false),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let Self { allowed, depth, out } = self;
        let before = out.len();
        out.push(b'[');
        loop {
            let start = out.len();
            if start > before + 1 {
                out.push(b',');
            }
            let depth = if start < MAX_RECORD { depth - 1 } else { 0 };
            match seq.next_element_seed(Kept { allowed, depth, out })? {
                Some(true) => {}
                Some(false) => out.truncate(start),
                None => {
                    out.truncate(start);
                    break;
                }
            }
        }
        out.push(b']');
        let kept = out.len() > before + 2;
        if !kept {
            out.truncate(before);
        }
        Ok(kept)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }
}
