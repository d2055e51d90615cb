//! An object's fields, written as they come and put into the list's order in the end.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::super::allowed::{Fields, MAX_FIELDS};
use super::Kept;

/// Where in the output each field's value stands.
pub(super) struct Segments<'o> {
    fields: Fields,
    out: &'o mut Vec<u8>,
    /// Where each begins and ends, counted from the object's start. What is kept is never empty.
    found: [(u32, u32); MAX_FIELDS],
}

const NOTHING: (u32, u32) = (0, 0);

impl<'o> Segments<'o> {
    pub(super) fn new(fields: Fields, out: &'o mut Vec<u8>) -> Self {
        Self { fields, out, found: [NOTHING; MAX_FIELDS] }
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
            let place = |end: usize| u32::try_from(end - start).map_err(A::Error::custom);
            *slot = if kept { (place(before)?, place(self.out.len())?) } else { NOTHING };
        }
        Ok(self.assemble(start))
    }

    /// Writes the values once more behind themselves, in their order, and takes the first ones
    /// away: nothing is allocated for it.
    fn assemble(self, start: usize) -> bool {
        let Self { fields, out, found } = self;
        let ordered = out.len();
        for (field, place) in fields.iter().zip(found) {
            if place == NOTHING {
                continue;
            }
            let (begins, ends) = (start + place.0 as usize, start + place.1 as usize);
            out.extend_from_slice(if out.len() == ordered { b"{\"" } else { b",\"" });
            out.extend_from_slice(field.name.as_bytes());
            out.extend_from_slice(b"\":");
            out.extend_from_within(begins..ends);
        }
        let kept = out.len() > ordered;
        if kept {
            out.push(b'}');
        }
        out.drain(start..ordered);
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
