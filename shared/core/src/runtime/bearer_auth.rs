//! The way in for what ShopCall and operators call: the same for every route with a bearer.

use std::sync::Arc;

use http::header::AUTHORIZATION;

use crate::domain::clock::Clock;
use crate::runtime::Services;
use crate::runtime::config::SecretSource;
use crate::runtime::http::{Answer, Failure, Problem, Request};

/// Lets in who presents one of the app's bearer secrets, and nobody else.
#[derive(Debug)]
pub struct BearerAuth {
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
}

impl BearerAuth {
    /// A gate over `services`.
    pub fn new(services: &Services) -> Self {
        Self { secrets: Arc::clone(&services.secrets), clock: Arc::clone(&services.clock) }
    }

    /// Lets a request in, or answers it: 401, or 503 where the secret cannot be read. To be asked
    /// before anything else of the request is looked at.
    ///
    /// The log names the reason of a refusal and nothing of the request.
    pub async fn admit(&self, request: &Request) -> Result<(), Answer> {
        let secret = self.secrets.get(self.clock.now()).await;
        let secret = secret.map_err(|error| unavailable(&error.into()))?;
        let presented = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes());
        match secret.bearers.check(presented) {
            Ok(_) => Ok(()),
            Err(refusal) => {
                tracing::warn!(reason = %refusal, "a caller is refused");
                Err(Problem::Unauthorized.into())
            }
        }
    }
}

/// Logs a failure of ours and asks the caller to come back.
pub fn unavailable(failure: &Failure) -> Answer {
    tracing::error!(failure = failure.name(), error = failure.chain(), "a request failed");
    Problem::Unavailable.into()
}
