//! Reproducible randomness: the same seed, stream and index always yield the same values.

use rand::{Rng, SeedableRng, rngs::SmallRng};

/// Purpose of a draw. Streams are independent, so that a record's date can be drawn without
/// generating the whole record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Dates = 1,
    Status,
    Record,
    Spelling,
    Poison,
    Faults,
    Churn,
    Delivery,
    OuterId,
}

/// Source of reproducible values.
#[derive(Debug)]
pub(crate) struct Draw(SmallRng);

impl Draw {
    pub(crate) fn new(seed: u64, stream: Stream, salt: u64, index: u32) -> Self {
        let mixed = mix(seed ^ mix(((stream as u64) << 40) ^ (salt << 32) ^ u64::from(index)));
        Self(SmallRng::seed_from_u64(mixed))
    }

    /// Returns true at the given rate: never at 0, always at 1.
    pub(crate) fn chance(&mut self, rate: f64) -> bool {
        self.0.random::<f64>() < rate
    }

    /// Returns a number below `bound`; 0 if the bound is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 { 0 } else { self.0.random_range(0..bound) }
    }

    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// Returns one of the values, or the type's default if there are none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = self.below(u32::try_from(from.len()).unwrap_or(u32::MAX));
        from.get(at as usize).copied().unwrap_or_default()
    }

    pub(crate) fn digits(&mut self, count: u32) -> String {
        (0..count).map(|_| char::from(b'0'.saturating_add(self.below(10) as u8))).collect()
    }
}

/// Finaliser of splitmix64.
const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_seed_and_index() {
        let numbers = |index| {
            let mut draw = Draw::new(7, Stream::Record, 1, index);
            (0..8).map(|_| draw.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(3), numbers(3));
        assert_ne!(numbers(3), numbers(4));
    }

    #[test]
    fn rate_zero_never_and_one_always_occurs() {
        let mut draw = Draw::new(1, Stream::Faults, 0, 0);
        assert!((0..1000).all(|_| !draw.chance(0.0)));
        assert!((0..1000).all(|_| draw.chance(1.0)));
    }
}
