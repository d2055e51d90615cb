//! Sealing of stored data with AES-256-GCM, bound to its owner.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use sha2::{Digest, Sha256};

/// Version of the layout `version · key id · nonce · ciphertext and tag`.
const VERSION: u8 = 1;
const KEY_ID_LEN: usize = 4;
const NONCE_LEN: usize = 12;

/// The sealed bytes cannot be opened: the key or owner differs, or the bytes are corrupt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed data cannot be opened")]
pub struct SealError;

/// Keys for data at rest, newest first: the first seals, all can open.
#[derive(Clone)]
pub struct DataKeys(Vec<([u8; KEY_ID_LEN], Aes256Gcm)>);

impl DataKeys {
    /// Accepts at least one key; None for an empty list.
    pub fn new(keys: impl IntoIterator<Item = [u8; 32]>) -> Option<Self> {
        let prepare = |key: [u8; 32]| (key_id(&key), Aes256Gcm::new(&Key::<Aes256Gcm>::from(key)));
        let keys: Vec<_> = keys.into_iter().map(prepare).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Seals `plain` for `owner` with the newest key. `nonce` must be fresh random bytes.
    pub fn seal(
        &self,
        owner: &str,
        nonce: [u8; NONCE_LEN],
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let (id, cipher) = self.0.first().ok_or(SealError)?;
        let payload = Payload { msg: plain, aad: owner.as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError)?;
        Ok([&[VERSION][..], id, &nonce, &sealed].concat())
    }

    /// Opens bytes that [`Self::seal`] returned for the same owner, with any of the keys.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID_LEN>().ok_or(SealError)?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
        if *version != VERSION {
            return Err(SealError);
        }
        let (_, cipher) = self.0.iter().find(|(known, _)| known == id).ok_or(SealError)?;
        let payload = Payload { msg, aad: owner.as_bytes() };
        cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError)
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKeys({} [redacted])", self.0.len())
    }
}

/// Identifies a key without revealing it: the first bytes of its digest.
fn key_id(key: &[u8; 32]) -> [u8; KEY_ID_LEN] {
    let digest: [u8; 32] = Sha256::digest(key).into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(seeds: &[u8]) -> DataKeys {
        DataKeys::new(seeds.iter().map(|seed| [*seed; 32])).unwrap()
    }

    #[test]
    fn sealed_data_opens_only_for_its_owner() {
        let sealed = keys(&[1]).seal("a", [7; 12], b"token").unwrap();
        assert_eq!(keys(&[1]).open("a", &sealed).unwrap(), b"token");
        assert_eq!(keys(&[1]).open("b", &sealed), Err(SealError));
    }

    #[test]
    fn newest_key_seals_and_older_keys_open() {
        let old = keys(&[1]).seal("a", [7; 12], b"token").unwrap();
        let rotated = keys(&[2, 1]);
        assert_eq!(rotated.open("a", &old).unwrap(), b"token");
        let new = rotated.seal("a", [8; 12], b"token").unwrap();
        assert_eq!(keys(&[1]).open("a", &new), Err(SealError));
    }

    proptest! {
        #[test]
        fn changed_bit_is_refused(at in 0usize..38, bit in 0u8..8) {
            let mut sealed = keys(&[1]).seal("a", [7; 12], b"token").unwrap();
            prop_assume!(at < sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(keys(&[1]).open("a", &sealed), Err(SealError));
        }

        #[test]
        fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(keys(&[1]).open("a", &bytes), Err(SealError));
        }
    }
}
