//! `orders-sync`: `POST /sync/orders`, and the `SyncRequested` of the bus for orders.

use shopcall_core::domain::Order;
use shopcall_core::sync::SyncEndpoint;

/// The endpoint.
pub type OrdersSync = SyncEndpoint<Order>;
