//! `POST /sync`: asks for a run of everything that a store has and shares, under one id.

use shopcall_core::domain::Resource;
use shopcall_core::foundation::Foundation;
use shopcall_core::http::{Answer, ApiRequest};
use shopcall_core::sync::SyncCommands;

/// The endpoint.
#[derive(Debug)]
pub struct SyncAll {
    commands: SyncCommands,
}

impl SyncAll {
    /// An endpoint over `foundation`.
    pub fn new(foundation: &Foundation) -> Self {
        Self { commands: SyncCommands::new(foundation) }
    }

    /// Answers 202 with the runs' id once they are asked for.
    pub async fn handle(&self, request: ApiRequest) -> Answer {
        self.commands.handle(&request, &Resource::ALL).await
    }
}
