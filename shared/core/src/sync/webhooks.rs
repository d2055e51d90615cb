//! Reconciles the webhooks registered at the platform with the ones a shop should have.
//!
//! A [`Plan`] compares the wanted webhooks, the shop's list and our rows; the [`Registrar`] carries
//! it out. Each delivery address has its own key. Only a hash is stored, half to find the key and
//! half to verify it, so a lost address is replaced and cannot be recovered.

mod address;
mod keys;
mod plan;
mod registrar;
mod view;
mod wanted;

pub use address::DeliveryAddresses;
pub use keys::{KeyEnd, ended_keys};
pub use plan::{Decision, Plan};
pub use registrar::{Reconciled, Registrar};
pub use view::View;
pub use wanted::Wanted;

#[cfg(test)]
mod tests;
