//! Resources, modes, ids and counts of sync runs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::random::is_hex;

/// A kind of records that can be synchronised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The catalogue.
    Products,
    /// Orders and abandoned carts.
    Orders,
    /// Registered customers.
    Customers,
}

impl Resource {
    /// All resources, in the order in which syncs are requested.
    pub const ALL: [Self; 3] = [Self::Products, Self::Orders, Self::Customers];

    /// The name used in events, keys and routes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Products => "products",
            Self::Orders => "orders",
            Self::Customers => "customers",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much a run reads; decided once, at its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything.
    Full,
    /// Changes since the cursor.
    Incremental,
}

impl Mode {
    /// The name used in events and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
        }
    }
}

/// The requested mode of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestedMode {
    /// Everything.
    Full,
    /// Changes since the cursor, if that is possible.
    Incremental,
    /// Everything at first, after a gap and once a week; otherwise changes only.
    Auto,
}

impl RequestedMode {
    /// The name used in events and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Incremental => "incremental",
            Self::Auto => "auto",
        }
    }
}

/// Id of a run: 128 bits in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run id is 32 hexadecimal digits")]
pub struct InvalidRunId;

impl RunId {
    /// An id from 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes))
    }

    /// An id derived from `text`: the same text gives the same id.
    pub fn derived(text: &str) -> Self {
        let mut digits = hex::encode(Sha256::digest(text));
        digits.truncate(32);
        Self(digits)
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RunId {
    type Err = InvalidRunId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_hex::<16>(text) { Ok(Self(text.to_owned())) } else { Err(InvalidRunId) }
    }
}

impl TryFrom<String> for RunId {
    type Error = InvalidRunId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

/// Record counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records that the shop listed.
    pub seen: u64,
    /// Rows written: new and changed ones.
    pub written: u64,
    /// Rows that were already up to date.
    #[serde(default)]
    pub unchanged: u64,
    /// Rows deleted because the shop no longer has their records.
    #[serde(default)]
    pub deleted: u64,
    /// Records that could not be decoded and were set aside.
    pub quarantined: u64,
}
