//! What every function stands on, made once at init.

use std::sync::Arc;

use crate::aws::AwsEnvironment;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, ConfigError, Environment, SecretSource};
use crate::events::Bus;
use crate::outbound::{self, OutboundError};
use crate::shoprenter::{Client, Pace, TokenSource};
use crate::store::{
    CacheRepository, ContextRepository, DueRepository, HintRepository, InstallRepository,
    LeaseRepository, OverviewRepository, PurgeRepository, RateRepository, RunRepository,
    StoreRepository, TokenRepository, WebhookRepository,
};
use crate::sync::Engine;
use crate::telemetry;
use crate::webhooks::Registrar;

/// Why a function could not start.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A variable is missing or malformed; the message names it.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The HTTP client could not be made.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

/// Configuration and clients, from which each function takes the parts that it needs.
#[derive(Debug, Clone)]
pub struct Foundation {
    /// What the environment says.
    pub config: Arc<Config>,
    /// The app's secret.
    pub secrets: Arc<SecretSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    http: reqwest::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    aws: AwsEnvironment,
}

impl Foundation {
    /// Starts telemetry and reads the process's environment.
    pub fn from_process() -> Result<Self, InitError> {
        telemetry::init();
        Self::from_environment(&Environment::process(), Arc::new(SystemClock))
    }

    /// Reads `environment`; asks nothing of the network.
    pub fn from_environment(
        environment: &Environment<'_>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InitError> {
        let config = Arc::new(Config::from_environment(environment)?);
        let http = outbound::http_client()?;
        let aws = AwsEnvironment::from_environment(environment, http.clone())?;
        let secrets = SecretSource::new(aws.secretsmanager(), config.app_secret_id.clone());
        let dynamodb = aws.dynamodb();
        Ok(Self { config, secrets: Arc::new(secrets), clock, http, dynamodb, aws })
    }

    /// The stores.
    pub fn stores(&self) -> StoreRepository {
        StoreRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The stores that are due, an index of the Stores table.
    pub fn due(&self) -> DueRepository {
        DueRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// All tables, to erase a store from them.
    pub fn purge(&self) -> PurgeRepository {
        PurgeRepository::new(self.dynamodb.clone(), self.config.tables.clone())
    }

    /// Stores with how their syncs stand.
    pub fn overviews(&self) -> OverviewRepository {
        OverviewRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The leases, which lie in the Stores table too.
    pub fn leases(&self) -> LeaseRepository {
        LeaseRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The sealed tokens.
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

    /// What shops' records are decoded with, which lies in the Stores table too.
    pub fn contexts(&self) -> ContextRepository {
        ContextRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// What webhooks have said lately, which lies in the Installs table too.
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

    /// Webhooks, which lie in the Stores table too.
    pub fn webhooks(&self) -> WebhookRepository {
        WebhookRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// The bus.
    pub fn bus(&self) -> Bus {
        Bus::new(self.aws.eventbridge(), self.config.event_bus.clone())
    }

    /// Tokens for ShopRenter's API.
    pub fn token_source(&self) -> TokenSource {
        let (config, clock) = (Arc::clone(&self.config), Arc::clone(&self.clock));
        TokenSource::new(self.http.clone(), config, self.tokens(), self.stores(), clock)
    }

    /// The schedules of requests, which lie in the Stores table too.
    pub fn rate(&self) -> RateRepository {
        RateRepository::new(self.dynamodb.clone(), self.config.tables.stores.clone())
    }

    /// ShopRenter's API.
    pub fn client(&self) -> Client {
        let pace = Pace::new(self.rate(), self.config.rate_limit, Arc::clone(&self.clock));
        Client::new(self.http.clone(), Arc::clone(&self.config), self.token_source(), pace)
    }

    /// The sync engine.
    pub fn engine(&self) -> Engine {
        Engine {
            client: self.client(),
            contract: self.config.contract,
            secrets: Arc::clone(&self.secrets),
            stores: self.stores(),
            leases: self.leases(),
            cache: self.cache(),
            contexts: self.contexts(),
            webhooks: self.webhooks(),
            runs: self.runs(),
            bus: self.bus(),
            clock: Arc::clone(&self.clock),
            registrar: Registrar::new(self),
        }
    }
}
