//! Records and webhooks of the contract that the product brief describes: flat objects in snake case with one
//! language. Names have their everyday meaning, prices and totals are gross, and an order's status
//! is a word.
//!
//! An unusable field is left out and counted; only a record without an id is refused.

mod customer;
mod delivery;
mod order;
mod product;
mod registration;

pub(crate) use customer::decode_customer;
pub(crate) use delivery::decode_delivery;
pub(crate) use order::decode_order;
pub(crate) use product::decode_product;
pub(crate) use registration::{decode_registration, encode_registration};
