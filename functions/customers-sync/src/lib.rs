//! `customers-sync`: `POST /sync/customers`, and the `SyncRequested` of the bus for customers.

use shopcall_core::domain::Customer;
use shopcall_core::sync::SyncEndpoint;

/// The endpoint.
pub type CustomersSync = SyncEndpoint<Customer>;
