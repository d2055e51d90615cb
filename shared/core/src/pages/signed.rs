//! The way in for what the platform signs, the same for install, entry and uninstall.

use std::sync::Arc;

use super::{Notice, language_of};
use crate::domain::clock::Clock;
use crate::domain::{CallRefusal, Platform, Purpose, SignedCall};
use crate::runtime::config::{AppSecret, SecretSource};
use crate::runtime::http::{Answer, Failure, Request};
use crate::runtime::{Services, telemetry};
use crate::storage::{InstallRepository, Sight};

/// Lets in what the platform signed, and nothing else.
#[derive(Debug)]
pub struct SignedGate {
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
    installs: InstallRepository,
}

/// A request that the platform signed.
#[derive(Debug)]
pub struct Admitted {
    /// What the signature vouches for.
    pub call: SignedCall,
    /// The app's secret, by which it was verified.
    pub secret: Arc<AppSecret>,
    /// Whether the very same request has come before: a reload, or a replay.
    pub is_replayed: bool,
}

impl SignedGate {
    /// A gate over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            secrets: Arc::clone(&services.secrets),
            clock: Arc::clone(&services.clock),
            installs: services.installs(),
        }
    }

    /// Lets a request in, or answers it with a page that says what to do.
    ///
    /// Openings are shown in a frame of the admin, and so is what they are refused with: any shop's
    /// admin may frame it, for whose it is nobody has proved. The other calls' pages nobody frames.
    ///
    /// The log names the reason of a refusal and nothing of the request: its query is a credential.
    pub async fn admit(
        &self,
        platform: &dyn Platform,
        request: &Request,
        purpose: Purpose,
    ) -> Result<Admitted, Answer> {
        let language = language_of(request.headers());
        let origins = match purpose {
            Purpose::Entry => platform.frame_ancestors(None, None),
            Purpose::Install | Purpose::Uninstall => Vec::new(),
        };
        match self.check(platform, request, purpose).await {
            Ok(Ok(admitted)) => Ok(admitted),
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
    ) -> Result<Result<Admitted, (Notice, String)>, Failure> {
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
        // Once the log has no other key than 0, a rotation is over and the old secrets can go.
        tracing::info!(
            purpose = purpose.as_str(),
            form = call.form,
            key = call.key_index,
            "a signed request is let in"
        );
        let sight = self.installs.sight(&call.digest, purpose, now).await?;
        // Whoever has got hold of an opening's address must not end the install with it. The other
        // way round it is let in: nothing says that the platform signs an install and the opening
        // behind it each for itself. So for the 300 seconds that a signature lasts, an install's
        // or an uninstall's address opens the app, as the opening's own address does.
        if sight == Sight::Elsewhere && purpose == Purpose::Uninstall {
            let reason = "the signature was made for another address";
            return Ok(Err((Notice::NotSigned, reason.to_owned())));
        }
        let is_replayed = sight == Sight::Again;
        if is_replayed {
            tracing::info!(purpose = purpose.as_str(), "a signed request has come again");
            telemetry::count("Replayed", ("purpose", purpose.as_str()), 1);
        }
        Ok(Ok(Admitted { call, secret, is_replayed }))
    }
}

/// What a refused call is called to a merchant.
fn notice_of(refusal: &CallRefusal) -> Notice {
    match refusal {
        CallRefusal::Malformed(_) => Notice::Malformed,
        CallRefusal::NotSigned(_) => Notice::NotSigned,
        CallRefusal::Expired(_) => Notice::Expired,
    }
}

/// Logs a failure of ours and answers with a page that asks for patience, and that nobody frames.
pub fn unavailable(platform: &dyn Platform, failure: &Failure, request: &Request) -> Answer {
    unavailable_within(platform, failure, request, &[])
}

/// The same where these origins may frame the page.
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
