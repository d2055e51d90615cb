//! Copies a shop's records into the Cache table.
//!
//! A run takes the lease of its (store, resource), reads pages within the shop's rate limit,
//! decodes each record on its own, writes the rows, and logs the result. A checkpoint is written
//! before each page, so that the run can resume there after a crash or in the next invocation. When
//! the pages are done, records deleted in the shop are removed, if a sweep is due. An uninstall
//! breaks the lease; without the lease no checkpoint can be written, so the run stops.

mod command;
mod endpoint;
mod engine;
mod history;
mod listing;
mod outcome;
mod publish;
mod reader;
mod record;
mod sharing;
mod shop_info;
mod skipped;
mod stop;
mod sweep;
pub mod webhooks;
mod window;
mod work;

pub use command::{SyncCommands, ask_for_runs};
pub use endpoint::SyncEndpoint;
pub use engine::Engine;
pub use history::history_of;
pub use outcome::{Outcome, Skipped};
pub use record::SyncRecord;
pub use sharing::Sharing;
pub use skipped::report_skipped_fields;
