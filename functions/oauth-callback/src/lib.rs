//! `GET /auth/{platform}/callback`: the platform sends the merchant's browser here when an install
//! begins. The signature is verified, the install remembered for 15 minutes, and the browser sent
//! on to `app_url`, carrying the install's id to the entry point.

use sha2::{Digest as _, Sha256};
use shopcall_core::domain::{Platform, Purpose, SignedCall, StoreId};
use shopcall_core::pages::{Admitted, Notice, SignedGate, unavailable};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{
    Answer, Failure, Problem, Request, RequestExt as _, platform_of, redirect,
};
use shopcall_core::storage::InstallRepository;

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct OauthCallback {
    services: Services,
    gate: SignedGate,
    installs: InstallRepository,
}

impl OauthCallback {
    /// An endpoint over `services`.
    pub fn new(services: Services) -> Self {
        Self { gate: SignedGate::new(&services), installs: services.installs(), services }
    }

    /// Answers with a redirect into the shop's admin, or with a page that says why not.
    pub async fn handle(&self, request: Request) -> Answer {
        let platform = platform_of(request.raw_http_path());
        let platform = platform.and_then(|(id, _)| self.services.platforms.get(&id));
        let Some(platform) = platform else { return Problem::NotFound.into() };
        let admitted = match self.gate.admit(platform, &request, Purpose::Install).await {
            Ok(admitted) => admitted,
            Err(page) => return page,
        };
        match self.begin(platform, &admitted).await {
            Ok(Some(target)) => redirect(&target),
            Ok(None) => Notice::Unavailable.page(platform, request.headers(), None),
            Err(failure) => unavailable(platform, &failure, &request),
        }
    }

    async fn begin(
        &self,
        platform: &dyn Platform,
        admitted: &Admitted,
    ) -> Result<Option<String>, Failure> {
        let Admitted { call, secret, is_replayed } = admitted;
        let store_id = StoreId::new(platform.id(), &call.shop);
        let sr_install = install_id(call);
        self.installs.begin(&sr_install, &store_id, self.services.clock.now()).await?;
        tracing::info!(store_id = %store_id, is_replayed, "an install has begun");
        let added = [("sr_install", sr_install.as_str())];
        Ok(platform.install_target(call, &secret.credentials, &added))
    }
}

/// The install's id: as unguessable as the signature that it is made of, and the same when the
/// merchant reloads the page, so that a replayed callback begins no second install.
fn install_id(call: &SignedCall) -> String {
    let digest = Sha256::new().chain_update("sr_install").chain_update(call.digest);
    let mut id = hex::encode(digest.finalize());
    id.truncate(32);
    id
}
