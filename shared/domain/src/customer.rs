//! A customer as the assistant needs them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, Email, PersonName, Phone};

/// One registered customer of a shop.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The platform's opaque id; never computed, never decoded.
    pub id: String,
    /// The shop's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_id: Option<String>,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Every number they are known by, their own before those of their addresses, each once.
    pub phones: Vec<Phone>,
    /// Their e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Their addresses.
    pub addresses: Vec<Address>,
    /// When the shop created the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the shop last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

impl fmt::Debug for Customer {
    /// Names the record and nothing that is the person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("id", &self.id)
            .field("inner_id", &self.inner_id)
            .field("phones", &self.phones.len())
            .field("addresses", &self.addresses.len())
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}
