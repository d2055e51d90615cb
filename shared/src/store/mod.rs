//! DynamoDB: one repository a table, conditional writes, keys in one place.

mod cache;
mod error;
mod installs;
pub mod keys;
mod leases;
mod rate;
mod runs;
mod stores;
mod tokens;

pub use cache::{CacheRecord, CacheRepository, Cached, Lookups, Written};
pub use error::StoreError;
pub use installs::{InstallRepository, PendingInstall, Sight};
pub use leases::{Acquired, Checkpoint, Cursor, Lease, LeaseRepository, Queued};
pub use rate::RateRepository;
pub use runs::{RunRecord, RunRepository, RunStatus};
pub use stores::StoreRepository;
pub use tokens::{FetchLease, TokenRecord, TokenRepository};
