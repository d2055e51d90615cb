//! Customers as rows.

use super::record::{CacheRecord, Lookups};
use crate::domain::{Customer, Resource, StoreId};
use crate::storage::keys;

impl CacheRecord for Customer {
    const RESOURCE: Resource = Resource::Customers;

    fn id(&self) -> &str {
        &self.id
    }

    fn lookups(&self, store: &StoreId) -> Lookups {
        let mut phones = self.phones.iter().map(|phone| keys::phone(store, Self::RESOURCE, phone));
        Lookups {
            number: self.inner_id.as_deref().and_then(keys::number_of),
            phone_key: phones.next(),
            further_phone_keys: phones.collect(),
            email_key: self.email.as_ref().map(|email| keys::email(store, Self::RESOURCE, email)),
            ..Lookups::default()
        }
    }
}
