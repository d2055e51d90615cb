//! DynamoDB: one repository per table, conditional writes, all keys in one module.

mod cache;
mod context;
mod due;
mod error;
mod hints;
mod installs;
pub mod keys;
mod leases;
mod lost_response;
mod overview;
mod pace;
mod purge;
mod rate;
mod runs;
mod shop_info;
mod slot;
mod stores;
mod tokens;
mod transaction;
mod webhooks;

pub(crate) use cache::BATCH as WRITE_BATCH;
pub use cache::{
    CacheRecord, CacheRepository, Cached, ComparedOrders, Interrupted, Lookups, OrderChange,
    OrderWrite, RowCount, RowIds, Written,
};
pub use context::ContextRepository;
pub use due::{Due, DuePage, DueRepository};
pub use error::StoreError;
pub use hints::{Claimed, HintClaim, HintRepository, HintTicket, Settled};
pub use installs::{InstallRepository, Observation, PendingInstall};
pub use leases::{Acquired, Checkpoint, Cursor, Lease, LeaseRepository, Phase, Queued};
pub use overview::{OverviewRepository, Progress, StoreOverview, SyncState};
pub use pace::{SharedRateLimiter, SlotQueue};
pub use purge::{ErasedRows, PurgeRepository, RowPage};
pub use rate::{Moved, RateRepository, Schedule};
pub use runs::{RunFailure, RunKey, RunPage, RunRecord, RunRepository, RunStatus};
pub use shop_info::{ShopInfoRepository, StoredShopInfo};
pub use stores::StoreRepository;
pub use tokens::{TokenRecord, TokenRepository};
pub use webhooks::{
    FieldsDigest, KeyNote, KeyOwner, Missed, NewKey, Registration, WebhookRepository, WebhookRows,
};
