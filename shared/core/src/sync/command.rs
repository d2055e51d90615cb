//! Requests for runs, shared by `POST /sync` and `POST /sync/<resource>`.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::domain::random;
use crate::domain::{RequestedMode, Resource, RunId, Store, StoreId, StoreState};
use crate::runtime::Services;
use crate::runtime::events::{Bus, BusError, Event, SyncRequested};
use crate::runtime::http::{Answer, Failure, Problem, Request, json};
use crate::runtime::{BearerAuth, unavailable};
use crate::storage::StoreRepository;

const EXPECTED: &str = "the body is {\"store_id\":\"<platform>:<shop>\",\"mode\":\"full|incremental|auto\"}, mode is optional";
const NOT_SHARED: &str = "the merchant does not share these records";

/// Publishes the requested runs on the bus and answers at once with the run id.
#[derive(Debug)]
pub struct SyncCommands {
    auth: BearerAuth,
    stores: StoreRepository,
    bus: Bus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Command {
    store_id: StoreId,
    #[serde(default = "usual_mode")]
    mode: RequestedMode,
}

fn usual_mode() -> RequestedMode {
    RequestedMode::Auto
}

#[derive(Serialize)]
struct Accepted<'a> {
    run_id: &'a RunId,
}

impl SyncCommands {
    /// Creates the commands.
    pub fn new(services: &Services) -> Self {
        Self { auth: BearerAuth::new(services), stores: services.stores(), bus: services.bus() }
    }

    /// Requests a run of each shared resource in `resources`, all with the same id; leases and the
    /// log tell them apart by resource. Answers 409 if none is shared. After a 503, some runs may
    /// have been requested; sending the request again is safe, because a run in progress is queued
    /// only once.
    pub async fn handle(&self, request: &Request, resources: &[Resource]) -> Answer {
        if let Err(refusal) = self.auth.authenticate(request).await {
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
            return Ok(Problem::Conflict(NOT_SHARED).into());
        }
        let run_id = ask_for_runs(&self.bus, &store, &shared, command.mode).await?;
        Ok(json(StatusCode::ACCEPTED, &Accepted { run_id: &run_id }))
    }
}

/// Requests a run of each of `resources`, all with the same new id, and returns the id.
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
    tracing::info!(store_id = %store.id, run_id = %run_id, "runs requested");
    Ok(run_id)
}
