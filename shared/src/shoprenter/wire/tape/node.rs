//! A value on the tape, read as serde_json would read its text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{Entry, JSON_TEXT, Tape};

/// One value of a record.
#[derive(Clone, Copy)]
pub(in super::super) struct Node<'t, 'a> {
    tape: &'t Tape<'a>,
    at: usize,
    depth: u8,
}

/// That a value cannot be read. Does not say why: that could tell what is in it.
#[derive(Debug)]
pub(in super::super) struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is not readable")
    }
}

impl std::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(_: serde_json::Error) -> Self {
        Self
    }
}

impl<'t, 'a> Node<'t, 'a> {
    pub(super) fn new(tape: &'t Tape<'a>, at: usize, depth: u8) -> Self {
        Self { tape, at, depth }
    }

    fn entry(self) -> Result<Entry, Unreadable> {
        self.tape.entry(self.at).ok_or(Unreadable)
    }

    fn inside(self) -> Result<Inside<'t, 'a>, Unreadable> {
        let end = self.entry()?.next as usize;
        let depth = self.depth.saturating_sub(1);
        if depth == 0 {
            return Err(Unreadable);
        }
        Ok(Inside { tape: self.tape, at: self.at + 1, end, depth })
    }
}

impl<'de> Deserializer<'de> for Node<'_, 'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let entry = self.entry()?;
        let json = self.tape.text_of(entry);
        match json.as_bytes().first() {
            Some(b'{') => visitor.visit_map(self.inside()?),
            Some(b'[') => visitor.visit_seq(self.inside()?),
            Some(b'"') if entry.has_escapes => visitor.visit_string(serde_json::from_str(json)?),
            Some(b'"') => {
                visitor.visit_borrowed_str(json.get(1..json.len() - 1).unwrap_or_default())
            }
            // Rare where it is not skipped; and what is too large is a matter of some subtlety.
            _ => Ok(serde_json::Deserializer::from_str(json).deserialize_any(visitor)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.tape.text_of(self.entry()?) {
            "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if name == JSON_TEXT {
            visitor.visit_borrowed_str(self.tape.text_of(self.entry()?))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier
    }
}

/// What is in an object or an array.
struct Inside<'t, 'a> {
    tape: &'t Tape<'a>,
    at: usize,
    end: usize,
    depth: u8,
}

impl<'t, 'a> Inside<'t, 'a> {
    fn take(&mut self) -> Result<Node<'t, 'a>, Unreadable> {
        let node = Node { tape: self.tape, at: self.at, depth: self.depth };
        self.at = node.entry()?.next as usize;
        Ok(node)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, 'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.at >= self.end {
            return Ok(None);
        }
        seed.deserialize(self.take()?).map(Some)
    }
}

impl<'de> MapAccess<'de> for Inside<'_, 'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        if self.at >= self.end {
            return Ok(None);
        }
        seed.deserialize(Key(self.take()?)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(self.take()?)
    }
}

/// A key, which is a text and has to be a right one even where it is skipped.
struct Key<'t, 'a>(Node<'t, 'a>);

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}
