//! `scheduled-sync`: requests the syncs that are due at each scheduled run, and never calls a
//! platform itself. `POST /sync/scheduled` starts a run manually. A run that exceeds one invocation
//! continues in another.

mod run_schedule;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use shopcall_core::domain::Deadline;
use shopcall_core::domain::clock::Clock;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::ScheduleContinued;
use shopcall_core::runtime::http::{Answer, BusEvent, Failure, Invocation, Request, json, serve};
use shopcall_core::runtime::{BearerAuth, unavailable};

pub use run_schedule::Dispatched;
use run_schedule::Schedule;

/// Part of the function's time reserved for finishing the stores in progress.
const RESERVE: Duration = Duration::from_secs(20);
/// Maximum time an operator waits; the rest of the run continues in the background.
const OPERATOR_TIME: Duration = Duration::from_secs(10);

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct ScheduledSync {
    auth: BearerAuth,
    schedule: Schedule,
    clock: Arc<dyn Clock>,
}

impl ScheduledSync {
    /// Creates an endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            auth: BearerAuth::new(services),
            schedule: Schedule::new(services),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Handles an HTTP request, a scheduled event or a continuation; `time_left` is the function's
    /// remaining time.
    pub async fn invoke(&self, payload: Value, time_left: Duration) -> Result<Value, Failure> {
        let time = time_left.saturating_sub(RESERVE);
        match Invocation::parse(payload)? {
            Invocation::Http(payload) => {
                let time = time.min(OPERATOR_TIME);
                Ok(serve(payload, |request| self.ask(request, time)).await)
            }
            Invocation::Bus(event) => {
                Box::pin(self.run_schedule(event, time)).await?;
                Ok(Value::Null)
            }
        }
    }

    /// Handles `POST /sync/scheduled`.
    async fn ask(&self, request: Request, time: Duration) -> Answer {
        if let Err(refusal) = self.auth.authenticate(&request).await {
            return refusal;
        }
        match self.schedule.run(self.clock.now(), Deadline::after(time)).await {
            Ok(dispatched) => json(StatusCode::OK, &dispatched),
            Err(failure) => unavailable(&failure),
        }
    }

    /// Handles a scheduled event, or the continuation of one.
    async fn run_schedule(&self, event: BusEvent, time: Duration) -> Result<Dispatched, Failure> {
        let run_at = match &*event.detail_type {
            "Scheduled Event" => self.clock.now(),
            "ScheduleContinued" => {
                let rest: ScheduleContinued =
                    serde_json::from_value(event.detail).map_err(|_| Failure::UnknownEvent)?;
                rest.run_at
            }
            _ => return Err(Failure::UnknownEvent),
        };
        self.schedule.run(run_at, Deadline::after(time)).await
    }
}
