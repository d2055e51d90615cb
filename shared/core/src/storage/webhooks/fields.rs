//! Digests of lists of field names.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Hexadecimal digits of a digest.
const DIGITS: usize = 16;

/// Identifies a set of field names: lists are compared, never read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldsDigest(String);

impl FieldsDigest {
    /// The digest of some names, whatever their order.
    pub fn of<T: AsRef<str>>(names: &[T]) -> Self {
        let names: BTreeSet<_> = names.iter().map(AsRef::as_ref).collect();
        let mut hash = Sha256::new();
        for name in names {
            hash.update(name);
            hash.update([0]);
        }
        let mut digest = hex::encode(hash.finalize());
        digest.truncate(DIGITS);
        Self(digest)
    }

    /// The digest's text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
