//! An address that is a credential: whoever knows it is let in, for nothing else tells who calls.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of randomness in a key.
const BYTES: usize = 32;
/// The same in base64url without padding.
const TEXT: usize = 43;
/// Bytes of a key's hash that name its row; the others prove it.
const SELECTOR: usize = 16;

/// 256 random bits as they stand in an address. Shown by no `Debug`, stored nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct CapabilityKey([u8; BYTES]);

/// The public half of a key's SHA-256, by which its row is found. Time spent on a look-up may tell
/// something of it; without the other half that is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeySelector(String);

/// The secret half of a key's SHA-256, by which a key is known to be right.
#[derive(Clone, Copy)]
pub struct KeyVerifier([u8; BYTES - SELECTOR]);

impl CapabilityKey {
    /// Makes a key of random bytes.
    pub fn from_random(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads a key from an address. None for all but 43 characters of base64url (RFC 4648, 5)
    /// whose last two bits are zero, so that a key has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT {
            return None;
        }
        let mut bytes = [0; BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == BYTES).then_some(Self(bytes))
    }

    /// The key as it goes into an address. To be given to the platform and to nobody else.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What may be stored of it.
    pub fn hash(&self) -> (KeySelector, KeyVerifier) {
        let digest: [u8; BYTES] = Sha256::digest(self.0).into();
        let (selector, verifier) = digest.split_at(SELECTOR);
        let mut kept = [0; BYTES - SELECTOR];
        kept.copy_from_slice(verifier);
        (KeySelector(hex::encode(selector)), KeyVerifier(kept))
    }

    /// The half of its hash that names its row.
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
    /// 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes what was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl KeyVerifier {
    /// One that no key has, to compare with where there is nothing to compare with: the zeros of
    /// a hash that nobody can find a key for.
    pub const NOBODY: Self = Self([0; BYTES - SELECTOR]);

    /// Takes what was stored.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// What is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether the two are the same, in a time that does not depend on where they differ.
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
    fn nothing_of_a_key_is_shown() {
        let key = CapabilityKey::from_random([7; BYTES]);
        let (_, verifier) = key.hash();
        assert_eq!(
            format!("{key:?} {verifier:?}"),
            "CapabilityKey([redacted]) KeyVerifier([redacted])"
        );
    }

    #[test]
    fn a_key_has_one_spelling() {
        let spelt = CapabilityKey::from_random([0xff; BYTES]).reveal();
        assert!(CapabilityKey::parse(&spelt).is_some());
        // The same bytes with a bit set that no byte needs.
        assert!(spelt.ends_with('8'));
        let other = format!("{}9", spelt.strip_suffix('8').unwrap());
        assert!(CapabilityKey::parse(&other).is_none());
    }

    #[test]
    fn what_is_no_key_is_none() {
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
        fn a_key_is_read_back_as_it_was_written(bytes: [u8; BYTES]) {
            let key = CapabilityKey::from_random(bytes);
            let spelt = key.reveal();
            prop_assert_eq!(spelt.len(), TEXT);
            prop_assert!(CapabilityKey::parse(&spelt) == Some(key));
        }

        #[test]
        fn one_bit_more_or_less_is_another_key(bytes: [u8; BYTES], bit in 0_usize..BYTES * 8) {
            let mut others = bytes;
            others[bit / 8] ^= 1 << (bit % 8);
            let (selector, verifier) = CapabilityKey::from_random(bytes).hash();
            let (other_selector, other) = CapabilityKey::from_random(others).hash();
            prop_assert!(selector != other_selector && !verifier.matches(&other));
            prop_assert!(verifier.matches(&verifier) && !verifier.matches(&KeyVerifier::NOBODY));
        }

        #[test]
        fn no_text_can_upset_it(text in "\\PC{0,60}") {
            CapabilityKey::parse(&text);
        }
    }
}
