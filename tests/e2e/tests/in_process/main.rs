//! The product in one process, over real protocols: HTTP to the simulated ShopRenter, DynamoDB's
//! own protocol to the tables.

mod install;
mod people;
mod products;
mod store;
mod sync_route;
mod tokens;
mod uninstall;
