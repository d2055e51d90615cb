//! A sync function's two ways in: `POST /sync/<resource>` asks for a run and answers at once with
//! its id; the `SyncRequested` that follows on the bus carries it out.

use std::marker::PhantomData;
use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::engine::Engine;
use super::record::SyncRecord;
use crate::domain::{Mode, RunId, StoreId, StoreState};
use crate::events::{Bus, Event, SyncRequested};
use crate::foundation::Foundation;
use crate::http::{Answer, ApiRequest, BusEvent, Failure, Invocation, Problem, json};
use crate::random;
use crate::shoprenter::Deadline;
use crate::store::StoreRepository;

/// Kept back from the function's time to end a run in good order.
const RESERVE: Duration = Duration::from_secs(5);

/// The endpoint of one kind of record, and what it works with.
#[derive(Debug)]
pub struct SyncEndpoint<T> {
    foundation: Foundation,
    stores: StoreRepository,
    bus: Bus,
    engine: Engine,
    kind: PhantomData<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SyncCommand {
    store_id: StoreId,
    mode: Mode,
}

#[derive(Serialize)]
struct Accepted<'a> {
    run_id: &'a RunId,
}

impl<T: SyncRecord> SyncEndpoint<T> {
    /// An endpoint over `foundation`.
    pub fn new(foundation: Foundation) -> Self {
        Self {
            stores: foundation.stores(),
            bus: foundation.bus(),
            engine: foundation.engine(),
            kind: PhantomData,
            foundation,
        }
    }

    /// Handles either way of being invoked; `time_left` is the function's.
    pub async fn invoke(&self, payload: Value, time_left: Duration) -> Result<Value, Failure> {
        match Invocation::parse(payload)? {
            Invocation::Http(payload) => {
                Ok(ApiRequest::serve(payload, |request| self.ask(request)).await)
            }
            Invocation::Bus(event) => {
                Box::pin(self.carry_out(event, time_left)).await?;
                Ok(Value::Null)
            }
        }
    }

    /// `POST /sync/<resource>`.
    async fn ask(&self, request: ApiRequest) -> Answer {
        self.request_run(&request).await.unwrap_or_else(|failure| {
            tracing::error!(failure = failure.name(), error = failure.chain(), "a request failed");
            Problem::Unavailable.into()
        })
    }

    async fn request_run(&self, request: &ApiRequest) -> Result<Answer, Failure> {
        let secret = self.foundation.secrets.get(self.foundation.clock.now()).await?;
        let presented = request.headers.get(http::header::AUTHORIZATION);
        if let Err(refusal) = secret.bearers.check(presented.map(|value| value.as_bytes())) {
            tracing::warn!(reason = %refusal, "a caller is refused");
            return Ok(Problem::Unauthorized.into());
        }
        let Ok(command) = serde_json::from_slice::<SyncCommand>(&request.body) else {
            let expected =
                "the body is {\"store_id\":\"shoprenter:<shop>\",\"mode\":\"full|incremental\"}";
            return Ok(Problem::BadRequest(expected).into());
        };
        let installed = self.stores.get(&command.store_id).await?;
        let installed = installed.filter(|store| store.state != StoreState::Uninstalled);
        let Some(store) = installed else { return Ok(Problem::UnknownStore.into()) };
        let run_id = RunId::from_random(random::bytes());
        let requested = SyncRequested {
            store_id: store.id,
            generation: store.generation,
            resource: T::RESOURCE,
            mode: command.mode,
            run_id: run_id.clone(),
            cursor: None,
        };
        self.bus.publish(&[Event::SyncRequested(requested)]).await?;
        Ok(json(StatusCode::ACCEPTED, &Accepted { run_id: &run_id }))
    }

    /// A `SyncRequested` of the bus.
    async fn carry_out(&self, event: BusEvent, time_left: Duration) -> Result<(), Failure> {
        let request: SyncRequested =
            serde_json::from_value(event.detail).map_err(|_| Failure::UnknownEvent)?;
        if event.detail_type != "SyncRequested" || request.resource != T::RESOURCE {
            return Err(Failure::UnknownEvent);
        }
        let deadline = Deadline::after(time_left.saturating_sub(RESERVE));
        self.engine.run::<T>(&request, deadline).await.map(drop)
    }
}
