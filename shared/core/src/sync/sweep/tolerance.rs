//! A sweep's tolerance of failures of single records.

use super::Halt;
use crate::domain::ApiError;

/// Maximum number of records that may fail for reasons other than deletion.
const MAX_FAILURES: usize = 3;

/// Tolerates failures of single records but not of a whole shop: one broken record must not block
/// sweeps, and a failing shop must not be sent more requests.
#[derive(Debug, Default)]
pub(super) struct Tolerance {
    failures: usize,
}

impl Tolerance {
    /// Accepts a failure that may concern a single record; returns other failures, and those above
    /// the limit.
    pub(super) fn tolerate(&mut self, error: ApiError) -> Result<(), Halt> {
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
