//! State of the simulator: the application, the shops, and the HTTP client.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::{ControlError, config::ShopConfig, shop::Shop, stats::Counter};

/// Maximum number of shops.
pub const MAX_SHOPS: usize = 5_000;

/// Application as registered at ShopRenter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSettings {
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret, which also signs.
    pub client_secret: String,
    /// Older secrets that the token endpoint still accepts.
    #[serde(default)]
    pub old_client_secrets: Vec<String>,
    /// Number of the application, as in the admin's path.
    pub app_id: String,
    /// `RedirectUri`, called during the install.
    pub redirect_uri: String,
    /// `EntryPoint`, shown in the admin.
    pub entry_uri: String,
    /// `UninstallUri`, called by the server.
    pub uninstall_uri: String,
}

impl std::fmt::Debug for AppSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppSettings")
            .field("client_id", &self.client_id)
            .field("client_secret", &"[redacted]")
            .field("app_id", &self.app_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("entry_uri", &self.entry_uri)
            .field("uninstall_uri", &self.uninstall_uri)
            .finish_non_exhaustive()
    }
}

impl AppSettings {
    pub(crate) fn knows_secret(&self, secret: &str) -> bool {
        self.client_secret == secret || self.old_client_secrets.iter().any(|old| old == secret)
    }
}

/// State shared by all handlers.
#[derive(Debug)]
pub(crate) struct World {
    app: RwLock<AppSettings>,
    shops: RwLock<BTreeMap<String, Arc<Shop>>>,
    rng: Mutex<StdRng>,
    pub(crate) stats: Arc<Counter>,
    pub(crate) client: reqwest::Client,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) base_url: String,
}

impl World {
    pub(crate) fn new(
        app: AppSettings,
        client: reqwest::Client,
        runtime: tokio::runtime::Handle,
        base_url: String,
    ) -> Self {
        // Tokens must differ between runs; the quality of the randomness does not matter.
        let entropy = RandomState::new().hash_one(std::process::id());
        Self {
            app: RwLock::new(app),
            shops: RwLock::default(),
            rng: Mutex::new(StdRng::seed_from_u64(entropy)),
            stats: Arc::default(),
            client,
            runtime,
            base_url,
        }
    }

    pub(crate) fn app(&self) -> AppSettings {
        read(&self.app).clone()
    }

    pub(crate) fn set_app(&self, change: impl FnOnce(&mut AppSettings)) {
        change(&mut write(&self.app));
    }

    /// Finds a shop; names are compared case-insensitively, as host names are.
    pub(crate) fn shop(&self, name: &str) -> Result<Arc<Shop>, ControlError> {
        let found = read(&self.shops).get(&name.to_ascii_lowercase()).cloned();
        found.ok_or_else(|| ControlError::UnknownShop(name.to_owned()))
    }

    pub(crate) fn shop_names(&self) -> Vec<String> {
        read(&self.shops).keys().cloned().collect()
    }

    /// Creates a shop, or replaces an existing one.
    pub(crate) fn put_shop(
        &self,
        name: &str,
        config: ShopConfig,
    ) -> Result<Arc<Shop>, ControlError> {
        let name = name.to_ascii_lowercase();
        if !is_dns_label(&name) {
            return Err(ControlError::invalid("a shop's name is one DNS label"));
        }
        let shop = Arc::new(Shop::new(&name, config)?);
        let mut shops = write(&self.shops);
        if shops.len() >= MAX_SHOPS && !shops.contains_key(&name) {
            return Err(ControlError::TooMany("shops"));
        }
        shops.insert(name, Arc::clone(&shop));
        Ok(shop)
    }

    pub(crate) fn remove_shop(&self, name: &str) -> bool {
        write(&self.shops).remove(&name.to_ascii_lowercase()).is_some()
    }

    pub(crate) fn random_bytes(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        lock(&self.rng).fill_bytes(&mut bytes);
        bytes
    }

    pub(crate) fn random_hex(&self, bytes: usize) -> String {
        hex::encode(self.random_bytes(bytes))
    }
}

fn is_dns_label(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Locks a mutex; a handler that panicked leaves no inconsistent state.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
