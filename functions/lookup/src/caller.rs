//! Finds who has a telephone number, and what they ordered.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Serialize;
use shopcall_core::domain::{Customer, Email, Order, Phone, Resource, Store};
use shopcall_core::store::{CacheRecord, CacheRepository, StoreError};

/// Customers that are told of, and looked for in turn.
const CUSTOMERS: usize = 5;
/// Orders that are told of.
const ORDERS: usize = 10;
/// Orders of one number or address that are read: carts that were never ordered are among them.
const CANDIDATES: usize = 25;

/// What is known of a caller.
#[derive(Serialize)]
pub(crate) struct Caller {
    /// The number that was looked for.
    phone: Phone,
    /// Who it may be, the newest first; none where the merchant doesn't share customers.
    pub(crate) customers: Option<Vec<Customer>>,
    /// Their latest orders, the newest first; none where the merchant doesn't share orders.
    pub(crate) orders: Option<Vec<Order>>,
}

/// Looks for a number among customers and orders; then, for those who did not type the same
/// number everywhere, for the customers whom those orders name, and for orders with the customers'
/// e-mail addresses.
pub(crate) async fn find(
    cache: &CacheRepository,
    store: &Store,
    phone: Phone,
) -> Result<Caller, StoreError> {
    let search = Search { cache, store };
    let (mut customers, mut orders) = tokio::try_join!(
        search.with_phone::<Customer>(&phone, CUSTOMERS),
        search.with_phone::<Order>(&phone, CANDIDATES),
    )?;
    let owners: BTreeSet<_> =
        orders.values().filter_map(|order| order.customer_id.clone()).collect();
    let emails: BTreeSet<_> =
        customers.values().filter_map(|customer| customer.email.clone()).collect();
    let (owners, written_to) = tokio::try_join!(
        search.read(without(&customers, owners), CUSTOMERS - customers.len()),
        search.with_emails(&emails, &orders),
    )?;
    customers.extend(owners);
    orders.extend(written_to);
    Ok(Caller {
        phone,
        customers: store.shares(Resource::Customers).then(|| newest_customers(customers)),
        orders: store.shares(Resource::Orders).then(|| latest_orders(orders)),
    })
}

/// Records by their ids.
type Found<T> = BTreeMap<String, T>;

struct Search<'a> {
    cache: &'a CacheRepository,
    store: &'a Store,
}

impl Search<'_> {
    async fn with_phone<T: CacheRecord>(
        &self,
        phone: &Phone,
        most: usize,
    ) -> Result<Found<T>, StoreError> {
        if !self.store.shares(T::RESOURCE) {
            return Ok(Found::new());
        }
        let ids = self.cache.ids_by_phone::<T>(&self.store.id, phone, most).await?;
        self.read(ids, usize::MAX).await
    }

    /// The orders with any of these addresses that are not among `known`.
    async fn with_emails(
        &self,
        emails: &BTreeSet<Email>,
        known: &Found<Order>,
    ) -> Result<Found<Order>, StoreError> {
        if !self.store.shares(Resource::Orders) {
            return Ok(Found::new());
        }
        let of_one = |email| self.cache.ids_by_email::<Order>(&self.store.id, email, CANDIDATES);
        let ids = try_join_all(emails.iter().map(of_one)).await?;
        let ids = ids.into_iter().flatten().collect();
        self.read(without(known, ids), usize::MAX).await
    }

    /// Rows of the present install. What an earlier one left is out of date until it is read anew.
    async fn read<T: CacheRecord>(
        &self,
        mut ids: Vec<String>,
        most: usize,
    ) -> Result<Found<T>, StoreError> {
        ids.truncate(most);
        if ids.is_empty() || !self.store.shares(T::RESOURCE) {
            return Ok(Found::new());
        }
        let rows = self.cache.get_many::<T>(&self.store.id, &ids).await?;
        let rows = rows.into_iter().filter(|row| row.generation == self.store.generation);
        Ok(rows.map(|row| (row.record.id().to_owned(), row.record)).collect())
    }
}

fn without<T>(known: &Found<T>, ids: BTreeSet<String>) -> Vec<String> {
    ids.into_iter().filter(|id| !known.contains_key(id)).collect()
}

/// Sorts by age. The shop's own number comes first: what a webhook told may have no time yet.
fn age(inner_id: Option<&str>, created_at: Option<Timestamp>) -> (Option<u64>, Option<Timestamp>) {
    (inner_id.and_then(|number| number.parse().ok()), created_at)
}

fn newest_customers(found: Found<Customer>) -> Vec<Customer> {
    let mut customers: Vec<_> = found.into_values().collect();
    customers
        .sort_by_key(|customer| Reverse(age(customer.inner_id.as_deref(), customer.created_at)));
    customers
}

fn latest_orders(found: Found<Order>) -> Vec<Order> {
    let mut orders: Vec<_> =
        found.into_values().filter(|order| !order.is_abandoned_cart()).collect();
    orders.sort_by_key(|order| Reverse(age(order.inner_id.as_deref(), order.created_at)));
    orders.truncate(ORDERS);
    orders
}
