//! Errors of control calls.

use std::fmt;

/// Failed control call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlError {
    /// Unknown shop; `put_shop` creates one.
    UnknownShop(String),
    /// Unknown or deleted record.
    UnknownRecord(String),
    /// Invalid argument.
    Invalid(String),
    /// A limit is reached.
    TooMany(&'static str),
}

impl ControlError {
    pub(crate) fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownShop(shop) => write!(f, "no shop named {shop}"),
            Self::UnknownRecord(key) => write!(f, "no record {key}"),
            Self::Invalid(why) => f.write_str(why),
            Self::TooMany(what) => write!(f, "too many {what}"),
        }
    }
}

impl std::error::Error for ControlError {}

impl From<serde_json::Error> for ControlError {
    fn from(error: serde_json::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}
