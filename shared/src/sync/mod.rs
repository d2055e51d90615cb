//! The engine that brings a shop's records into the Cache table.
//!
//! A run takes the lease of its (store, resource), reads page after page within the shop's rate
//! limit, decodes each record by itself, writes the rows, and logs what it did. Whoever uninstalls
//! breaks the lease, and each page renews it: a run of an ended install writes no more.

mod engine;
mod listing;

pub use engine::{Engine, Outcome, Skipped};
