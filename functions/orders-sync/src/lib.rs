//! `orders-sync`: `POST /sync/orders` and the bus's `SyncRequested` events for orders.

use shopcall_core::domain::Order;
use shopcall_core::sync::SyncEndpoint;

/// Endpoint of `orders-sync`.
pub type OrdersSync = SyncEndpoint<Order>;
