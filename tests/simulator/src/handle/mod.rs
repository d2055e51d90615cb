//! A shop's controls, for tests in Rust; the HTTP control calls go through the same methods.

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

/// One shop's controls.
#[derive(Clone, Debug)]
pub struct ShopHandle {
    world: Arc<World>,
    shop: Arc<Shop>,
}

impl ShopHandle {
    pub(crate) const fn new(world: Arc<World>, shop: Arc<Shop>) -> Self {
        Self { world, shop }
    }

    /// Name, counts and configuration.
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

    /// Changes the configuration; the records stay.
    ///
    /// # Errors
    /// When the new one is wrong, or changes the seed or the sizes.
    pub fn configure(&self, change: impl FnOnce(&mut ShopConfig)) -> Result<(), ControlError> {
        let mut config = (*self.shop.config()).clone();
        change(&mut config);
        self.shop.configure(config)
    }

    /// Marks the app as installed or not, without notifying the app.
    pub fn set_installed(&self, installed: bool) {
        if installed { self.shop.install() } else { self.shop.uninstall() }
    }

    /// Builds the signed install call and, if asked, makes it and follows it as a browser would.
    ///
    /// # Errors
    /// When the call cannot be built. What the application answers is in the story.
    pub async fn install(&self, call: &SignedCall) -> Result<Story, ControlError> {
        admin::install(&self.world, &self.shop, call).await
    }

    /// The same for opening the app.
    ///
    /// # Errors
    /// When the call cannot be built.
    pub async fn open(&self, call: &SignedCall) -> Result<Story, ControlError> {
        admin::open(&self.world, &self.shop, call).await
    }

    /// The same for the uninstall, which is made unless `follow` is false.
    ///
    /// # Errors
    /// When the call cannot be built.
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

    /// Counts.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shop.stats.read()
    }

    /// Resets the counts.
    pub fn reset_stats(&self) {
        self.shop.stats.reset();
    }

    /// Adds a fault and returns its id.
    ///
    /// # Errors
    /// When the fault is invalid or there are too many.
    pub fn add_fault(&self, fault: Fault) -> Result<u64, ControlError> {
        lock(&self.shop.faults).add(fault)
    }

    /// Ends one fault; false where it had ended already.
    #[must_use]
    pub fn remove_fault(&self, id: u64) -> bool {
        lock(&self.shop.faults).remove(id)
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        lock(&self.shop.faults).clear();
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> Vec<ActiveFault> {
        lock(&self.shop.faults).list()
    }

    /// The webhooks that are registered.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Registration> {
        lock(&self.shop.webhooks).list()
    }

    /// Forgets all webhooks, without notifying the app.
    pub fn clear_webhooks(&self) {
        lock(&self.shop.webhooks).clear();
    }

    /// The last thousand deliveries.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.shop.outbox).log()
    }
}
