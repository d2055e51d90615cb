//! Classification of ShopRenter's answers and failures for retries.

use std::time::Duration;

use shopcall_domain::ApiError;

/// Whether the request may be repeated at once, and the delay that ShopRenter asked for.
pub(crate) fn repeatable(error: &ApiError) -> Option<Option<Duration>> {
    match error {
        ApiError::RateLimited { retry_after } | ApiError::Unavailable { retry_after, .. } => {
            Some(*retry_after)
        }
        ApiError::Unreachable(_) | ApiError::Malformed(_) => Some(None),
        _ => None,
    }
}

/// Keeps a failure's kind and drops its text, which holds the address.
pub(crate) fn unreachable(error: reqwest::Error) -> ApiError {
    ApiError::Unreachable(if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    })
}
