//! `sync`: `POST /sync` requests a run of every resource that a store has and shares, under one id.

use shopcall_core::domain::Resource;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{Answer, Request};
use shopcall_core::sync::SyncCommands;

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct SyncAll {
    commands: SyncCommands,
}

impl SyncAll {
    /// Creates an endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self { commands: SyncCommands::new(services) }
    }

    /// Answers 202 with the runs' id once they are requested.
    pub async fn handle(&self, request: Request) -> Answer {
        self.commands.handle(&request, &Resource::ALL).await
    }
}
