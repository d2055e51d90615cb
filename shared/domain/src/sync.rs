//! What a synchronisation is called and what it counts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::random::is_hex;

/// What can be synchronised.
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
    /// All of them, in the order in which they are asked for.
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

/// How much a run reads: decided once, when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything.
    Full,
    /// What changed since the cursor.
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

/// How much a run is asked to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestedMode {
    /// Everything.
    Full,
    /// What changed since the cursor, as far as that can be told.
    Incremental,
    /// Whichever is due: everything at first, after a gap and once a week, else what changed.
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

/// Names one run; 128 random bits in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a run id is 32 hexadecimal digits")]
pub struct InvalidRunId;

impl RunId {
    /// Names a run by 16 random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes))
    }

    /// Names a run by what it is for: the same text, the same name.
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

/// What a run did, record by record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records that the shop listed.
    pub seen: u64,
    /// Rows written: new ones, and ones that had changed.
    pub written: u64,
    /// Rows that were there already, the same.
    #[serde(default)]
    pub unchanged: u64,
    /// Rows deleted, because the shop has their records no more.
    #[serde(default)]
    pub deleted: u64,
    /// Records that could not be decoded and were set aside.
    pub quarantined: u64,
}
