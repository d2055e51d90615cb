//! Sets of ids, kept small: five bytes an id, whatever its length.

use sha2::{Digest, Sha256};

/// What stands for an id. That a record which is gone has the digest of one of a hundred thousand
/// others happens once in ten million; then its row stays, and nothing worse.
type Short = [u8; 5];

/// A set of ids by their digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct IdSet(Vec<Short>);

impl IdSet {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the id is one of them.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.binary_search(&digest(id)).is_ok()
    }

    /// A list of which of them have been met; none so far.
    pub(super) fn roll(&self) -> Roll<'_> {
        Roll { set: self, met: vec![0; self.0.len().div_ceil(BITS)] }
    }
}

/// How many ids a word of a roll stands for.
const BITS: usize = u64::BITS as usize;

/// Which ids of a set have been met: a bit an id.
#[derive(Debug)]
pub(super) struct Roll<'a> {
    set: &'a IdSet,
    met: Vec<u64>,
}

impl Roll<'_> {
    /// Notes that the id was met. False if it is not in the set.
    pub(super) fn meet(&mut self, id: &str) -> bool {
        let Ok(place) = self.set.0.binary_search(&digest(id)) else { return false };
        if let Some(word) = self.met.get_mut(place / BITS) {
            *word |= 1 << (place % BITS);
        }
        true
    }

    /// Those that have not been met.
    pub(super) fn unmet(&self) -> IdSet {
        let is_met = |place: usize| {
            self.met.get(place / BITS).is_some_and(|word| word >> (place % BITS) & 1 == 1)
        };
        let left = self.set.0.iter().enumerate().filter(|(place, _)| !is_met(*place));
        IdSet(left.map(|(_, digest)| *digest).collect())
    }
}

/// No more than a megabyte is set aside for what may never come.
const MAX_EXPECTED: usize = 131_072;

/// A set that is being filled.
#[derive(Debug, Default)]
pub(super) struct Gathering(Vec<Short>);

impl Gathering {
    /// A set that is likely to have so many: it need not be moved as it grows.
    pub(super) fn expecting(ids: u64) -> Self {
        let ids = usize::try_from(ids).unwrap_or(0).min(MAX_EXPECTED);
        Self(Vec::with_capacity(ids))
    }

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
        fn what_is_left_is_in_the_one_and_not_in_the_other(
            stored in prop::collection::vec("[a-d]{1,3}", 0..60),
            listed in prop::collection::vec("[a-d]{1,3}", 0..60),
        ) {
            let all = set(&stored);
            let mut roll = all.roll();
            for id in &listed {
                prop_assert_eq!(roll.meet(id), stored.contains(id));
            }
            let gone = roll.unmet();
            let expected: BTreeSet<_> =
                stored.iter().filter(|id| !listed.contains(id)).collect();
            prop_assert_eq!(gone.len(), expected.len());
            for id in stored.iter().chain(&listed) {
                prop_assert_eq!(gone.contains(id), expected.contains(id));
            }
        }
    }
}
