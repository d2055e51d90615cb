//! ShopRenter's side of the signature for tests, independent of the verifier's code.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use url::form_urlencoded::byte_serialize;

use super::Form;

pub(crate) const SECRET: &str = "client-secret";
pub(crate) const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);

/// The tag of any text.
pub(super) fn tag(secret: &str, text: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    hex::encode(mac.chain_update(text).finalize().into_bytes())
}

/// A query ending with the tag of any text.
pub(super) fn with_tag_of(query: &str, text: &str) -> String {
    format!("{query}&hmac={}", tag(SECRET, text))
}

/// A call to be signed: decoded parameters in the order in which they will be sent.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pairs: Vec<(String, String)>,
    encode: fn(&str) -> String,
}

impl Draft {
    /// The shop's call at the current time.
    pub(crate) fn of(shop: &str) -> Self {
        let now = NOW.as_second().to_string();
        let pairs = [("shopname", shop), ("code", "c0de/+="), ("timestamp", &now)];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { pairs: pairs.into(), encode: |value| byte_serialize(value.as_bytes()).collect() }
    }

    /// Adds a parameter, or replaces the one with that name.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        match self.pairs.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.pairs.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        self
    }

    /// Percent-encodes every byte of every value; the values decode unchanged.
    pub(super) fn encoded_to_the_last_byte(mut self) -> Self {
        self.encode = |value| value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        self
    }

    /// Reorders the parameters.
    pub(super) fn in_order_of<K: Ord>(mut self, key: impl FnMut(&(String, String)) -> K) -> Self {
        self.pairs.sort_by_key(key);
        self
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.pairs.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub(super) fn get(&self, name: &str) -> &str {
        &self.pairs.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// The unsigned query.
    pub(super) fn query(&self) -> String {
        let pairs = self.pairs.iter();
        pairs
            .map(|(name, value)| format!("{name}={}", (self.encode)(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// The text that a form signs: decoded values in all but [`Form::AsReceived`], as in PHP.
    pub(super) fn text(&self, form: Form) -> String {
        let three =
            |names: [&str; 3]| names.map(|name| format!("{name}={}", self.get(name))).join("&");
        match form {
            Form::ShopnameFirst => three(["shopname", "code", "timestamp"]),
            Form::CodeFirst => three(["code", "shopname", "timestamp"]),
            Form::AsReceived => self.query(),
            Form::Sorted => {
                let mut all: Vec<_> = self.pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
                all.sort_by_key(|pair| pair.split('=').next().unwrap().to_owned());
                all.join("&")
            }
        }
    }

    /// The signed query.
    pub(crate) fn signed(&self, form: Form) -> String {
        with_tag_of(&self.query(), &self.text(form))
    }
}
