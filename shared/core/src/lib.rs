//! The functions' common code, independent of the platform.
//!
//! Dependencies point one way: [`domain`] depends on no other module; [`access`] on `domain`;
//! [`storage`] on both; [`runtime`] creates them from the environment; [`sync`] and [`pages`]
//! implement the functions.

pub use shopcall_domain as domain;

pub mod access;
pub mod pages;
pub mod runtime;
pub mod storage;
pub mod sync;
