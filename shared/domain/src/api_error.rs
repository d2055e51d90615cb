//! Errors of a platform's API, and whether a retry can help.

use std::error::Error;
use std::time::Duration;

/// Whether a failure is worth a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// A later retry can succeed.
    Retryable,
    /// A retry of the same request cannot succeed.
    Permanent,
}

/// A failed request to a platform. No variant holds a body, a token or an address.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The token endpoint refused the app for this shop: uninstalled, or wrong credentials.
    #[error("the platform refused a token for this shop ({status})")]
    ClientRefused {
        /// 400, 401, 403 or 404.
        status: u16,
    },
    /// A newly issued token was refused too.
    #[error("the platform refused a token that it had just issued")]
    TokenRefused,
    /// The store is not installed at the requested generation; no request was sent.
    #[error("the store is no longer installed")]
    NotInstalled,
    /// This version does not support the store's platform; no request was sent.
    #[error("the platform is not supported")]
    UnsupportedPlatform,
    /// The token does not cover the resource.
    #[error("a permission is missing for {resource}")]
    MissingPermission {
        /// First part of the requested path.
        resource: &'static str,
    },
    /// The record or the shop does not exist.
    #[error("the platform does not know {resource}")]
    NotFound {
        /// First part of the requested path.
        resource: &'static str,
    },
    /// The page is past the last one: the list became shorter.
    #[error("the page is past the end")]
    PastEnd,
    /// Refused for another reason.
    #[error("the platform refused the request ({status}, {code:?})")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The platform's own error code, if the answer had one.
        code: Option<u32>,
    },
    /// The shop's rate limit is exceeded.
    #[error("the platform's rate limit is exceeded")]
    RateLimited {
        /// The wait requested by the platform.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error("the platform is unavailable ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// The wait requested by the platform.
        retry_after: Option<Duration>,
    },
    /// No answer, or not all of it.
    #[error("the platform could not be reached: {0}")]
    Unreachable(&'static str),
    /// The answer is larger than any valid page.
    #[error("the platform's answer is larger than {limit} bytes")]
    TooLarge {
        /// The bound that was exceeded.
        limit: usize,
    },
    /// The list has more pages than any shop has records for.
    #[error("the platform's list does not end")]
    Endless,
    /// The answer cannot be decoded (often an error page with status 200).
    #[error("the platform's answer cannot be decoded: {0}")]
    Malformed(&'static str),
    /// The remaining time is too short for another attempt.
    #[error("no time is left for another attempt")]
    OutOfTime,
    /// Tokens or the rate limit could not be read or written.
    #[error("the token store failed")]
    Store(#[source] Box<dyn Error + Send + Sync>),
    /// A stored token cannot be decrypted, or a new one cannot be encrypted.
    #[error("a token cannot be encrypted or decrypted")]
    Seal,
}

impl ApiError {
    /// Whether a later retry can succeed.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::ClientRefused { .. }
            | Self::TokenRefused
            | Self::NotInstalled
            | Self::UnsupportedPlatform
            | Self::MissingPermission { .. }
            | Self::NotFound { .. }
            | Self::PastEnd
            | Self::Rejected { .. }
            | Self::TooLarge { .. }
            | Self::Endless
            | Self::Seal => FailureKind::Permanent,
            Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Unreachable(_)
            | Self::Malformed(_)
            | Self::OutOfTime
            | Self::Store(_) => FailureKind::Retryable,
        }
    }

    /// A short name for logs, metrics and pages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ClientRefused { .. } => "client_refused",
            Self::TokenRefused => "token_refused",
            Self::NotInstalled => "not_installed",
            Self::UnsupportedPlatform => "unsupported_platform",
            Self::MissingPermission { .. } => "missing_permission",
            Self::NotFound { .. } => "not_found",
            Self::PastEnd => "past_end",
            Self::Rejected { .. } => "rejected",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::Unreachable(_) => "unreachable",
            Self::TooLarge { .. } => "too_large",
            Self::Endless => "endless",
            Self::Malformed(_) => "malformed",
            Self::OutOfTime => "out_of_time",
            Self::Store(_) => "store",
            Self::Seal => "seal",
        }
    }
}
