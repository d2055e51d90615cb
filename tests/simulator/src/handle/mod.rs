//! Controls of a shop for tests in Rust; the HTTP control calls use the same methods.

mod listing;
mod records;

use std::sync::Arc;

use serde::Serialize;

use crate::{
    ActiveFault, ControlError, Delivery, Fault, Kind, Registration, ShopConfig, SignedCall, Stats,
    Story, admin,
    shop::Shop,
    world::{World, lock},
};
pub use listing::{Churn, ListedRecord, Listing, RecordKey};

/// Current state of a shop.
#[derive(Clone, Debug, Serialize)]
pub struct ShopState {
    /// Name.
    pub name: String,
    /// Whether the app is installed.
    pub installed: bool,
    /// Access tokens that have not been revoked.
    pub tokens: usize,
    /// Live products.
    pub products: usize,
    /// Live orders.
    pub orders: usize,
    /// Live customers.
    pub customers: usize,
    /// Webhook deliveries in progress.
    pub pending_deliveries: usize,
    /// Configuration.
    pub config: ShopConfig,
}

/// Controls of one shop.
#[derive(Clone, Debug)]
pub struct ShopHandle {
    world: Arc<World>,
    shop: Arc<Shop>,
}

impl ShopHandle {
    pub(crate) const fn new(world: Arc<World>, shop: Arc<Shop>) -> Self {
        Self { world, shop }
    }

    /// Returns name, counts and configuration.
    #[must_use]
    pub fn state(&self) -> ShopState {
        ShopState {
            name: self.shop.name.clone(),
            installed: self.shop.is_installed(),
            tokens: lock(&self.shop.tokens).count(),
            products: self.count(Kind::Products),
            orders: self.count(Kind::Orders),
            customers: self.count(Kind::Customers),
            pending_deliveries: lock(&self.shop.outbox).pending,
            config: (*self.shop.config()).clone(),
        }
    }

    /// Changes the configuration and keeps the records.
    ///
    /// # Errors
    /// If the configuration is invalid, or changes the seed or the sizes.
    pub fn configure(&self, change: impl FnOnce(&mut ShopConfig)) -> Result<(), ControlError> {
        let mut config = (*self.shop.config()).clone();
        change(&mut config);
        self.shop.configure(config)
    }

    /// Marks the app as installed or not installed without notifying it.
    pub fn set_installed(&self, installed: bool) {
        if installed { self.shop.install() } else { self.shop.uninstall() }
    }

    /// Builds the signed install call and, if requested, follows it as a browser would.
    ///
    /// # Errors
    /// If the call cannot be built. The application's answers are in the story.
    pub async fn install(&self, call: &SignedCall) -> Result<Story, ControlError> {
        admin::install(&self.world, &self.shop, call).await
    }

    /// Builds the call for opening the app, as [`install`](Self::install) does.
    ///
    /// # Errors
    /// If the call cannot be built.
    pub async fn open(&self, call: &SignedCall) -> Result<Story, ControlError> {
        admin::open(&self.world, &self.shop, call).await
    }

    /// Builds the uninstall call and makes it unless `follow` is false.
    ///
    /// # Errors
    /// If the call cannot be built.
    pub async fn uninstall(&self, call: &SignedCall) -> Result<Story, ControlError> {
        admin::uninstall(&self.world, &self.shop, call).await
    }

    /// Issues a valid access token without the token endpoint.
    #[must_use]
    pub fn issue_token(&self) -> String {
        self.shop.issue_token(&self.world)
    }

    /// Revokes all access tokens and returns their number.
    pub fn revoke_tokens(&self) -> usize {
        lock(&self.shop.tokens).revoke_access()
    }

    /// Returns the request counts.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shop.stats.read()
    }

    /// Resets the request counts.
    pub fn reset_stats(&self) {
        self.shop.stats.reset();
    }

    /// Adds a fault and returns its id.
    ///
    /// # Errors
    /// If the fault is invalid or there are too many.
    pub fn add_fault(&self, fault: Fault) -> Result<u64, ControlError> {
        lock(&self.shop.faults).add(fault)
    }

    /// Removes a fault; returns false if it has already ended.
    #[must_use]
    pub fn remove_fault(&self, id: u64) -> bool {
        lock(&self.shop.faults).remove(id)
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        lock(&self.shop.faults).clear();
    }

    /// Returns the active faults.
    #[must_use]
    pub fn faults(&self) -> Vec<ActiveFault> {
        lock(&self.shop.faults).list()
    }

    /// Returns the registered webhooks.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Registration> {
        lock(&self.shop.webhooks).list()
    }

    /// Removes all webhooks without notifying the app.
    pub fn clear_webhooks(&self) {
        lock(&self.shop.webhooks).clear();
    }

    /// Returns the last thousand deliveries.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.shop.outbox).log()
    }
}
