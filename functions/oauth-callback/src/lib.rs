//! `GET /auth/{platform}/callback`: the platform redirects the merchant's browser here when an
//! install begins. The function verifies the signature, stores the pending install for 15 minutes
//! and redirects the browser to `app_url` with the install's id for the entry point.

use sha2::{Digest as _, Sha256};
use shopcall_core::domain::{Platform, Purpose, SignedCall, StoreId};
use shopcall_core::pages::{Authenticated, Notice, SignedAuth, unavailable};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{
    Answer, Failure, Problem, Request, RequestExt as _, platform_of, redirect,
};
use shopcall_core::storage::InstallRepository;

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct OauthCallback {
    services: Services,
    auth: SignedAuth,
    installs: InstallRepository,
}

impl OauthCallback {
    /// Creates an endpoint over `services`.
    pub fn new(services: Services) -> Self {
        Self { auth: SignedAuth::new(&services), installs: services.installs(), services }
    }

    /// Answers with a redirect into the shop's admin, or with a page that explains the refusal.
    pub async fn handle(&self, request: Request) -> Answer {
        let platform = platform_of(request.raw_http_path());
        let platform = platform.and_then(|(id, _)| self.services.platforms.get(&id));
        let Some(platform) = platform else { return Problem::NotFound.into() };
        let authenticated = match self.auth.authenticate(platform, &request, Purpose::Install).await
        {
            Ok(authenticated) => authenticated,
            Err(page) => return page,
        };
        match self.begin(platform, &authenticated).await {
            Ok(Some(target)) => redirect(&target),
            Ok(None) => Notice::Unavailable.page(platform, request.headers(), None),
            Err(failure) => unavailable(platform, &failure, &request),
        }
    }

    async fn begin(
        &self,
        platform: &dyn Platform,
        authenticated: &Authenticated,
    ) -> Result<Option<String>, Failure> {
        let Authenticated { call, secret, is_replayed } = authenticated;
        let store_id = StoreId::new(platform.id(), &call.shop);
        let sr_install = install_id(call);
        self.installs.begin(&sr_install, &store_id, self.services.clock.now()).await?;
        tracing::info!(store_id = %store_id, is_replayed, "an install has begun");
        let added = [("sr_install", sr_install.as_str())];
        Ok(platform.install_target(call, &secret.credentials, &added))
    }
}

/// Derives the install's id from the signature: as unguessable as the signature, and stable when
/// the merchant reloads the page, so a replayed callback starts no second install.
fn install_id(call: &SignedCall) -> String {
    let digest = Sha256::new().chain_update("sr_install").chain_update(call.digest);
    let mut id = hex::encode(digest.finalize());
    id.truncate(32);
    id
}
