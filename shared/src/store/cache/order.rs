//! Orders as rows.

use super::record::{CacheRecord, Lookups};
use crate::domain::{Order, Resource, StoreId};
use crate::store::keys;

impl CacheRecord for Order {
    const RESOURCE: Resource = Resource::Orders;

    fn id(&self) -> &str {
        &self.id
    }

    fn lookups(&self, store: &StoreId) -> Lookups {
        Lookups {
            number: self.inner_id.as_deref().and_then(keys::number_of),
            phone_key: self.phone.as_ref().map(|phone| keys::phone(store, Self::RESOURCE, phone)),
            email_key: self.email.as_ref().map(|email| keys::email(store, Self::RESOURCE, email)),
            is_abandoned_cart: Some(self.is_abandoned_cart()),
            is_cancelled: Some(self.is_cancelled()),
            ..Lookups::default()
        }
    }
}
