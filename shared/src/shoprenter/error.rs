//! What can go wrong between us and ShopRenter, and what follows from it.

use std::time::Duration;

use super::wire::InnerCode;
use crate::store::{RunFailure, StoreError};

/// What a failure asks of whoever meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Trying again later can help.
    Retryable,
    /// Trying again the same way cannot.
    Permanent,
}

/// A request to ShopRenter that did not succeed. No variant holds a body, a token or an address.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The token endpoint refuses the app for this shop: uninstalled, or wrong credentials.
    #[error("ShopRenter refuses the app a token for this shop ({status})")]
    ClientRefused {
        /// 400, 401 or 403.
        status: u16,
    },
    /// A fresh token was refused too.
    #[error("ShopRenter refuses the token that it just gave")]
    TokenRefused,
    /// The store is not installed at the generation that the work is for; ShopRenter was not asked.
    #[error("the store is not installed any more")]
    NotInstalled,
    /// The token does not cover the resource.
    #[error("a permission is missing for {resource}")]
    MissingPermission {
        /// The first part of the path that was asked for.
        resource: &'static str,
    },
    /// There is no such record, or no such shop.
    #[error("ShopRenter does not know {resource}")]
    NotFound {
        /// The first part of the path that was asked for.
        resource: &'static str,
    },
    /// The page lies past the last one (inner code 40008): the list became shorter.
    #[error("the page is past the end")]
    PastEnd,
    /// Refused for another reason.
    #[error("ShopRenter refused the request ({status}, {code:?})")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// ShopRenter's inner code, where the answer had one.
        code: Option<InnerCode>,
    },
    /// The shop's rate limit is used up.
    #[error("ShopRenter's rate limit is used up")]
    RateLimited {
        /// How long ShopRenter asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error("ShopRenter is unavailable ({status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// How long ShopRenter asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// No answer, or not all of it.
    #[error("ShopRenter could not be reached: {0}")]
    Unreachable(&'static str),
    /// The answer is larger than any page can be.
    #[error("an answer of ShopRenter is larger than {limit} bytes")]
    TooLarge {
        /// The bound that was passed.
        limit: usize,
    },
    /// A list that has more pages than any shop has records for.
    #[error("a list of ShopRenter does not end")]
    Endless,
    /// The answer is not what was asked for (often: an error page with status 200).
    #[error("an answer of ShopRenter cannot be understood: {0}")]
    Malformed(&'static str),
    /// The time given would not have sufficed for another try.
    #[error("no time is left for another try")]
    OutOfTime,
    /// A token could not be stored or read.
    #[error("the token store failed")]
    Store(#[from] StoreError),
    /// A stored token cannot be opened, or a new one cannot be sealed.
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

    /// Whether the same request may be sent again at once, and how long ShopRenter asks to wait.
    pub(super) fn repeatable(&self) -> Option<Option<Duration>> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => {
                Some(*retry_after)
            }
            Self::Unreachable(_) | Self::Malformed(_) => Some(None),
            _ => None,
        }
    }

    /// What a run that gave up over it is said to have met.
    pub(crate) fn run_failure(&self) -> RunFailure {
        match self {
            Self::ClientRefused { .. } | Self::TokenRefused => RunFailure::ClientRefused,
            Self::MissingPermission { .. } => RunFailure::MissingPermission,
            Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Unreachable(_) => {
                RunFailure::ShopRenterUnavailable
            }
            Self::NotFound { .. }
            | Self::PastEnd
            | Self::Rejected { .. }
            | Self::TooLarge { .. }
            | Self::Endless
            | Self::Malformed(_) => RunFailure::ShopRenterAnswer,
            Self::NotInstalled | Self::OutOfTime => RunFailure::Stopped,
            Self::Store(_) | Self::Seal => RunFailure::Internal,
        }
    }

    /// A short name that is safe to log, count and show.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ClientRefused { .. } => "client_refused",
            Self::TokenRefused => "token_refused",
            Self::NotInstalled => "not_installed",
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

impl From<reqwest::Error> for ApiError {
    /// Keeps the kind and drops the rest: the error's text holds the address.
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(if error.is_timeout() {
            "timed out"
        } else if error.is_connect() {
            "no connection"
        } else {
            "the connection broke"
        })
    }
}
