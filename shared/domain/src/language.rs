//! The languages that merchants are spoken to in.

use serde::{Deserialize, Serialize};

/// A language that the pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// The default.
    #[serde(rename = "hu")]
    Hungarian,
    /// By choice, or where the browser prefers it.
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

    /// The language that a page offers instead.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Hungarian => Self::English,
            Self::English => Self::Hungarian,
        }
    }

    /// Its ISO 639-1 code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hungarian => "hu",
            Self::English => "en",
        }
    }
}
