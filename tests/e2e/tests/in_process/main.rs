//! The product in one process, over real protocols: HTTP to the simulated ShopRenter, DynamoDB's
//! own protocol to the tables.

mod connect;
mod hostile;
mod install;
mod kills;
mod lookup;
mod lost_answers;
mod model;
mod moving;
mod people;
mod products;
mod purge;
mod reading;
mod registration;
mod runs;
mod schedule;
mod sharing;
mod store;
mod store_page;
mod stores;
mod sweep;
mod sync_route;
mod tokens;
mod traces;
mod trouble;
mod uninstall;
mod webhooks;
