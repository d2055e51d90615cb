//! DynamoDB: one repository a table, conditional writes, keys in one place.

mod cache;
mod error;
mod installs;
pub mod keys;
mod leases;
mod runs;
mod stores;
mod tokens;

pub use cache::{CacheRepository, CachedProduct};
pub use error::StoreError;
pub use installs::{InstallRepository, PendingInstall, Sight};
pub use leases::{Acquired, Lease, LeaseRepository};
pub use runs::{RunRecord, RunRepository, RunStatus};
pub use stores::StoreRepository;
pub use tokens::{FetchLease, TokenRecord, TokenRepository};
