//! Why a control call failed.

use std::fmt;

/// A control call that could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlError {
    /// No such shop: create it with `put_shop`.
    UnknownShop(String),
    /// No such record, or it is deleted.
    UnknownRecord(String),
    /// The call's own arguments are wrong.
    Invalid(String),
    /// A bound is reached.
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
