//! What travels on the bus: ids and counts, never personal data.

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
/// EventBridge's own limit for one request.
const BATCH: usize = 10;
/// How often what EventBridge refused is sent again.
const MAX_ROUNDS: u32 = 5;
/// The first wait before that; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// Asks for a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequested {
    /// Whose.
    pub store_id: StoreId,
    /// The install it was asked for; another one ignores it.
    pub generation: Generation,
    /// Of what.
    pub resource: Resource,
    /// How much of it.
    pub mode: RequestedMode,
    /// Names the run; the same event twice names the same run.
    pub run_id: RunId,
    /// Where to go on, for the rest of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Asks for the rows of an uninstalled store to be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeRequested {
    /// Whose.
    pub store_id: StoreId,
    /// The install that has ended; where another one has begun since, nothing is erased.
    pub generation: Generation,
}

/// Asks for the records of a kind to be erased that the merchant does not share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseRequested {
    /// Whose.
    pub store_id: StoreId,
    /// The install that withholds them; another one ignores it.
    pub generation: Generation,
    /// Of what. Where it is shared again, nothing is erased.
    pub resource: Resource,
}

/// Asks for the rest of a beat of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleContinued {
    /// When the beat came.
    pub beat_at: Timestamp,
}

/// Everything that is said on the bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// A run is asked for.
    SyncRequested(SyncRequested),
    /// An uninstalled store's rows are to go.
    PurgeRequested(PurgeRequested),
    /// What is withheld is to go.
    EraseRequested(EraseRequested),
    /// A beat of the schedule goes on.
    ScheduleContinued(ScheduleContinued),
    /// A run has come to its end.
    SyncCompleted {
        /// Whose.
        store_id: StoreId,
        /// Of what.
        resource: Resource,
        /// Which.
        run_id: RunId,
        /// What it did.
        counts: Counts,
        /// Milliseconds from start to end.
        duration_ms: u64,
    },
    /// A run has given up.
    SyncFailed {
        /// Whose.
        store_id: StoreId,
        /// Of what.
        resource: Resource,
        /// Which.
        run_id: RunId,
        /// What it did before.
        counts: Counts,
        /// Milliseconds from start to end.
        duration_ms: u64,
        /// The kind of failure, such as `client_refused`.
        reason: String,
    },
    /// An order was placed or has changed.
    OrderChanged {
        /// Whose.
        store_id: StoreId,
        /// The platform's id.
        order_id: String,
        /// The number that merchants and customers see.
        inner_id: Option<String>,
        /// How far it is, in the shop's words; none for a cart that was left.
        status: Option<OrderStatus>,
        /// Whether it is what a webhook said and is still to be read back.
        provisional: bool,
    },
    /// A generation has begun.
    StoreInstalled {
        /// Whose.
        store_id: StoreId,
        /// Which.
        generation: Generation,
    },
    /// A generation has ended.
    StoreUninstalled {
        /// Whose.
        store_id: StoreId,
        /// Which.
        generation: Generation,
    },
}

impl Event {
    /// That an order of a store has changed.
    pub fn order_changed(store_id: &StoreId, change: OrderChange) -> Self {
        let OrderChange { order_id, inner_id, status, provisional, .. } = change;
        let store_id = store_id.clone();
        Self::OrderChanged { store_id, order_id, inner_id, status, provisional }
    }

    /// The store that it concerns.
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

/// Events could not be put on the bus.
#[derive(Debug, thiserror::Error)]
#[error("{count} events could not be put on the bus: {code}")]
pub struct BusError {
    /// How many were left when the tries were used up.
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
    /// The bus named `name`.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Says all of `events`, ten a request; what is refused is said again. An error means that
    /// some may have been heard and some not.
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
            // Answers stand in the order of the entries.
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
    fn a_request_for_a_run_reads_back_as_it_was_said() {
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
