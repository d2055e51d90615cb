//! `stores`: ShopCall's API for a store's status, runs, sync schedule and owner.
//!
//! An uninstalled store can be read until it is erased; changing it requires an installed store.

mod query;
mod route;
mod run;
mod status;

use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use shopcall_core::domain::{Claim, Store, StoreId, StoreState, SyncConfig, UserId};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{Answer, Failure, Problem, Request, RequestExt as _, json};
use shopcall_core::runtime::{BearerAuth, unavailable};
use shopcall_core::storage::{
    InstallRepository, OverviewRepository, RunPage, RunRepository, ShopInfoRepository,
    StoreRepository,
};

use query::{DayListing, StoreListing};
use route::Route;
use run::Run;
use status::Status;

/// Number of recent runs read for a status; a resource without a run among them has no last run.
const LOOK_BACK: u8 = 100;

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct Stores {
    services: Services,
    auth: BearerAuth,
    stores: StoreRepository,
    overviews: OverviewRepository,
    runs: RunRepository,
    shop_infos: ShopInfoRepository,
    installs: InstallRepository,
}

#[derive(Debug, Serialize)]
struct Runs {
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<Date>,
    runs: Vec<Run>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Configured {
    #[serde(flatten)]
    sync: SyncConfig,
    next_sync_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimCommand {
    user_id: UserId,
}

#[derive(Debug, Serialize)]
struct Claimed<'a> {
    store_id: &'a StoreId,
    user_id: &'a UserId,
}

impl Stores {
    /// Creates an endpoint over `services`.
    pub fn new(services: Services) -> Self {
        Self {
            auth: BearerAuth::new(&services),
            stores: services.stores(),
            overviews: services.overviews(),
            runs: services.runs(),
            shop_infos: services.shop_infos(),
            installs: services.installs(),
            services,
        }
    }

    /// Answers any of the function's routes.
    pub async fn handle(&self, request: Request) -> Answer {
        if let Err(refusal) = self.auth.authenticate(&request).await {
            return refusal;
        }
        let route = match Route::parse(request.method(), request.raw_http_path()) {
            Ok(route) => route,
            Err(problem) => return problem.into(),
        };
        self.answer(route, &request).await.unwrap_or_else(|failure| unavailable(&failure))
    }

    async fn answer(&self, route: Route, request: &Request) -> Result<Answer, Failure> {
        match route {
            Route::Status(store_id) => self.status(&store_id).await,
            Route::RunsOfStore(store_id) => self.runs_of_store(&store_id, request).await,
            Route::RunsOfDay => self.runs_of_day(request).await,
            Route::SyncConfig(store_id) => self.configure(&store_id, request).await,
            Route::Claim(sr_install) => self.claim(&sr_install, request).await,
        }
    }

    async fn status(&self, store_id: &StoreId) -> Result<Answer, Failure> {
        let Some(known) = self.overviews.get(store_id).await? else {
            return Ok(Problem::UnknownStore.into());
        };
        let (runs, shop) = tokio::try_join!(
            self.runs.latest(store_id, LOOK_BACK),
            self.shop_infos.get(store_id, known.store.generation),
        )?;
        let now = self.services.clock.now();
        let Some(platform) = self.services.platforms.get(store_id.platform()) else {
            return Ok(Problem::UnknownStore.into());
        };
        let secret = self.services.secrets.get(now).await?;
        let status = Status::new(&known, &runs, platform, &secret.credentials, now).about(shop);
        Ok(json(StatusCode::OK, &status))
    }

    async fn runs_of_store(
        &self,
        store_id: &StoreId,
        request: &Request,
    ) -> Result<Answer, Failure> {
        let listing = match StoreListing::parse(request.uri().query().unwrap_or_default(), store_id)
        {
            Ok(listing) => listing,
            Err(problem) => return Ok(problem.into()),
        };
        if self.stores.get(store_id).await?.is_none() {
            return Ok(Problem::UnknownStore.into());
        }
        let before = listing.before.as_ref().map(|key| key.run.as_str());
        let page = self.runs.of_store(store_id, listing.limit, before).await?;
        Ok(json(StatusCode::OK, &Runs::new(None, page)))
    }

    async fn runs_of_day(&self, request: &Request) -> Result<Answer, Failure> {
        let today = self.services.clock.now().to_zoned(TimeZone::UTC).date();
        let DayListing { limit, before, day } =
            match DayListing::parse(request.uri().query().unwrap_or_default(), today) {
                Ok(listing) => listing,
                Err(problem) => return Ok(problem.into()),
            };
        let page = self.runs.of_day(day, limit, before.as_ref()).await?;
        Ok(json(StatusCode::OK, &Runs::new(Some(day), page)))
    }

    async fn configure(&self, store_id: &StoreId, request: &Request) -> Result<Answer, Failure> {
        let Ok(config) = serde_json::from_slice::<SyncConfig>(request.body()) else {
            let expected = "the body is {\"enabled\":true|false,\
                            \"frequency\":\"15min|30min|hourly|6hours|daily\"}";
            return Ok(Problem::BadRequest(expected).into());
        };
        let now = self.services.clock.now();
        let transition = |known: Option<&Store>| {
            let installed = known.filter(|store| store.state != StoreState::Uninstalled);
            let configured = installed.map(|store| store.configured(config, now));
            let news = configured.clone().filter(|store| known != Some(store));
            (news, configured)
        };
        let Some(store) = self.stores.change(store_id, transition).await? else {
            return Ok(Problem::UnknownStore.into());
        };
        tracing::info!(store_id = %store_id, enabled = config.enabled, "a store is configured");
        let configured = Configured { sync: store.sync, next_sync_at: store.next_sync_at() };
        Ok(json(StatusCode::OK, &configured))
    }

    async fn claim(&self, sr_install: &str, request: &Request) -> Result<Answer, Failure> {
        let Ok(ClaimCommand { user_id }) = serde_json::from_slice(request.body()) else {
            let expected =
                "the body is {\"user_id\":\"…\"}, with 1 to 128 visible ASCII characters";
            return Ok(Problem::BadRequest(expected).into());
        };
        let pending = self.installs.find(sr_install, self.services.clock.now()).await?;
        let Some(pending) = pending else { return Ok(Problem::UnknownInstall.into()) };
        let store_id = pending.store_id;
        let transition = |known: Option<&Store>| {
            let claim =
                known.map_or(Claim::OtherInstall, |store| store.claim(sr_install, &user_id));
            match claim {
                Claim::Bound(store) => (Some(*store), Ok(())),
                Claim::AlreadyBound => (None, Ok(())),
                Claim::Taken => (None, Err(Problem::Conflict("the store is another user's"))),
                Claim::OtherInstall => (None, Err(Problem::UnknownInstall)),
            }
        };
        if let Err(problem) = self.stores.change(&store_id, transition).await? {
            return Ok(problem.into());
        }
        tracing::info!(store_id = %store_id, "a store is claimed");
        Ok(json(StatusCode::OK, &Claimed { store_id: &store_id, user_id: &user_id }))
    }
}

impl Runs {
    fn new(day: Option<Date>, page: RunPage) -> Self {
        let runs = page.runs.into_iter().map(Run::from).collect();
        Self { day, next: page.next.as_ref().map(query::encode), runs }
    }
}
