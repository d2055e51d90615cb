//! Size-limited reading of answers.

use std::time::Duration;

use shopcall_domain::ApiError;

use super::error::unreachable;

/// Largest API answer accepted: a page of 200 products is 3 to 8 MB.
pub(super) const MAX_BYTES: usize = 32 << 20;
/// Largest answer accepted from the token endpoint.
pub(super) const MAX_TOKEN_BYTES: usize = 64 << 10;

/// Reads the whole body; fails above `limit` bytes.
pub(super) async fn read(
    response: &mut reqwest::Response,
    limit: usize,
) -> Result<Vec<u8>, ApiError> {
    let too_large = ApiError::TooLarge { limit };
    let declared = response.content_length().and_then(|length| usize::try_from(length).ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large);
    }
    let mut body = Vec::with_capacity(declared.unwrap_or(16 << 10).min(limit));
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > limit {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// `Retry-After` in seconds; ShopRenter does not use the date form.
pub(super) fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let value = response.headers().get(reqwest::header::RETRY_AFTER)?;
    value.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
