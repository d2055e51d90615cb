//! `products-sync`: `POST /sync/products` and the bus's `SyncRequested` events for products.

use shopcall_core::domain::Product;
use shopcall_core::sync::SyncEndpoint;

/// Endpoint of `products-sync`.
pub type ProductsSync = SyncEndpoint<Product>;
