//! Configuration and clients, created once at init.

use std::sync::Arc;

use super::aws::AwsEnvironment;
use super::config::{Config, ConfigError, Environment, SecretSource};
use super::events::Bus;
use super::http_client::{self, HttpClientError};
use super::platforms::Platforms;
use super::telemetry;
use super::token_store::StoredTokenStore;
use crate::domain::clock::{Clock, SystemClock};
use crate::domain::{RateLimit, RateLimiter, TokenStore};
use crate::storage::{
    CacheRepository, ContextRepository, DueRepository, HintRepository, InstallRepository,
    LeaseRepository, OverviewRepository, PurgeRepository, RateRepository, RunRepository,
    SharedRateLimiter, ShopInfoRepository, StoreRepository, TokenRepository, WebhookRepository,
};

/// Why a function could not start.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A variable is missing or malformed; the message names it.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The HTTP client could not be created.
    #[error(transparent)]
    HttpClient(#[from] HttpClientError),
}

/// The configuration and clients shared by a function's parts.
#[derive(Debug, Clone)]
pub struct Services {
    /// The environment's variables.
    pub config: Arc<Config>,
    /// The app's secret.
    pub secrets: Arc<SecretSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The supported platforms; none unless [`Self::with_platforms`] adds them.
    pub platforms: Platforms,
    http: reqwest::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    aws: AwsEnvironment,
}

impl Services {
    /// Starts telemetry and reads the process's environment.
    pub fn from_process() -> Result<Self, InitError> {
        telemetry::init();
        Self::from_environment(&Environment::process(), Arc::new(SystemClock))
    }

    /// Reads `environment` without sending any request.
    pub fn from_environment(
        environment: &Environment<'_>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InitError> {
        let config = Arc::new(Config::from_environment(environment)?);
        let http = http_client::http_client()?;
        let aws = AwsEnvironment::from_environment(environment, http.clone())?;
        let secrets = SecretSource::new(aws.secretsmanager(), config.app_secret_id.clone());
        let dynamodb = aws.dynamodb();
        let (secrets, platforms) = (Arc::new(secrets), Platforms::default());
        Ok(Self { config, secrets, clock, platforms, http, dynamodb, aws })
    }

    /// The same services with platforms.
    #[must_use]
    pub fn with_platforms(self, platforms: Platforms) -> Self {
        Self { platforms, ..self }
    }

    /// The HTTP client: one connection pool for everything.
    pub fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// The stores.
    pub fn stores(&self) -> StoreRepository {
        StoreRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The stores due for a scheduled sync, an index of the Stores table.
    pub fn due(&self) -> DueRepository {
        DueRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// All tables, for erasing a store.
    pub fn purge(&self) -> PurgeRepository {
        PurgeRepository::new(self.dynamodb.clone(), self.config.tables.clone())
    }

    /// Stores with the state of their syncs.
    pub fn overviews(&self) -> OverviewRepository {
        OverviewRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The leases, in the Stores table.
    pub fn leases(&self) -> LeaseRepository {
        LeaseRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The encrypted tokens.
    pub fn tokens(&self) -> TokenRepository {
        let tables = &self.config.tables;
        let (tokens, stores) = (tables.tokens.clone(), tables.stores.clone());
        TokenRepository::new(self.dynamodb.clone(), tokens, stores)
    }

    /// The cached records.
    pub fn cache(&self) -> CacheRepository {
        let tables = &self.config.tables;
        CacheRepository::new(self.dynamodb.clone(), tables.cache.clone(), tables.stores.clone())
    }

    /// What shops publish about themselves.
    pub fn shop_infos(&self) -> ShopInfoRepository {
        ShopInfoRepository::new(self.dynamodb.clone(), self.config.tables.cache.clone())
    }

    /// Contexts for decoding records, in the Stores table.
    pub fn contexts(&self) -> ContextRepository {
        ContextRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// Recent webhook observations, in the Installs table.
    pub fn hints(&self) -> HintRepository {
        HintRepository::new(self.dynamodb.clone(), self.config.tables.installs.clone())
    }

    /// The log of runs.
    pub fn runs(&self) -> RunRepository {
        RunRepository::new(self.dynamodb.clone(), self.config.tables.sync_runs.clone())
    }

    /// Pending installs and seen requests.
    pub fn installs(&self) -> InstallRepository {
        InstallRepository::new(self.dynamodb.clone(), self.config.tables.installs.clone())
    }

    /// Webhook registrations, in the Stores table.
    pub fn webhooks(&self) -> WebhookRepository {
        WebhookRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The bus.
    pub fn bus(&self) -> Bus {
        Bus::new(self.aws.eventbridge(), self.config.event_bus.clone())
    }

    /// The token store of the platforms' clients, encrypted in the Tokens table.
    pub fn token_store(&self) -> Arc<dyn TokenStore> {
        let (secrets, clock) = (Arc::clone(&self.secrets), Arc::clone(&self.clock));
        Arc::new(StoredTokenStore::new(self.tokens(), self.stores(), secrets, clock))
    }

    /// The request schedules, in the Stores table.
    pub fn rate(&self) -> RateRepository {
        RateRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// A rate limiter that all functions share through the Stores table.
    pub fn rate_limiter(&self, limit: RateLimit) -> Arc<dyn RateLimiter> {
        Arc::new(SharedRateLimiter::new(self.rate(), limit, Arc::clone(&self.clock)))
    }
}
