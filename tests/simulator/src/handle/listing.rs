//! Record keys and listings.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Key of a record: its index or opaque id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordKey {
    /// Position from 0.
    Index(u32),
    /// Opaque id of the API.
    Id(String),
}

impl From<u32> for RecordKey {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

impl From<&str> for RecordKey {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl FromStr for RecordKey {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::Id(text.to_owned()), Self::Index))
    }
}

/// Page of a kind's live records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Total number of live records.
    pub total: usize,
    /// Offset of this page.
    pub offset: usize,
    /// Index and opaque id, in the API's order.
    pub items: Vec<ListedRecord>,
}

/// Entry of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRecord {
    /// Position.
    pub index: u32,
    /// Opaque id.
    pub id: String,
    /// The shop's own number.
    pub inner_id: u32,
}

/// Numbers of records to add, change and delete at random.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Churn {
    /// New records.
    pub add: u32,
    /// Changed records.
    pub update: u32,
    /// Deleted records.
    pub delete: u32,
    /// Seed of the selection.
    pub seed: u64,
}
