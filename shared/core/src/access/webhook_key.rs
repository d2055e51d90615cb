//! Webhook addresses that serve as credentials: deliveries are authenticated by the key in the
//! address alone.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Random bytes in a key.
const BYTES: usize = 32;
/// Length of a key in base64url without padding.
const TEXT: usize = 43;
/// Bytes of a key's hash that name its row; the others verify the key.
const SELECTOR: usize = 16;

/// 256 random bits in an address. Never stored, and redacted in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct CapabilityKey([u8; BYTES]);

/// Public half of a key's SHA-256, which names its row. The timing of a lookup may leak it, but it
/// is useless without the other half.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeySelector(String);

/// Secret half of a key's SHA-256, which verifies the key.
#[derive(Clone, Copy)]
pub struct KeyVerifier([u8; BYTES - SELECTOR]);

impl CapabilityKey {
    /// Creates a key from random bytes.
    pub fn from_random(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// Parses a key from an address. Accepts only 43 characters of base64url (RFC 4648, section 5)
    /// whose last two bits are zero, so that a key has exactly one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT {
            return None;
        }
        let mut bytes = [0; BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == BYTES).then_some(Self(bytes))
    }

    /// Returns the key as written in an address. Give it to the platform only.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Hashes the key for storage.
    pub fn hash(&self) -> (KeySelector, KeyVerifier) {
        let digest: [u8; BYTES] = Sha256::digest(self.0).into();
        let (selector, verifier) = digest.split_at(SELECTOR);
        let mut secret = [0; BYTES - SELECTOR];
        secret.copy_from_slice(verifier);
        (KeySelector(hex::encode(selector)), KeyVerifier(secret))
    }

    /// Returns the half of the key's hash that names its row.
    pub fn selector(&self) -> KeySelector {
        self.hash().0
    }
}

impl fmt::Debug for CapabilityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CapabilityKey([redacted])")
    }
}

impl KeySelector {
    /// Returns the selector as 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a stored selector.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl KeyVerifier {
    /// Verifier to compare with for an unknown key: all zeros, a hash for which no key can be
    /// found.
    pub const NOBODY: Self = Self([0; BYTES - SELECTOR]);

    /// Decodes a stored verifier.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for KeyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyVerifier([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn key_debug_output_is_redacted() {
        let key = CapabilityKey::from_random([7; BYTES]);
        let (_, verifier) = key.hash();
        assert_eq!(
            format!("{key:?} {verifier:?}"),
            "CapabilityKey([redacted]) KeyVerifier([redacted])"
        );
    }

    #[test]
    fn key_has_one_spelling() {
        let spelt = CapabilityKey::from_random([0xff; BYTES]).reveal();
        assert!(CapabilityKey::parse(&spelt).is_some());
        // The same bytes, with an unused trailing bit set.
        assert!(spelt.ends_with('8'));
        let other = format!("{}9", spelt.strip_suffix('8').unwrap());
        assert!(CapabilityKey::parse(&other).is_none());
    }

    #[test]
    fn invalid_key_is_none() {
        let spelt = CapabilityKey::from_random([1; BYTES]).reveal();
        let (short, long) = (&spelt[..TEXT - 1], format!("{spelt}A"));
        let padded = format!("{short}=");
        for text in
            ["", "key", short, long.as_str(), padded.as_str(), &"é".repeat(21), &"/".repeat(TEXT)]
        {
            assert!(CapabilityKey::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn key_roundtrips_through_text(bytes: [u8; BYTES]) {
            let key = CapabilityKey::from_random(bytes);
            let spelt = key.reveal();
            prop_assert_eq!(spelt.len(), TEXT);
            prop_assert!(CapabilityKey::parse(&spelt) == Some(key));
        }

        #[test]
        fn flipped_bit_makes_a_different_key(bytes: [u8; BYTES], bit in 0_usize..BYTES * 8) {
            let mut others = bytes;
            others[bit / 8] ^= 1 << (bit % 8);
            let (selector, verifier) = CapabilityKey::from_random(bytes).hash();
            let (other_selector, other) = CapabilityKey::from_random(others).hash();
            prop_assert!(selector != other_selector && !verifier.matches(&other));
            prop_assert!(verifier.matches(&verifier) && !verifier.matches(&KeyVerifier::NOBODY));
        }

        #[test]
        fn arbitrary_text_does_not_panic(text in "\\PC{0,60}") {
            CapabilityKey::parse(&text);
        }
    }
}
