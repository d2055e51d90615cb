//! `scheduled-sync`: at each beat of the schedule it asks for what is due, and asks the platforms for
//! nothing itself. `POST /sync/scheduled` is a beat at an operator's word; a beat that is too long
//! for one invocation goes on in another.

mod beat;

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

pub use beat::Dispatched;
use beat::Schedule;

/// Kept back from the function's time to bring the stores in hand to their end.
const RESERVE: Duration = Duration::from_secs(20);
/// How long an operator is kept waiting at the most; the rest of the beat goes on behind.
const OPERATOR_TIME: Duration = Duration::from_secs(10);

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct ScheduledSync {
    gate: BearerAuth,
    schedule: Schedule,
    clock: Arc<dyn Clock>,
}

impl ScheduledSync {
    /// An endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            gate: BearerAuth::new(services),
            schedule: Schedule::new(services),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Handles each way of being invoked; `time_left` is the function's.
    pub async fn invoke(&self, payload: Value, time_left: Duration) -> Result<Value, Failure> {
        let time = time_left.saturating_sub(RESERVE);
        match Invocation::parse(payload)? {
            Invocation::Http(payload) => {
                let time = time.min(OPERATOR_TIME);
                Ok(serve(payload, |request| self.ask(request, time)).await)
            }
            Invocation::Bus(event) => {
                Box::pin(self.beat(event, time)).await?;
                Ok(Value::Null)
            }
        }
    }

    /// `POST /sync/scheduled`.
    async fn ask(&self, request: Request, time: Duration) -> Answer {
        if let Err(refusal) = self.gate.admit(&request).await {
            return refusal;
        }
        match self.schedule.run(self.clock.now(), Deadline::after(time)).await {
            Ok(dispatched) => json(StatusCode::OK, &dispatched),
            Err(failure) => unavailable(&failure),
        }
    }

    /// A beat of EventBridge's schedule, or the rest of one.
    async fn beat(&self, event: BusEvent, time: Duration) -> Result<Dispatched, Failure> {
        let beat_at = match &*event.detail_type {
            "Scheduled Event" => self.clock.now(),
            "ScheduleContinued" => {
                let rest: ScheduleContinued =
                    serde_json::from_value(event.detail).map_err(|_| Failure::UnknownEvent)?;
                rest.beat_at
            }
            _ => return Err(Failure::UnknownEvent),
        };
        self.schedule.run(beat_at, Deadline::after(time)).await
    }
}
