//! A signature, and its comparison in constant time.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// A complete HMAC-SHA256 tag as received; a truncated one cannot be represented.
pub(super) struct Tag([u8; 32]);

impl Tag {
    /// Parses exactly 64 hex digits of either case.
    pub(super) fn from_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn is_of(&self, text: &[u8], key: &Hmac<Sha256>) -> Choice {
        let mut mac = key.clone();
        mac.update(text);
        words(&mac.finalize().into_bytes().into()).ct_eq(&words(&self.0))
    }
}

/// Compared in constant time by words: bytes would take eight times as many steps.
fn words(bytes: &[u8; 32]) -> [u64; 4] {
    let (words, _) = bytes.as_chunks();
    std::array::from_fn(|at| words.get(at).map_or(0, |word| u64::from_ne_bytes(*word)))
}
