//! Customers.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, Email, PersonName, Phone};

/// One registered customer of a shop.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The platform's id: opaque, never computed or decoded.
    pub id: String,
    /// The shop's customer number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_id: Option<String>,
    /// The customer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// All telephone numbers without duplicates: the customer's own, then those of the addresses.
    pub phones: Vec<Phone>,
    /// Extensions to dial, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<Phone, String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Postal addresses.
    pub addresses: Vec<Address>,
    /// When the shop created the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When the shop last changed the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

impl fmt::Debug for Customer {
    /// Leaves out personal data.
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
