//! Finds customers by telephone number, and their orders.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Serialize;
use shopcall_core::domain::{Customer, Money, NameOrder, Order, Phone, Resource, Store};
use shopcall_core::storage::{CacheRecord, CacheRepository, Cached, StoreError};

/// Maximum number of customers returned.
const CUSTOMERS: u8 = 5;
/// Maximum number of orders returned.
const ORDERS: u8 = 10;
/// Maximum number of orders read by a customer's e-mail address to find those of the customer.
const WITH_ADDRESS: u8 = 50;

/// Result of a lookup.
#[derive(Serialize)]
pub(crate) struct Caller {
    /// Requested number; `None` if the caller withholds it or it is an internal one.
    phone: Option<Phone>,
    /// Customers with the number, newest first; `None` if the merchant does not share customers.
    pub(crate) customers: Option<Vec<Customer>>,
    /// Latest orders, newest first; `None` if the merchant does not share orders.
    pub(crate) orders: Option<Vec<FoundOrder>>,
}

/// An order, and what follows from it.
#[derive(Serialize)]
pub(crate) struct FoundOrder {
    #[serde(flatten)]
    order: Order,
    /// What the buyer has yet to pay when the goods arrive, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on_delivery: Option<Money>,
}

impl From<Order> for FoundOrder {
    fn from(order: Order) -> Self {
        Self { due_on_delivery: order.due_on_delivery(), order }
    }
}

impl Caller {
    /// The answer for a caller without a number.
    pub(crate) fn nobody(store: &Store) -> Self {
        Self {
            phone: None,
            customers: store.shares(Resource::Customers).then(Vec::new),
            orders: store.shares(Resource::Orders).then(Vec::new),
        }
    }

    /// Completes each name with the whole name as it is said in the shop's language.
    pub(crate) fn say_names(&mut self, order: NameOrder) {
        let customers = self.customers.iter_mut().flatten();
        let accounts = customers.flat_map(|customer| {
            let addresses = customer.addresses.iter_mut().map(|address| &mut address.name);
            std::iter::once(&mut customer.name).chain(addresses)
        });
        let orders = self.orders.iter_mut().flatten();
        let buyers = orders.flat_map(|FoundOrder { order, .. }| {
            let recipient = order.shipping.as_mut().map(|address| &mut address.name);
            std::iter::once(&mut order.buyer).chain(recipient)
        });
        for name in accounts.chain(buyers).flatten() {
            name.full = name.spoken(order);
        }
    }
}

/// Finds customers and orders with a number, then other orders of these customers by e-mail
/// address. Those are included only if they carry the customer's id: anybody can type an address,
/// so it proves nothing.
pub(crate) async fn find(
    cache: &CacheRepository,
    store: &Store,
    phone: Phone,
) -> Result<Caller, StoreError> {
    let search = Search { cache, store };
    let (customers, mut orders) = tokio::try_join!(
        search.with_number::<Customer>(&phone, CUSTOMERS),
        search.with_number::<Order>(&phone, ORDERS),
    )?;
    orders.extend(search.ordered_by(&customers, &orders).await?);
    Ok(Caller {
        phone: Some(phone),
        customers: store.shares(Resource::Customers).then(|| newest_customers(customers)),
        orders: store.shares(Resource::Orders).then(|| latest_orders(orders)),
    })
}

/// Records by id.
type Found<T> = BTreeMap<String, T>;

struct Search<'a> {
    cache: &'a CacheRepository,
    store: &'a Store,
}

impl Search<'_> {
    async fn with_number<T: CacheRecord>(
        &self,
        phone: &Phone,
        most: u8,
    ) -> Result<Found<T>, StoreError> {
        if !self.store.shares(T::RESOURCE) {
            return Ok(Found::new());
        }
        let rows = self.cache.by_phone(&self.store.id, phone, most).await?;
        Ok(self.of_this_install(rows).collect())
    }

    /// Finds orders of these customers that were not found by number.
    async fn ordered_by(
        &self,
        customers: &Found<Customer>,
        known: &Found<Order>,
    ) -> Result<Found<Order>, StoreError> {
        if !self.store.shares(Resource::Orders) {
            return Ok(Found::new());
        }
        let emails = customers.values().filter_map(|customer| customer.email.as_ref());
        let is_known = |id: &str| known.contains_key(id);
        let of_one = |email| self.cache.by_email(&self.store.id, email, WITH_ADDRESS, is_known);
        let rows = try_join_all(emails.map(of_one)).await?.into_iter().flatten().collect();
        let is_theirs =
            |order: &Order| order.customer_id.as_ref().is_some_and(|id| customers.contains_key(id));
        Ok(self.of_this_install(rows).filter(|(_, order)| is_theirs(order)).collect())
    }

    /// Excludes rows of an earlier install, which are outdated until the next sync rewrites them.
    fn of_this_install<T: CacheRecord>(
        &self,
        rows: Vec<Cached<T>>,
    ) -> impl Iterator<Item = (String, T)> {
        let generation = self.store.generation;
        let rows = rows.into_iter().filter(move |row| row.generation == generation);
        rows.map(|row| (row.record.id().to_owned(), row.record))
    }
}

fn newest_customers(found: Found<Customer>) -> Vec<Customer> {
    let mut customers: Vec<_> = found.into_values().collect();
    customers.sort_by_key(|customer| Reverse(customer.created_at));
    customers
}

/// Orders without a time come first: a webhook reported them moments ago.
fn latest_orders(found: Found<Order>) -> Vec<FoundOrder> {
    let mut orders: Vec<_> = found.into_values().collect();
    orders.sort_by_key(|order| {
        let number: Option<u64> = order.inner_id.as_ref().and_then(|number| number.parse().ok());
        Reverse((order.created_at.unwrap_or(Timestamp::MAX), number))
    });
    orders.truncate(ORDERS.into());
    orders.into_iter().map(FoundOrder::from).collect()
}
