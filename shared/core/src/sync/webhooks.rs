//! Webhooks as the platform has them registered, and as they should be.
//!
//! What is wanted, what the shop lists and what our rows say make a [`Plan`]; the [`Registrar`]
//! carries it out. Each delivery address has a key of its own, of which we keep half a hash to find
//! it and half a hash to know it: an address that is lost is replaced, never looked up.

mod address;
mod keys;
mod plan;
mod registrar;
mod wanted;

pub use address::DeliveryAddresses;
pub use keys::{KeyEnd, ended_keys};
pub use plan::{Decision, Plan, View};
pub use registrar::{Reconciled, Registrar};
pub use wanted::Wanted;

#[cfg(test)]
mod tests;
