//! Orders as rows.

use super::record::{CacheRecord, Lookups};
use crate::domain::{Order, Resource, StoreId};
use crate::storage::keys;

impl CacheRecord for Order {
    const RESOURCE: Resource = Resource::Orders;

    fn id(&self) -> &str {
        &self.id
    }

    /// Indexes abandoned carts by number only: callers never ask for one.
    fn lookups(&self, store: &StoreId) -> Lookups {
        let buyer = Some(self).filter(|order| !order.is_abandoned_cart());
        let phones = buyer.into_iter().flat_map(Order::phones);
        let mut phones = phones.map(|phone| keys::phone(store, Self::RESOURCE, phone));
        let email = buyer.and_then(|order| order.email.as_ref());
        Lookups {
            number: self.inner_id.as_deref().and_then(keys::number_of),
            phone_key: phones.next(),
            further_phone_keys: phones.collect(),
            email_key: email.map(|email| keys::email(store, Self::RESOURCE, email)),
            is_abandoned_cart: Some(self.is_abandoned_cart()),
            is_cancelled: Some(self.is_cancelled()),
            ..Lookups::default()
        }
    }
}
