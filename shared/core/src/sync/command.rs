//! Asking for runs: what `POST /sync` and `POST /sync/<resource>` have in common.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::domain::random;
use crate::domain::{RequestedMode, Resource, RunId, Store, StoreId, StoreState};
use crate::runtime::Services;
use crate::runtime::events::{Bus, BusError, Event, SyncRequested};
use crate::runtime::http::{Answer, Failure, Problem, Request, json};
use crate::runtime::{BearerAuth, unavailable};
use crate::storage::StoreRepository;

const EXPECTED: &str =
    "the body is {\"store_id\":\"<platform>:<shop>\",\"mode\":\"full|incremental|auto\"}";
const WITHHELD: &str = "the merchant does not share these records";

/// Takes what ShopCall asks for to the bus, and answers at once with the run's id.
#[derive(Debug)]
pub struct SyncCommands {
    gate: BearerAuth,
    stores: StoreRepository,
    bus: Bus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Command {
    store_id: StoreId,
    mode: RequestedMode,
}

#[derive(Serialize)]
struct Accepted<'a> {
    run_id: &'a RunId,
}

impl SyncCommands {
    /// Commands over `services`.
    pub fn new(services: &Services) -> Self {
        Self { gate: BearerAuth::new(services), stores: services.stores(), bus: services.bus() }
    }

    /// Asks for a run of each of `resources` that the merchant shares (none: 409), all with the same
    /// id: leases and the log tell them apart by resource. A 503 means that some may have been asked
    /// for and some not; to ask again is harmless, since what is at work already is only queued
    /// once.
    pub async fn handle(&self, request: &Request, resources: &[Resource]) -> Answer {
        if let Err(refusal) = self.gate.admit(request).await {
            return refusal;
        }
        self.ask(request, resources).await.unwrap_or_else(|failure| unavailable(&failure))
    }

    async fn ask(&self, request: &Request, resources: &[Resource]) -> Result<Answer, Failure> {
        let Ok(command) = serde_json::from_slice::<Command>(request.body()) else {
            return Ok(Problem::BadRequest(EXPECTED).into());
        };
        let installed = self.stores.get(&command.store_id).await?;
        let installed = installed.filter(|store| store.state != StoreState::Uninstalled);
        let Some(store) = installed else { return Ok(Problem::UnknownStore.into()) };
        let shared: Vec<_> = resources.iter().copied().filter(|kind| store.shares(*kind)).collect();
        if shared.is_empty() {
            return Ok(Problem::Conflict(WITHHELD).into());
        }
        let run_id = ask_for_runs(&self.bus, &store, &shared, command.mode).await?;
        Ok(json(StatusCode::ACCEPTED, &Accepted { run_id: &run_id }))
    }
}

/// Asks for a run of each of `resources`, all with one fresh id, which is returned.
pub async fn ask_for_runs(
    bus: &Bus,
    store: &Store,
    resources: &[Resource],
    mode: RequestedMode,
) -> Result<RunId, BusError> {
    let run_id = RunId::from_random(random::bytes());
    let request = |resource: &Resource| {
        Event::SyncRequested(SyncRequested {
            store_id: store.id.clone(),
            generation: store.generation,
            resource: *resource,
            mode,
            run_id: run_id.clone(),
            cursor: None,
        })
    };
    bus.publish(&resources.iter().map(request).collect::<Vec<_>>()).await?;
    tracing::info!(store_id = %store.id, run_id = %run_id, "syncs are asked for");
    Ok(run_id)
}
