//! The core of the ShopRenter–ShopCall integration: everything that more than one function needs.
//!
//! Dependencies point one way: [`domain`] knows nobody; [`auth`] knows `domain`; [`store`] knows
//! both; [`shoprenter`] knows `store`, where tokens and rate limits lie; [`sync`] knows them all; the
//! functions know this crate.

pub mod auth;
pub mod aws;
pub mod bearer;
pub mod clock;
pub mod config;
pub mod domain;
pub mod events;
pub mod foundation;
pub mod frame;
pub mod http;
pub mod outbound;
pub mod pages;
pub mod random;
pub mod sharing;
pub mod shoprenter;
pub mod signed;
pub mod store;
pub mod sync;
pub mod telemetry;
pub mod webhooks;
