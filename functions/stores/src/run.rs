//! A run as returned to ShopCall.

use serde::Serialize;
use shopcall_core::storage::RunRecord;

/// A run and the platform of its store.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    platform: String,
    #[serde(flatten)]
    record: RunRecord,
}

impl From<RunRecord> for Run {
    fn from(record: RunRecord) -> Self {
        let platform = record.store_id.platform().to_string();
        Self { platform, record }
    }
}
