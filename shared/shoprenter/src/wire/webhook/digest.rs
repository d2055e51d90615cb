//! Digest of a payload's content, 32 hex digits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::super::scalar::Scalar;

/// 128 bits are enough to distinguish the states of a shop's orders.
const DIGITS: usize = 32;

/// Fields excluded from the digest at any depth: a bcrypt hash, card details, IP addresses.
const FORBIDDEN: [&str; 3] = ["password", "orderCreditCards", "ip"];

type Hash = [u8; 32];

/// Equal for equal content: the order of fields, the spelling of numbers (`1`, `"1"`) and of empty
/// values, and an array around a single element make no difference. Fields that must never be
/// stored are excluded.
pub(in super::super) fn digest(json: &str) -> String {
    let mut digits = hex::encode(hash(json).unwrap_or_default());
    digits.truncate(DIGITS);
    digits
}

/// Hashes recursively, so that only one level is held at a time. None for an empty value. The depth
/// was bounded when the body was opened.
fn hash(json: &str) -> Option<Hash> {
    match Scalar::read(json) {
        Scalar::Empty => None,
        Scalar::Flag(flag) => Some(text(if flag { "1" } else { "0" })),
        scalar @ Scalar::Text(_) => scalar.text().map(text),
        Scalar::Composite if json.trim_start().starts_with('[') => list(json),
        Scalar::Composite => object(json),
    }
}

fn text(text: &str) -> Hash {
    Sha256::new().chain_update(b"text").chain_update(text).finalize().into()
}

fn list(json: &str) -> Option<Hash> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    let hashes: Vec<Hash> = elements.iter().filter_map(|element| hash(element.get())).collect();
    if let [] | [_] = hashes.as_slice() {
        return hashes.first().copied();
    }
    let mut all = Sha256::new().chain_update(b"list");
    hashes.iter().for_each(|hash| all.update(hash));
    Some(all.finalize().into())
}

/// The last occurrence of a duplicate field counts.
fn object(json: &str) -> Option<Hash> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    let mut all = Sha256::new().chain_update(b"object");
    let mut is_empty = true;
    for (name, value) in fields.iter().filter(|(name, _)| !FORBIDDEN.contains(&name.as_str())) {
        if let Some(hash) = hash(value.get()) {
            all.update((name.len() as u64).to_be_bytes());
            all.update(name);
            all.update(hash);
            is_empty = false;
        }
    }
    (!is_empty).then(|| all.finalize().into())
}
