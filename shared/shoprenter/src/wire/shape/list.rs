//! A list of records, which the API writes as a bare object for one element and as any empty value
//! for none.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use shopcall_domain::{DecodeError, SkippedFields};

/// Far more elements than any product has; the rest is skipped.
const MAX_ENTRIES: usize = 1_000;

/// Records of a list, without empty ones.
pub(in super::super) struct OneOrMany<T> {
    entries: Vec<T>,
    malformed: bool,
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), malformed: false }
    }
}

impl<T> OneOrMany<T> {
    /// The records, unless some element was neither a record nor empty.
    pub(in super::super) fn strictly(self, field: &'static str) -> Result<Vec<T>, DecodeError> {
        if self.malformed { Err(DecodeError::Unusable { field }) } else { Ok(self.entries) }
    }

    /// The records; an element that was neither a record nor empty is counted as an unusable
    /// `field`.
    pub(in super::super) fn counted(
        self,
        field: &'static str,
        skipped: &mut SkippedFields,
    ) -> Vec<T> {
        if self.malformed {
            skipped.add(field);
        }
        self.entries
    }

    /// Whether some element was neither a record nor empty.
    pub(in super::super) fn has_malformed(&self) -> bool {
        self.malformed
    }

    /// The records.
    pub(in super::super) fn entries(&self) -> &[T] {
        &self.entries
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut list = Self::default();
        Collect(&mut list).deserialize(deserializer)?;
        Ok(list)
    }
}

/// Collects elements into a list.
struct Collect<'l, T>(&'l mut OneOrMany<T>);

impl<T> Collect<'_, T> {
    fn neither<E>(self, is_empty: bool) -> Result<(), E> {
        self.0.malformed |= !is_empty;
        Ok(())
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Collect<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Collect<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record, a list of them, or nothing")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        let seen = Seen { map, is_empty: &mut is_empty, of: PhantomData };
        let entry = T::deserialize(MapAccessDeserializer::new(seen))?;
        if !is_empty {
            self.0.entries.push(entry);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while self.0.entries.len() < MAX_ENTRIES {
            if seq.next_element_seed(Collect(self.0))?.is_none() {
                return Ok(());
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.neither(true)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.neither(text.trim().is_empty())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.neither(!flag)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.neither(false)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.neither(false)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.neither(false)
    }
}

/// A map that records whether it had a key.
struct Seen<'f, 'de, A> {
    map: A,
    is_empty: &'f mut bool,
    of: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Seen<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let key = self.map.next_key_seed(seed)?;
        *self.is_empty &= key.is_none();
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ref;
    use super::*;

    #[derive(serde::Deserialize)]
    struct Entry<'a> {
        #[serde(borrow, default)]
        of: Ref<'a>,
    }

    fn ids(json: &str) -> Result<Vec<String>, DecodeError> {
        let list: OneOrMany<Entry<'_>> = serde_json::from_str(json).unwrap();
        let entries = list.strictly("list")?;
        Ok(entries.iter().filter_map(|entry| entry.of.id().map(str::to_owned)).collect())
    }

    #[test]
    fn list_may_be_an_array_or_bare_object() {
        assert_eq!(ids(r#"[{"of":"a"},{"of":"b"}]"#), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(ids(r#"{"of":"a"}"#), Ok(vec!["a".into()]));
    }

    #[test]
    fn every_empty_value_is_an_empty_list() {
        for json in ["[]", "{}", "\"\"", "null", "false", "[{}]", "[null, [], \"\"]"] {
            assert_eq!(ids(json), Ok(vec![]), "{json}");
        }
    }

    #[test]
    fn invalid_element_is_reported() {
        for json in ["\"a\"", "7", "-7", "7.5", "true", r#"[{"of":"a"}, "b"]"#] {
            assert_eq!(ids(json), Err(DecodeError::Unusable { field: "list" }), "{json}");
        }
    }

    #[test]
    fn invalid_element_costs_itself_alone() {
        let json = r#"[{"of":"a"}, "b", 7, {"of":"c"}]"#;
        let list: OneOrMany<Entry<'_>> = serde_json::from_str(json).unwrap();
        let mut skipped = SkippedFields::default();
        assert_eq!(list.counted("list", &mut skipped).len(), 2);
        assert_eq!(skipped.iter().collect::<Vec<_>>(), [("list", 1)]);
    }

    #[test]
    fn overlong_list_is_truncated() {
        let json = format!("[{}]", vec![r#"{"of":"a"}"#; MAX_ENTRIES + 5].join(","));
        assert_eq!(ids(&json).unwrap().len(), MAX_ENTRIES);
    }
}
