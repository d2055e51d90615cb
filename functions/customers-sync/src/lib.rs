//! `customers-sync`: `POST /sync/customers` and the bus's `SyncRequested` events for customers.

use shopcall_core::domain::Customer;
use shopcall_core::sync::SyncEndpoint;

/// Endpoint of `customers-sync`.
pub type CustomersSync = SyncEndpoint<Customer>;
