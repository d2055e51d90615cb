//! What the functions are built on, for any shop platform.
//!
//! Dependencies point one way: [`domain`] knows no other module; [`access`] knows `domain`;
//! [`storage`] knows both; [`runtime`] makes them from the environment; [`sync`] and [`pages`] are
//! what the functions do with them.

pub use shopcall_domain as domain;

pub mod access;
pub mod pages;
pub mod runtime;
pub mod storage;
pub mod sync;
