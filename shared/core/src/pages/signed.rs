//! Authentication of requests signed by the platform: install, entry and uninstall.

use std::sync::Arc;

use super::{Notice, language_of};
use crate::domain::clock::Clock;
use crate::domain::{CallRefusal, Platform, Purpose, SignedCall};
use crate::runtime::config::{AppSecret, SecretSource};
use crate::runtime::http::{Answer, Failure, Request};
use crate::runtime::{Services, telemetry};
use crate::storage::{InstallRepository, Observation};

/// Authenticates requests signed by the platform.
#[derive(Debug)]
pub struct SignedAuth {
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
    installs: InstallRepository,
}

/// An authenticated request.
#[derive(Debug)]
pub struct Authenticated {
    /// The signed content.
    pub call: SignedCall,
    /// The app's secret used for verification.
    pub secret: Arc<AppSecret>,
    /// Whether the same request was received before: a reload or a replay.
    pub is_replayed: bool,
}

impl SignedAuth {
    /// Creates the authenticator from `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            secrets: Arc::clone(&services.secrets),
            clock: Arc::clone(&services.clock),
            installs: services.installs(),
        }
    }

    /// Authenticates a request, or returns a page that says what to do.
    ///
    /// The app is opened in a frame of the admin. A refused opening may be framed by any shop's
    /// admin, because the shop is not yet authenticated; other pages may not be framed.
    ///
    /// Logs the reason of a refusal, but nothing of the request: its query is a credential.
    pub async fn authenticate(
        &self,
        platform: &dyn Platform,
        request: &Request,
        purpose: Purpose,
    ) -> Result<Authenticated, Answer> {
        let language = language_of(request.headers());
        let origins = match purpose {
            Purpose::Entry => platform.frame_ancestors(None, None),
            Purpose::Install | Purpose::Uninstall => Vec::new(),
        };
        match self.check(platform, request, purpose).await {
            Ok(Ok(authenticated)) => Ok(authenticated),
            Ok(Err((notice, reason))) => {
                let purpose = purpose.as_str();
                tracing::warn!(purpose, reason, "a signed request is refused");
                telemetry::count("SignatureRefused", ("purpose", purpose), 1);
                Err(notice.page_within(platform, language, None, &origins))
            }
            Err(failure) => Err(unavailable_within(platform, &failure, request, &origins)),
        }
    }

    async fn check(
        &self,
        platform: &dyn Platform,
        request: &Request,
        purpose: Purpose,
    ) -> Result<Result<Authenticated, (Notice, String)>, Failure> {
        let now = self.clock.now();
        let secret = self.secrets.get(now).await?;
        let credentials = &secret.credentials;
        let call = match platform.verify(
            request.uri().query().unwrap_or_default(),
            credentials,
            now,
            purpose,
        ) {
            Ok(call) => call,
            Err(refusal) => return Ok(Err((notice_of(&refusal), refusal.to_string()))),
        };
        telemetry::count("Signature", ("form", call.form), 1);
        // A secret rotation is complete once only key 0 is logged; old secrets can then be removed.
        tracing::info!(
            purpose = purpose.as_str(),
            form = call.form,
            key = call.key_index,
            "a signed request is accepted"
        );
        let observation = self.installs.observe(&call.digest, purpose, now).await?;
        // A leaked opening address must not uninstall the app. The reverse is accepted: the
        // platform does not document that it signs an install and the opening after it separately.
        // So for the 300 seconds that a signature is valid, the address of an install or an
        // uninstall opens the app, as the opening's own address does.
        if observation == Observation::Elsewhere && purpose == Purpose::Uninstall {
            let reason = "the signature was made for another address";
            return Ok(Err((Notice::NotSigned, reason.to_owned())));
        }
        let is_replayed = observation == Observation::Again;
        if is_replayed {
            tracing::info!(purpose = purpose.as_str(), "a signed request was repeated");
            telemetry::count("Replayed", ("purpose", purpose.as_str()), 1);
        }
        Ok(Ok(Authenticated { call, secret, is_replayed }))
    }
}

/// The notice for a refused call.
fn notice_of(refusal: &CallRefusal) -> Notice {
    match refusal {
        CallRefusal::Malformed(_) => Notice::Malformed,
        CallRefusal::NotSigned(_) => Notice::NotSigned,
        CallRefusal::Expired(_) => Notice::Expired,
    }
}

/// Logs an internal failure and answers with a page that asks to try again later and may not be
/// framed.
pub fn unavailable(platform: &dyn Platform, failure: &Failure, request: &Request) -> Answer {
    unavailable_within(platform, failure, request, &[])
}

/// Like [`unavailable`], with a page that `frame_ancestors` may frame.
pub fn unavailable_within(
    platform: &dyn Platform,
    failure: &Failure,
    request: &Request,
    frame_ancestors: &[String],
) -> Answer {
    tracing::error!(failure = failure.name(), error = failure.chain(), "a request failed");
    let language = language_of(request.headers());
    Notice::Unavailable.page_within(platform, language, None, frame_ancestors)
}
