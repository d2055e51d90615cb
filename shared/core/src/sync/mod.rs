//! The engine that brings a shop's records into the Cache table.
//!
//! A run takes the lease of its (store, resource), reads page after page within the shop's rate
//! limit, decodes each record by itself, writes the rows, and logs what it did. Before each page is
//! written, a checkpoint says how far the run has come: whoever takes the run up after a crash, or
//! when an invocation's time is over, begins there. Once the pages are done, what the shop has
//! deleted is swept, where that is due. Whoever uninstalls breaks the lease, without
//! which there is no checkpoint: a run of an ended install writes no more.

mod announce;
mod command;
mod endpoint;
mod engine;
mod listing;
mod outcome;
mod reader;
mod record;
mod sharing;
mod sweep;
pub mod webhooks;
mod window;
mod work;

pub use command::{SyncCommands, ask_for_runs};
pub use endpoint::SyncEndpoint;
pub use engine::Engine;
pub use outcome::{Outcome, Skipped};
pub use record::SyncRecord;
pub use sharing::Sharing;
