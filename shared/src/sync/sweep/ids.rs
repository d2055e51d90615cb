//! Sets of ids, kept small: eight bytes an id, whatever its length.

use sha2::{Digest, Sha256};

/// A set of ids by their digests. Two ids of a hundred thousand have the same one about once in
/// four billion shops; then a row stays that could go, and nothing worse.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct IdSet(Vec<u64>);

impl IdSet {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the id is one of them.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.binary_search(&digest(id)).is_ok()
    }

    /// Those that are not in `other`.
    pub(super) fn without(&self, other: &Self) -> Self {
        let is_left = |digest: &&u64| other.0.binary_search(digest).is_err();
        Self(self.0.iter().filter(is_left).copied().collect())
    }
}

/// A set that is being filled.
#[derive(Debug, Default)]
pub(super) struct Gathering(Vec<u64>);

impl Gathering {
    /// Adds an id.
    pub(super) fn add(&mut self, id: &str) {
        self.0.push(digest(id));
    }

    /// The set; what was added twice is in it once.
    pub(super) fn finish(self) -> IdSet {
        let mut digests = self.0;
        digests.sort_unstable();
        digests.dedup();
        IdSet(digests)
    }
}

fn digest(id: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = Sha256::digest(id.as_bytes()).0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    fn set<'a>(ids: impl IntoIterator<Item = &'a String>) -> IdSet {
        let mut gathering = Gathering::default();
        ids.into_iter().for_each(|id| gathering.add(id));
        gathering.finish()
    }

    proptest! {
        #[test]
        fn what_is_left_is_in_the_one_and_not_in_the_other(
            stored in prop::collection::vec("[a-d]{1,3}", 0..60),
            listed in prop::collection::vec("[a-d]{1,3}", 0..60),
        ) {
            let gone = set(&stored).without(&set(&listed));
            let expected: BTreeSet<_> =
                stored.iter().filter(|id| !listed.contains(id)).collect();
            prop_assert_eq!(gone.len(), expected.len());
            for id in stored.iter().chain(&listed) {
                prop_assert_eq!(gone.contains(id), expected.contains(id));
            }
        }
    }
}
