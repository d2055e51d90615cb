//! What can go wrong between the product and a platform's API, and what follows from it.

use std::error::Error;
use std::time::Duration;

/// Whether a failure is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Trying again later can help.
    Retryable,
    /// Trying again the same way cannot.
    Permanent,
}

/// A request to a platform that did not succeed. No variant holds a body, a token or an address.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The token endpoint refuses the app for this shop: uninstalled, or wrong credentials.
    #[error("the platform refuses the app a token for this shop ({status})")]
    ClientRefused {
        /// 400, 401, 403 or 404.
        status: u16,
    },
    /// A fresh token was refused too.
    #[error("the platform refuses a token that it has just issued")]
    TokenRefused,
    /// The store is not installed at the generation that the work is for; nothing was requested.
    #[error("the store is not installed any more")]
    NotInstalled,
    /// The store's platform is not one that this version supports; nothing was requested.
    #[error("the platform is not supported")]
    UnsupportedPlatform,
    /// The token does not cover the resource.
    #[error("a permission is missing for {resource}")]
    MissingPermission {
        /// First part of the requested path.
        resource: &'static str,
    },
    /// There is no such record, or no such shop.
    #[error("the platform does not know {resource}")]
    NotFound {
        /// First part of the requested path.
        resource: &'static str,
    },
    /// The page lies past the last one: the list became shorter.
    #[error("the page is past the end")]
    PastEnd,
    /// Refused for another reason.
    #[error("the platform refused the request ({status}, {code:?})")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The platform's own code, where the answer had one.
        code: Option<u32>,
    },
    /// The shop's rate limit is used up.
    #[error("the platform's rate limit is used up")]
    RateLimited {
        /// The wait that the platform asked for.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error("the platform is unavailable ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// The wait that the platform asked for.
        retry_after: Option<Duration>,
    },
    /// No answer, or not all of it.
    #[error("the platform could not be reached: {0}")]
    Unreachable(&'static str),
    /// The answer is larger than any page can be.
    #[error("an answer of the platform is larger than {limit} bytes")]
    TooLarge {
        /// The bound that was exceeded.
        limit: usize,
    },
    /// A list with more pages than any shop has records for.
    #[error("a list of the platform does not end")]
    Endless,
    /// The answer is not what was requested (often: an error page with status 200).
    #[error("an answer of the platform cannot be understood: {0}")]
    Malformed(&'static str),
    /// The time given would not have sufficed for another try.
    #[error("no time is left for another try")]
    OutOfTime,
    /// Tokens or the rate limit could not be read or written.
    #[error("the token store failed")]
    Store(#[source] Box<dyn Error + Send + Sync>),
    /// A stored token cannot be decrypted, or a new one cannot be encrypted.
    #[error("a token cannot be sealed or opened")]
    Seal,
}

impl ApiError {
    /// Whether trying again later can help.
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

    /// A short name that is safe to log, count and show.
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
