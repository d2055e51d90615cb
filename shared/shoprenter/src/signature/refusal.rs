//! Reasons for refusing a callback.

use std::fmt;

/// About ten times ShopRenter's longest call; API Gateway allows 10 KiB.
pub(super) const MAX_QUERY_BYTES: usize = 8 * 1024;

/// Bounds the search for duplicates, which compares each parameter with all previous ones.
pub(super) const MAX_PARAMETERS: usize = 64;

/// A parameter of ShopRenter's calls as named in a refusal, which never repeats the name sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// The shop's name; `shopname`, and in an uninstall `shopName` too.
    Shopname,
    /// The authorisation code.
    Code,
    /// Unix seconds.
    Timestamp,
    /// The signature.
    Hmac,
    /// The redirect target of an install.
    AppUrl,
    /// Any other: added to `app_url` by the app, or undocumented.
    Added,
}

impl Parameter {
    /// The parameter for a decoded name, ignoring case.
    ///
    /// Case is ignored only to find duplicates; parameters are read under their documented
    /// spelling.
    pub(super) fn named(name: &str) -> Self {
        [Self::Shopname, Self::Code, Self::Timestamp, Self::Hmac, Self::AppUrl]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(name))
            .unwrap_or(Self::Added)
    }

    /// Whether a parameter of this decoded name may be sent only once: those that are read, among
    /// them the one that an install adds to `app_url`.
    pub(super) fn is_single(name: &str) -> bool {
        Self::named(name) != Self::Added || name.eq_ignore_ascii_case("sr_install")
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

/// Why a callback is refused. Contains nothing that was sent, so it can be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// More bytes or parameters than any call that ShopRenter makes.
    #[error("the query has more than {MAX_QUERY_BYTES} bytes or {MAX_PARAMETERS} parameters")]
    TooLarge,
    /// Absent or empty.
    #[error("parameter {0} is missing")]
    Missing(Parameter),
    /// Invalid value, or not UTF-8 once decoded.
    #[error("parameter {0} is malformed")]
    Malformed(Parameter),
    /// Sent twice, although only one can be meant.
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
    /// Whether the request is malformed (400) rather than untrusted (403).
    pub const fn is_malformed(self) -> bool {
        match self {
            // A signature of another length is as wrong as any other.
            Self::Malformed(Parameter::Hmac)
            | Self::BadSignature
            | Self::Expired
            | Self::TooEarly => false,
            Self::TooLarge
            | Self::Missing(_)
            | Self::Malformed(_)
            | Self::Duplicate(_)
            | Self::InvalidShop => true,
        }
    }
}
