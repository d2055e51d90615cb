//! `products-sync`: `POST /sync/products`, and the `SyncRequested` of the bus for products.

use shopcall_core::domain::Product;
use shopcall_core::sync::SyncEndpoint;

/// The endpoint.
pub type ProductsSync = SyncEndpoint<Product>;
