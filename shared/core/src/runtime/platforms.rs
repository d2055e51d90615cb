//! The platforms that a function works with.

use std::sync::Arc;

use crate::domain::{ApiError, Platform, PlatformApi, PlatformId, ShopAccess, ShopSource, StoreId};

/// One platform; its API only where the function calls it.
#[derive(Debug, Clone)]
pub struct PlatformEntry {
    /// Names, signatures and addresses.
    pub platform: Arc<dyn Platform>,
    /// API and webhooks.
    pub api: Option<Arc<dyn PlatformApi>>,
}

/// Platforms by their ids.
#[derive(Debug, Clone, Default)]
pub struct Platforms(Arc<[PlatformEntry]>);

impl Platforms {
    /// Takes the platforms.
    pub fn new(platforms: Vec<PlatformEntry>) -> Self {
        Self(platforms.into())
    }

    /// The platform of that id.
    pub fn get(&self, id: &PlatformId) -> Option<&dyn Platform> {
        Some(&*self.entry(id)?.platform)
    }

    /// All platforms.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Platform> {
        self.0.iter().map(|entry| &*entry.platform)
    }

    /// The API of a store's platform.
    pub fn api_of(&self, store: &StoreId) -> Result<&dyn PlatformApi, ApiError> {
        let api = self.entry(store.platform()).and_then(|entry| entry.api.as_deref());
        api.ok_or(ApiError::UnsupportedPlatform)
    }

    /// Opens a shop's API.
    pub async fn open(&self, access: ShopAccess) -> Result<Box<dyn ShopSource>, ApiError> {
        self.api_of(&access.store)?.open(access).await
    }

    fn entry(&self, id: &PlatformId) -> Option<&PlatformEntry> {
        self.0.iter().find(|entry| entry.platform.id() == id)
    }
}
