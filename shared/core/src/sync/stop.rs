//! Why a run stops early.

use crate::domain::ApiError;

/// Reasons to stop a run between two pages.
pub(super) enum Stop {
    Error(ApiError),
    LostLease,
}

impl<E: Into<ApiError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}
