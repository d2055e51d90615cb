//! The app in one process, over real protocols: HTTP to the simulated ShopRenter, and DynamoDB's
//! own protocol to the tables.

mod changing_shops;
mod connect;
mod contracts;
mod failures;
mod histories;
mod hostile;
mod install;
mod kills;
mod lookup;
mod lost_responses;
mod model;
mod orders_and_customers;
mod products;
mod purge;
mod reading;
mod recorded_data;
mod registration;
mod repositories;
mod runs;
mod schedule;
mod sharing;
mod shop_info;
mod store_page;
mod stores;
mod sweep;
mod sync_route;
mod tokens;
mod uninstall;
mod webhooks;
