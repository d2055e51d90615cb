//! Languages of the merchant's pages.

use serde::{Deserialize, Serialize};

/// A language that the pages are available in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// The default.
    #[serde(rename = "hu")]
    Hungarian,
    /// Used when chosen, or preferred by the browser.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The language of the code `hu` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "hu" => Some(Self::Hungarian),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The language that a page offers to switch to.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Hungarian => Self::English,
            Self::English => Self::Hungarian,
        }
    }

    /// The ISO 639-1 code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hungarian => "hu",
            Self::English => "en",
        }
    }
}
