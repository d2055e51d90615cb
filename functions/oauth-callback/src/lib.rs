//! `GET /auth/shoprenter/callback`: ShopRenter sends the merchant's browser here when an install
//! begins. The signature is verified, the install remembered for 15 minutes, and the browser sent
//! on to `app_url`, carrying the install's id to the entry point.

use sha2::{Digest as _, Sha256};
use shopcall_core::auth::{Purpose, Verified, redirect_target};
use shopcall_core::domain::StoreId;
use shopcall_core::foundation::Foundation;
use shopcall_core::http::{Answer, ApiRequest, Failure, redirect};
use shopcall_core::pages::Notice;
use shopcall_core::signed::{Admitted, SignedGate, unavailable};
use shopcall_core::store::InstallRepository;
use url::Url;

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct OauthCallback {
    foundation: Foundation,
    gate: SignedGate,
    installs: InstallRepository,
}

impl OauthCallback {
    /// An endpoint over `foundation`.
    pub fn new(foundation: Foundation) -> Self {
        Self { gate: SignedGate::new(&foundation), installs: foundation.installs(), foundation }
    }

    /// Answers with a redirect into the shop's admin, or with a page that says why not.
    pub async fn handle(&self, request: ApiRequest) -> Answer {
        let admitted = match self.gate.admit(&request, Purpose::Install).await {
            Ok(admitted) => admitted,
            Err(page) => return page,
        };
        match self.begin(&admitted).await {
            Ok(Some(target)) => redirect(target.as_str()),
            Ok(None) => Notice::Unavailable.page(&request.headers, None),
            Err(failure) => unavailable(&failure, &request),
        }
    }

    async fn begin(&self, admitted: &Admitted) -> Result<Option<Url>, Failure> {
        let Admitted { verified, secret, is_replayed } = admitted;
        let store_id = StoreId::of(verified.shop());
        let sr_install = install_id(verified);
        self.installs.begin(&sr_install, &store_id, self.foundation.clock.now()).await?;
        tracing::info!(store_id = %store_id, is_replayed, "an install has begun");
        let addresses = &self.foundation.config.addresses;
        let admin = addresses.admin(verified.shop(), &secret.app_id, &secret.client_id);
        let added = [("sr_install", sr_install.as_str())];
        Ok(Url::parse(&admin).ok().map(|admin| redirect_target(verified, &admin, &added)))
    }
}

/// The install's id: as unguessable as the signature that it is made of, and the same when the
/// merchant reloads the page, so that a replayed callback begins no second install.
fn install_id(verified: &Verified) -> String {
    let digest = Sha256::new().chain_update("sr_install").chain_update(verified.digest());
    let mut id = hex::encode(digest.finalize());
    id.truncate(32);
    id
}
