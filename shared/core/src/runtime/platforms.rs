//! The platforms that a function supports.

use std::sync::Arc;

use crate::domain::{
    ApiError, Platform, PlatformAdmin, PlatformApi, PlatformId, ShopAccess, ShopAdmin, ShopSource,
    StoreId,
};

/// One platform, with the parts of its API that the function calls: each makes it larger.
#[derive(Debug, Clone)]
pub struct PlatformEntry {
    /// Names, signatures and addresses.
    pub platform: Arc<dyn Platform>,
    /// Tokens, domains and webhooks.
    pub admin: Option<Arc<dyn PlatformAdmin>>,
    /// Records and deliveries.
    pub api: Option<Arc<dyn PlatformApi>>,
}

/// Platforms by their ids.
#[derive(Debug, Clone, Default)]
pub struct Platforms(Arc<[PlatformEntry]>);

impl Platforms {
    /// Creates the list.
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

    /// The API of a store's platform, except its records.
    pub fn admin_of(&self, store: &StoreId) -> Result<&dyn PlatformAdmin, ApiError> {
        let admin = self.entry(store.platform()).and_then(|entry| entry.admin.as_deref());
        admin.ok_or(ApiError::UnsupportedPlatform)
    }

    /// Opens a shop's API, except its records.
    pub async fn open_admin(&self, access: ShopAccess) -> Result<Box<dyn ShopAdmin>, ApiError> {
        self.admin_of(&access.store)?.open_admin(access).await
    }

    /// The records of a store's platform.
    pub fn api_of(&self, store: &StoreId) -> Result<&dyn PlatformApi, ApiError> {
        let api = self.entry(store.platform()).and_then(|entry| entry.api.as_deref());
        api.ok_or(ApiError::UnsupportedPlatform)
    }

    /// Opens a shop's records.
    pub async fn open(&self, access: ShopAccess) -> Result<Box<dyn ShopSource>, ApiError> {
        self.api_of(&access.store)?.open(access).await
    }

    fn entry(&self, id: &PlatformId) -> Option<&PlatformEntry> {
        self.0.iter().find(|entry| entry.platform.id() == id)
    }
}
