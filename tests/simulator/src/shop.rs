//! One shop: its records, tokens, limits, faults, webhooks and counts.

use std::{
    sync::{Arc, Mutex, RwLock},
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::{
    ControlError,
    catalogue::{Catalogue, Recipe},
    config::ShopConfig,
    delivery::Outbox,
    fault::Faults,
    limiter::Limiter,
    seed::{Draw, Stream},
    stats::Counter,
    token::{Tokens, Verdict},
    webhook::Webhooks,
    world::{World, lock, read, write},
};

/// State of a shop, each part under its own lock.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) name: String,
    pub(crate) catalogue: RwLock<Catalogue>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) webhooks: Mutex<Webhooks>,
    pub(crate) outbox: Mutex<Outbox>,
    pub(crate) draw: Mutex<Draw>,
    pub(crate) stats: Arc<Counter>,
    installed: Mutex<bool>,
}

impl Shop {
    pub(crate) fn new(name: &str, config: ShopConfig) -> Result<Self, ControlError> {
        let zone = config.check()?;
        let installed = config.installed;
        let seed = config.seed;
        let recipe = Recipe { shop: name.to_owned(), config: Arc::new(config), zone };
        Ok(Self {
            name: name.to_owned(),
            catalogue: RwLock::new(Catalogue::new(recipe)),
            tokens: Mutex::default(),
            limiter: Mutex::default(),
            faults: Mutex::new(Faults::new(seed)),
            webhooks: Mutex::default(),
            outbox: Mutex::default(),
            draw: Mutex::new(Draw::new(seed, Stream::Delivery, 0, 0)),
            stats: Arc::default(),
            installed: Mutex::new(installed),
        })
    }

    pub(crate) fn config(&self) -> Arc<ShopConfig> {
        Arc::clone(&read(&self.catalogue).recipe.config)
    }

    pub(crate) fn recipe(&self) -> Recipe {
        read(&self.catalogue).recipe.clone()
    }

    /// Changes the configuration; the number of records and the seed are fixed.
    pub(crate) fn configure(&self, config: ShopConfig) -> Result<(), ControlError> {
        let zone = config.check()?;
        let mut catalogue = write(&self.catalogue);
        let size = |c: &ShopConfig| (c.seed, c.products, c.orders, c.customers);
        if size(&config) != size(&catalogue.recipe.config) {
            return Err(ControlError::invalid("seed and sizes are fixed: create the shop again"));
        }
        catalogue.recipe = Recipe { shop: self.name.clone(), config: Arc::new(config), zone };
        Ok(())
    }

    pub(crate) fn is_installed(&self) -> bool {
        *lock(&self.installed)
    }

    pub(crate) fn install(&self) {
        *lock(&self.installed) = true;
    }

    /// Revokes all tokens and, unless configured otherwise, removes the application's webhooks.
    pub(crate) fn uninstall(&self) {
        *lock(&self.installed) = false;
        lock(&self.tokens).clear();
        if !self.config().keep_webhooks {
            lock(&self.webhooks).clear();
        }
    }

    pub(crate) fn issue_token(&self, world: &World) -> String {
        let config = self.config();
        let lifetime = config.token.lifetime_seconds;
        let now = Timestamp::now().as_second();
        let token = crate::token::write_jwt(
            &world.app().client_id,
            &self.name,
            &config.scopes,
            now,
            now.saturating_add(i64::from(lifetime)),
            &world.random_hex(20),
            &world.random_bytes(256),
        );
        lock(&self.tokens).issue(
            token.clone(),
            config.scopes.clone(),
            Duration::from_secs(u64::from(lifetime)),
            config.token.invalidates_previous,
            Instant::now(),
        );
        self.stats.issue_token();
        world.stats.issue_token();
        token
    }

    pub(crate) fn judge_token(&self, token: &str) -> Verdict {
        lock(&self.tokens).judge(token, Instant::now())
    }
}
