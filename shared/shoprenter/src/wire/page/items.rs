//! A page's items, located in one pass over the answer.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::MAX_ITEMS;

/// Value of `items`.
#[derive(Default)]
pub(super) enum Items<'a> {
    #[default]
    Absent,
    /// `{}`, `""`, null, false.
    Empty,
    List(Vec<&'a RawValue>),
    /// A bare object, already skipped.
    OneObject,
    TooMany,
    /// A text, a number or true: invalid.
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Sort)
    }
}

struct Sort;

impl<'de> Visitor<'de> for Sort {
    type Value = Items<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
        let mut items = Vec::new();
        while items.len() < MAX_ITEMS {
            match seq.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(Items::List(items)),
            }
        }
        let mut beyond = false;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            beyond = true;
        }
        Ok(if beyond { Items::TooMany } else { Items::List(items) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Items<'de>, A::Error> {
        let mut found = Items::Empty;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            found = Items::OneObject;
        }
        Ok(found)
    }

    fn visit_unit<E: Error>(self) -> Result<Items<'de>, E> {
        Ok(Items::Empty)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Items<'de>, E> {
        Ok(if flag { Items::Other } else { Items::Empty })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Items<'de>, E> {
        Ok(if text.trim().is_empty() { Items::Empty } else { Items::Other })
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Items<'de>, E> {
        Ok(Items::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Items<'de>, E> {
        Ok(Items::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Items<'de>, E> {
        Ok(Items::Other)
    }
}
