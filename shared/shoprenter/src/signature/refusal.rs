//! Why a callback is refused.

use std::fmt;

use super::query::{MAX_PARAMETERS, MAX_QUERY_BYTES};

/// A parameter of ShopRenter's calls, as a refusal names it: never by what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// The shop's name; `shopname`, and at an uninstall `shopName` too.
    Shopname,
    /// The authorisation code.
    Code,
    /// Unix seconds.
    Timestamp,
    /// The signature.
    Hmac,
    /// Where an install goes on.
    AppUrl,
    /// Any other: one that we added to `app_url`, or one that ShopRenter doesn't document.
    Added,
}

impl Parameter {
    /// The parameter that a decoded name stands for, whatever its case.
    ///
    /// Case is ignored to find duplicates; to be read, a name must be spelled as documented.
    pub(super) fn named(name: &str) -> Self {
        [Self::Shopname, Self::Code, Self::Timestamp, Self::Hmac, Self::AppUrl]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(name))
            .unwrap_or(Self::Added)
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Shopname => "shopname",
            Self::Code => "code",
            Self::Timestamp => "timestamp",
            Self::Hmac => "hmac",
            Self::AppUrl => "app_url",
            Self::Added => "(added)",
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a callback is refused. Holds nothing that was sent, so it can be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Longer, or of more parameters, than any call that ShopRenter makes.
    #[error("the query has more than {MAX_QUERY_BYTES} bytes or {MAX_PARAMETERS} parameters")]
    TooLarge,
    /// Absent or empty.
    #[error("parameter {0} is missing")]
    Missing(Parameter),
    /// Not what it should look like, or not UTF-8 once decoded.
    #[error("parameter {0} is malformed")]
    Malformed(Parameter),
    /// Sent twice: which of the two was signed would be anybody's guess.
    #[error("parameter {0} is sent more than once")]
    Duplicate(Parameter),
    /// The shop's name is not one DNS label.
    #[error("the shop's name is not one DNS label")]
    InvalidShop,
    /// No form matches under any key.
    #[error("the signature does not match")]
    BadSignature,
    /// Signed by ShopRenter, more than 300 s ago.
    #[error("the timestamp is too old")]
    Expired,
    /// Signed by ShopRenter, more than 60 s ahead of our clock.
    #[error("the timestamp lies in the future")]
    TooEarly,
}

impl Refusal {
    /// Whether the request can't be understood (400), rather than not be trusted (403).
    pub const fn is_malformed(self) -> bool {
        match self {
            Self::TooLarge
            | Self::Missing(_)
            | Self::Malformed(_)
            | Self::Duplicate(_)
            | Self::InvalidShop => true,
            Self::BadSignature | Self::Expired | Self::TooEarly => false,
        }
    }
}
