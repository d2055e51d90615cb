//! Events on the bus: ids and counts, never personal data.

use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Counts, Generation, OrderStatus, RequestedMode, Resource, RunId, StoreId};
use crate::storage::OrderChange;

/// The `source` of events that concern no single store; others add the store's platform, as in
/// `shopcall.<platform>`.
pub const SOURCE: &str = "shopcall";
/// EventBridge's limit of entries per request.
const BATCH: usize = 10;
/// How often refused entries are sent again.
const MAX_ROUNDS: u32 = 5;
/// The first delay before a retry; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// Requests a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequested {
    /// Store to sync.
    pub store_id: StoreId,
    /// The install that the request is for; ignored at any other generation.
    pub generation: Generation,
    /// The kind of records.
    pub resource: Resource,
    /// The requested mode.
    pub mode: RequestedMode,
    /// The run's id; a repeated event has the same id.
    pub run_id: RunId,
    /// The position to resume at, for the rest of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Requests the erasure of an uninstalled store's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeRequested {
    /// Store to erase.
    pub store_id: StoreId,
    /// The ended install; nothing is erased if another one has begun since.
    pub generation: Generation,
}

/// Requests the erasure of records that the merchant does not share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseRequested {
    /// Store whose records are erased.
    pub store_id: StoreId,
    /// The install that does not share them; ignored at any other generation.
    pub generation: Generation,
    /// The kind of records; nothing is erased if they are shared again.
    pub resource: Resource,
}

/// Requests the rest of a scheduled run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleContinued {
    /// When the scheduled run began.
    #[serde(rename = "beat_at")]
    pub run_at: Timestamp,
}

/// All events on the bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// A run is requested.
    SyncRequested(SyncRequested),
    /// The erasure of an uninstalled store is requested.
    PurgeRequested(PurgeRequested),
    /// The erasure of records not shared is requested.
    EraseRequested(EraseRequested),
    /// The rest of a scheduled run is requested.
    ScheduleContinued(ScheduleContinued),
    /// A run finished.
    SyncCompleted {
        /// The store.
        store_id: StoreId,
        /// The kind of records.
        resource: Resource,
        /// The run's id.
        run_id: RunId,
        /// Its counts.
        counts: Counts,
        /// Milliseconds from start to end.
        duration_ms: u64,
    },
    /// A run failed.
    SyncFailed {
        /// The store.
        store_id: StoreId,
        /// The kind of records.
        resource: Resource,
        /// The run's id.
        run_id: RunId,
        /// Its counts up to the failure.
        counts: Counts,
        /// Milliseconds from start to end.
        duration_ms: u64,
        /// The kind of failure, such as `client_refused`.
        reason: String,
    },
    /// An order was placed or changed.
    OrderChanged {
        /// The store.
        store_id: StoreId,
        /// The platform's id.
        order_id: String,
        /// The number that merchants and customers see.
        inner_id: Option<String>,
        /// The order's status in the shop's words; none for an abandoned cart.
        status: Option<OrderStatus>,
        /// Whether the change comes from a webhook and is not yet confirmed by reading the order.
        provisional: bool,
    },
    /// A generation began: the app was installed.
    StoreInstalled {
        /// The store.
        store_id: StoreId,
        /// The generation.
        generation: Generation,
    },
    /// A generation ended: the app was uninstalled.
    StoreUninstalled {
        /// The store.
        store_id: StoreId,
        /// The generation.
        generation: Generation,
    },
}

impl Event {
    /// Creates the event of a changed order.
    pub fn order_changed(store_id: &StoreId, change: OrderChange) -> Self {
        let OrderChange { order_id, inner_id, status, provisional, .. } = change;
        let store_id = store_id.clone();
        Self::OrderChanged { store_id, order_id, inner_id, status, provisional }
    }

