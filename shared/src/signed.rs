//! The way in for what ShopRenter signs, the same for install, entry and uninstall.

use std::sync::Arc;

use crate::auth::{Purpose, Verified, verify_callback};
use crate::clock::Clock;
use crate::config::{AppSecret, Config, SecretSource};
use crate::foundation::Foundation;
use crate::frame;
use crate::http::{Answer, ApiRequest, Failure};
use crate::pages::{Language, Notice};
use crate::store::{InstallRepository, Sight};
use crate::telemetry;

/// Lets in what ShopRenter signed, and nothing else.
#[derive(Debug)]
pub struct SignedGate {
    config: Arc<Config>,
    secrets: Arc<SecretSource>,
    clock: Arc<dyn Clock>,
    installs: InstallRepository,
}

/// A request that ShopRenter signed.
#[derive(Debug)]
pub struct Admitted {
    /// What the signature vouches for.
    pub verified: Verified,
    /// The app's secret, by which it was verified.
    pub secret: Arc<AppSecret>,
    /// Whether the very same request has come before: a reload, or a replay.
    pub is_replayed: bool,
}

impl SignedGate {
    /// A gate over `foundation`.
    pub fn new(foundation: &Foundation) -> Self {
        Self {
            config: Arc::clone(&foundation.config),
            secrets: Arc::clone(&foundation.secrets),
            clock: Arc::clone(&foundation.clock),
            installs: foundation.installs(),
        }
    }

    /// Lets a request in, or answers it with a page that says what to do.
    ///
    /// Openings are shown in a frame of the admin, and so is what they are refused with: any shop's
    /// admin may frame it, for whose it is nobody has proved. The other calls' pages nobody frames.
    ///
    /// The log names the reason of a refusal and nothing of the request: its query is a credential.
    pub async fn admit(&self, request: &ApiRequest, purpose: Purpose) -> Result<Admitted, Answer> {
        let language = Language::of(&request.headers);
        let origins = match purpose {
            Purpose::Entry => frame::of_any(&self.config.addresses),
            Purpose::Install | Purpose::Uninstall => Vec::new(),
        };
        match self.check(request, purpose).await {
            Ok(Ok(admitted)) => Ok(admitted),
            Ok(Err((notice, reason))) => {
                let purpose = purpose.as_str();
                tracing::warn!(purpose, reason, "a signed request is refused");
                telemetry::count("SignatureRefused", ("purpose", purpose), 1);
                Err(notice.page_within(language, None, &origins))
            }
            Err(failure) => Err(unavailable_within(&failure, request, &origins)),
        }
    }

    async fn check(
        &self,
        request: &ApiRequest,
        purpose: Purpose,
    ) -> Result<Result<Admitted, (Notice, String)>, Failure> {
        let now = self.clock.now();
        let secret = self.secrets.get(now).await?;
        let verified = match verify_callback(&request.raw_query, &secret.signing_keys, now, purpose)
        {
            Ok(verified) => verified,
            Err(refusal) => {
                return Ok(Err((Notice::of_refusal(&refusal), refusal.to_string())));
            }
        };
        telemetry::count("Signature", ("form", verified.form().as_str()), 1);
        // Once the log has no other key than 0, a rotation is over and the old secrets can go.
        tracing::info!(
            purpose = purpose.as_str(),
            form = verified.form().as_str(),
            key = verified.key_index(),
            "a signed request is let in"
        );
        let sight = self.installs.sight(&verified.digest(), purpose, now).await?;
        // Whoever has got hold of an opening's address must not end the install with it. The other
        // way round it is let in: nothing says that ShopRenter signs an install and the opening
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
        Ok(Ok(Admitted { verified, secret, is_replayed }))
    }
}

/// Logs a failure of ours and answers with a page that asks for patience, and that nobody frames.
pub fn unavailable(failure: &Failure, request: &ApiRequest) -> Answer {
    unavailable_within(failure, request, &[])
}

/// The same where one of these origins may frame the page.
pub fn unavailable_within(
    failure: &Failure,
    request: &ApiRequest,
    frame_ancestors: &[String],
) -> Answer {
    tracing::error!(failure = failure.name(), error = failure.chain(), "a request failed");
    let language = Language::of(&request.headers);
    Notice::Unavailable.page_within(language, None, frame_ancestors)
}
