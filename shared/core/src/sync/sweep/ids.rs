//! Sets of ids at five bytes per id, whatever its length.

use sha2::{Digest, Sha256};

/// A shortened digest. The chance that a deleted record shares its digest with one of a hundred
/// thousand others is one in ten million; its row then stays, with no other effect.
type Short = [u8; 5];

/// A set of ids by their digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct IdSet(Vec<Short>);

impl IdSet {
    /// The number of ids.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the set contains the id.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.binary_search(&digest(id)).is_ok()
    }

    /// Creates a checklist of the set with nothing marked.
    pub(super) fn checklist(&self) -> Checklist<'_> {
        Checklist { set: self, marked: vec![0; self.0.len().div_ceil(BITS)] }
    }
}

/// Ids per word of a checklist.
const BITS: usize = u64::BITS as usize;

/// Marks ids of a set as seen, one bit per id.
#[derive(Debug)]
pub(super) struct Checklist<'a> {
    set: &'a IdSet,
    marked: Vec<u64>,
}

impl Checklist<'_> {
    /// Marks the id; returns false if it is not in the set.
    pub(super) fn mark(&mut self, id: &str) -> bool {
        let Ok(place) = self.set.0.binary_search(&digest(id)) else { return false };
        if let Some(word) = self.marked.get_mut(place / BITS) {
            *word |= 1 << (place % BITS);
        }
        true
    }

    /// The unmarked ids.
    pub(super) fn unmarked(&self) -> IdSet {
        let is_marked = |place: usize| {
            self.marked.get(place / BITS).is_some_and(|word| word >> (place % BITS) & 1 == 1)
        };
        let left = self.set.0.iter().enumerate().filter(|(place, _)| !is_marked(*place));
        IdSet(left.map(|(_, digest)| *digest).collect())
    }
}

/// Limits the memory reserved in advance to less than a megabyte.
const MAX_EXPECTED: usize = 131_072;

/// A set that is being filled.
#[derive(Debug, Default)]
pub(super) struct Gathering(Vec<Short>);

impl Gathering {
    /// Reserves space for the expected number of ids.
    pub(super) fn expecting(ids: u64) -> Self {
        let ids = usize::try_from(ids).unwrap_or(0).min(MAX_EXPECTED);
        Self(Vec::with_capacity(ids))
    }

    /// Adds an id.
    pub(super) fn add(&mut self, id: &str) {
        self.0.push(digest(id));
    }

    /// Builds the set, without duplicates.
    pub(super) fn finish(self) -> IdSet {
        let mut digests = self.0;
        digests.sort_unstable();
        digests.dedup();
        IdSet(digests)
    }
}

fn digest(id: &str) -> Short {
    let [a, b, c, d, e, ..] = Sha256::digest(id.as_bytes()).0;
    [a, b, c, d, e]
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
        fn unmarked_ids_are_stored_but_not_listed(
            stored in prop::collection::vec("[a-d]{1,3}", 0..60),
            listed in prop::collection::vec("[a-d]{1,3}", 0..60),
        ) {
            let all = set(&stored);
            let mut checklist = all.checklist();
            for id in &listed {
                prop_assert_eq!(checklist.mark(id), stored.contains(id));
            }
            let gone = checklist.unmarked();
            let expected: BTreeSet<_> =
                stored.iter().filter(|id| !listed.contains(id)).collect();
            prop_assert_eq!(gone.len(), expected.len());
            for id in stored.iter().chain(&listed) {
                prop_assert_eq!(gone.contains(id), expected.contains(id));
            }
        }
    }
}
