//! Deserialization of a scalar from JSON.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::value::RawValue;

use super::Scalar;

impl<'a> Scalar<'a> {
    /// Reads a whole JSON value.
    pub(in super::super) fn read(json: &'a str) -> Self {
        let json = json.trim();
        match json.as_bytes().first() {
            Some(b'"') => string(json),
            Some(b'{') => composite(json, '{', '}'),
            Some(b'[') => composite(json, '[', ']'),
            Some(b't') => Self::Flag(true),
            Some(b'f') => Self::Flag(false),
            Some(b'-' | b'0'..=b'9') => Self::Text(Cow::Borrowed(json)),
            _ => Self::Empty,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|json| Self::read(json.get()))
    }
}

fn composite(json: &str, open: char, close: char) -> Scalar<'_> {
    let inner = json.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if inner.is_some_and(|inner| inner.trim().is_empty()) {
        Scalar::Empty
    } else {
        Scalar::Composite
    }
}

fn string(json: &str) -> Scalar<'_> {
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    if inner.is_empty() {
        return Scalar::Empty;
    }
    if !inner.as_bytes().contains(&b'\\') {
        return Scalar::Text(Cow::Borrowed(inner));
    }
    match serde_json::from_str::<String>(json) {
        Ok(text) => Scalar::Text(Cow::Owned(text)),
        Err(_) => half_characters(json),
    }
}

/// A text truncated within an escaped surrogate pair ends in half of it (`"\ud83d"`), which is not
/// valid Unicode: that half is replaced with U+FFFD and the rest is kept.
fn half_characters(json: &str) -> Scalar<'_> {
    struct Bytes;
    impl Visitor<'_> for Bytes {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    match Deserializer::deserialize_bytes(&mut reader, Bytes) {
        Ok(text) => Scalar::Text(Cow::Owned(text)),
        Err(_) => Scalar::Composite,
    }
}