    /// The store concerned.
    fn store_id(&self) -> Option<&StoreId> {
        match self {
            Self::SyncRequested(SyncRequested { store_id, .. })
            | Self::PurgeRequested(PurgeRequested { store_id, .. })
            | Self::EraseRequested(EraseRequested { store_id, .. })
            | Self::SyncCompleted { store_id, .. }
            | Self::SyncFailed { store_id, .. }
            | Self::OrderChanged { store_id, .. }
            | Self::StoreInstalled { store_id, .. }
            | Self::StoreUninstalled { store_id, .. } => Some(store_id),
            Self::ScheduleContinued(_) => None,
        }
    }

    /// The `source` on the bus.
    pub fn source(&self) -> String {
        self.store_id()
            .map_or_else(|| SOURCE.to_owned(), |store| format!("{SOURCE}.{}", store.platform()))
    }

    /// The `detail-type` on the bus.
    pub fn detail_type(&self) -> &'static str {
        match self {
            Self::SyncRequested(_) => "SyncRequested",
            Self::PurgeRequested(_) => "PurgeRequested",
            Self::EraseRequested(_) => "EraseRequested",
            Self::ScheduleContinued(_) => "ScheduleContinued",
            Self::SyncCompleted { .. } => "SyncCompleted",
            Self::SyncFailed { .. } => "SyncFailed",
            Self::OrderChanged { .. } => "OrderChanged",
            Self::StoreInstalled { .. } => "StoreInstalled",
            Self::StoreUninstalled { .. } => "StoreUninstalled",
        }
    }
}

/// Events could not be published.
#[derive(Debug, thiserror::Error)]
#[error("{count} events could not be put on the bus: {code}")]
pub struct BusError {
    /// The number of events left after the last retry.
    pub count: usize,
    /// EventBridge's code for the last failure.
    pub code: String,
}

/// The bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

impl Bus {
    /// Creates a client for the bus named `name`.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Publishes `events`, ten per request, and retries refused ones. After an error, some may have
    /// been published.
    pub async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        for batch in events.chunks(BATCH) {
            let entries = batch.iter().map(|event| self.entry(event)).collect();
            self.publish_batch(entries).await?;
        }
        Ok(())
    }

    fn entry(&self, event: &Event) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(event.source())
            .detail_type(event.detail_type())
            .detail(serde_json::to_string(event).unwrap_or_default())
            .build()
    }

    async fn publish_batch(&self, mut entries: Vec<PutEventsRequestEntry>) -> Result<(), BusError> {
        let mut wait = FIRST_WAIT;
        let mut last_code = String::new();
        for _ in 0..MAX_ROUNDS {
            let answer =
                self.client
                    .put_events()
                    .set_entries(Some(entries.clone()))
                    .send()
                    .await
                    .map_err(|error| BusError { count: entries.len(), code: code_of(&error) })?;
            if answer.failed_entry_count() == 0 {
                return Ok(());
            }
            // Results are in the order of the entries.
            let refused = entries.into_iter().zip(answer.entries());
            entries = refused
                .filter_map(|(entry, answer)| {
                    let code = answer.error_code()?;
                    code.clone_into(&mut last_code);
                    Some(entry)
                })
                .collect();
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        Err(BusError { count: entries.len(), code: last_code })
    }
}

fn code_of<E, R>(error: &SdkError<E, R>) -> String
where
    SdkError<E, R>: ProvideErrorMetadata,
{
    error.code().unwrap_or("not reached").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sync_requested_survives_a_round_trip() {
        let request = SyncRequested {
            store_id: "platform:demo".parse().unwrap(),
            generation: Generation(2),
            resource: Resource::Products,
            mode: RequestedMode::Full,
            run_id: RunId::from_random([7; 16]),
            cursor: None,
        };
        let json = serde_json::to_value(Event::SyncRequested(request.clone())).unwrap();
        assert_eq!(json["store_id"], "platform:demo");
        assert_eq!(json["resource"], "products");
        assert_eq!(serde_json::from_value::<SyncRequested>(json).unwrap(), request);
    }
}
