//! How much of a shop's misbehaviour over single records a sweep puts up with.

use super::Halt;
use crate::domain::ApiError;

/// How many records may not be had for other reasons than that they are gone.
const MAX_FAILURES: usize = 3;

/// Lets single records fail and not a whole shop: a record that can never be had must not keep
/// sweeps from their end, and a shop that answers nothing must be left alone.
#[derive(Debug, Default)]
pub(super) struct Patience {
    failures: usize,
}

impl Patience {
    /// Passes over a failure that may be the record's own; gives the others back, and those that
    /// are too many.
    pub(super) fn forgive(&mut self, error: ApiError) -> Result<(), Halt> {
        let may_be_its_own = matches!(
            error,
            ApiError::Unavailable { .. }
                | ApiError::Unreachable(_)
                | ApiError::Malformed(_)
                | ApiError::Rejected { .. }
                | ApiError::TooLarge { .. }
                | ApiError::PastEnd
        );
        self.failures += 1;
        if may_be_its_own && self.failures <= MAX_FAILURES { Ok(()) } else { Err(error.into()) }
    }
}
