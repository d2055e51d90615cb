//! A sync function's two triggers: `POST /sync/<resource>` requests a run and answers at once with
//! its id; the resulting `SyncRequested` event on the bus carries it out.

use std::marker::PhantomData;
use std::time::Duration;

use serde_json::Value;

use super::command::SyncCommands;
use super::engine::Engine;
use super::record::SyncRecord;
use crate::domain::Deadline;
use crate::runtime::Services;
use crate::runtime::events::SyncRequested;
use crate::runtime::http::{BusEvent, Failure, Invocation, Request, serve};

/// Time reserved for ending a run properly.
const RESERVE: Duration = Duration::from_secs(5);

/// The endpoint of one kind of record.
#[derive(Debug)]
pub struct SyncEndpoint<T> {
    commands: SyncCommands,
    engine: Engine,
    kind: PhantomData<T>,
}

impl<T: SyncRecord> SyncEndpoint<T> {
    /// Creates the endpoint.
    pub fn new(services: &Services) -> Self {
        Self {
            commands: SyncCommands::new(services),
            engine: Engine::new(services),
            kind: PhantomData,
        }
    }

    /// Handles either trigger; `time_left` is the function's remaining time.
    pub async fn invoke(&self, payload: Value, time_left: Duration) -> Result<Value, Failure> {
        match Invocation::parse(payload)? {
            Invocation::Http(payload) => {
                let ask = |request: Request| async move {
                    self.commands.handle(&request, &[T::RESOURCE]).await
                };
                Ok(serve(payload, ask).await)
            }
            Invocation::Bus(event) => {
                Box::pin(self.carry_out(event, time_left)).await?;
                Ok(Value::Null)
            }
        }
    }

    /// Handles a `SyncRequested` event.
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
