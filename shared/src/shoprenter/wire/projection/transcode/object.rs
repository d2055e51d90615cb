//! An object's fields, written as they come and put into the list's order in the end.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::super::allowed::{Fields, MAX_FIELDS};
use super::Kept;

/// Where in the output each field's value stands.
pub(super) struct Segments<'o> {
    fields: Fields,
    out: &'o mut Vec<u8>,
    found: [Option<Range<usize>>; MAX_FIELDS],
}

impl<'o> Segments<'o> {
    pub(super) fn new(fields: Fields, out: &'o mut Vec<u8>) -> Self {
        Self { fields, out, found: [const { None }; MAX_FIELDS] }
    }

    /// Appends what is kept of an object; of a field that comes twice, the last.
    pub(super) fn fill<'de, A: MapAccess<'de>>(
        mut self,
        mut map: A,
        depth: u8,
    ) -> Result<bool, A::Error> {
        let start = self.out.len();
        while let Some(position) = map.next_key_seed(Position(self.fields))? {
            let place = position.and_then(|position| {
                Some((self.fields.at(position)?.allowed, self.found.get_mut(position)?))
            });
            let Some((allowed, slot)) = place else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let before = self.out.len();
            let kept = map.next_value_seed(Kept { allowed, depth, out: self.out })?;
            *slot = kept.then_some(before..self.out.len());
        }
        Ok(self.assemble(start))
    }

    fn assemble(self, start: usize) -> bool {
        let values = self.out.split_off(start);
        for (field, range) in self.fields.iter().zip(self.found) {
            let value = range.and_then(|range| values.get(range.start - start..range.end - start));
            let Some(value) = value else { continue };
            self.out.extend_from_slice(if self.out.len() == start { b"{\"" } else { b",\"" });
            self.out.extend_from_slice(field.name.as_bytes());
            self.out.extend_from_slice(b"\":");
            self.out.extend_from_slice(value);
        }
        let kept = self.out.len() > start;
        if kept {
            self.out.push(b'}');
        }
        kept
    }
}

/// A key's place in a list of fields.
struct Position(Fields);

impl<'de> DeserializeSeed<'de> for Position {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Position {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.position(name))
    }
}
