//! Bearer authentication for every route that ShopCall and operators call.

use std::sync::Arc;

use http::header::AUTHORIZATION;

use crate::domain::clock::Clock;
use crate::runtime::Services;
use crate::runtime::config::SecretSource;
use crate::runtime::http::{Answer, Failure, Problem, Request};

/// Authenticates callers by one of the app's bearer secrets.
#[derive(Debug)]
pub struct BearerAuth {
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
}

impl BearerAuth {
    /// Creates the authenticator.
    pub fn new(services: &Services) -> Self {
        Self { secrets: Arc::clone(&services.secrets), clock: Arc::clone(&services.clock) }
    }

    /// Authenticates a request; otherwise returns the answer: 401, or 503 if the secret cannot be
    /// read. Called before the request is parsed.
    ///
    /// The log contains the reason of a refusal and nothing of the request.
    pub async fn authenticate(&self, request: &Request) -> Result<(), Answer> {
        let secret = self.secrets.get(self.clock.now()).await;
        let secret = secret.map_err(|error| unavailable(&error.into()))?;
        let presented = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes());
        match secret.bearers.check(presented) {
            Ok(_) => Ok(()),
            Err(refusal) => {
                tracing::warn!(reason = %refusal, "caller refused");
                Err(Problem::Unauthorized.into())
            }
        }
    }
}

/// Logs a failure of ours and returns a 503.
pub fn unavailable(failure: &Failure) -> Answer {
    tracing::error!(failure = failure.name(), error = failure.chain(), "a request failed");
    Problem::Unavailable.into()
}
