//! Reconciles a shop's webhooks with the wanted ones.

mod carry_out;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::plan::Plan;
use super::view::View;
use super::wanted::Wanted;
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, Deadline, Generation, ListedWebhook, Priority, ShopAccess, ShopAdmin, StoreId,
};
use crate::runtime::config::{AppSecret, Config};
use crate::runtime::{Platforms, Services};
use crate::storage::{StoreError, StoreRepository, WebhookRepository, WebhookRows};

/// Lease time, longer than any reconciliation, so that a crashed one does not block others for
/// long.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// Time reserved to release the lease when the platform uses up the rest; the next run continues.
const TO_GIVE_BACK: Duration = Duration::from_millis(500);
/// Time limit for removing webhooks at uninstall.
const REMOVAL_TIME: Duration = Duration::from_secs(3);

/// Registers webhooks in the same way for every shop.
#[derive(Debug, Clone)]
pub struct Registrar {
    platforms: Platforms,
    /// Without a delivery address, nothing is registered.
    config: Arc<Config>,
    rows: WebhookRepository,
    stores: StoreRepository,
    clock: Arc<dyn Clock>,
}

/// The outcome of a reconciliation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconciled {
    /// Nothing to change.
    Settled,
    /// Something was changed.
    Changed,
    /// Another reconciliation is in progress.
    Busy,
    /// A permission is missing.
    PermissionMissing,
    /// The shop does not support webhooks.
    Unsupported,
}

/// The state of one reconciliation.
struct Work<'a> {
    admin: &'a dyn ShopAdmin,
    store: (&'a StoreId, Generation),
    wanted: Wanted,
    label: &'a str,
    listed: Vec<ListedWebhook>,
    rows: WebhookRows,
}

impl Registrar {
    /// Creates a registrar.
    pub fn new(services: &Services) -> Self {
        Self {
            platforms: services.platforms.clone(),
            config: Arc::clone(&services.config),
            rows: services.webhooks(),
            stores: services.stores(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Reconciles a store's webhooks when the app is opened, for at most `within`. Failures are
    /// logged and left to the next reconciliation, so the merchant is never affected.
    pub async fn reconcile_on_opening(
        &self,
        store: (&StoreId, Generation),
        secret: &AppSecret,
        within: Duration,
    ) {
        self.reconcile_within(store, secret, Priority::Interactive, within).await;
    }

    /// Reconciles for a run. Skips a shop without the permission: the merchant opens the app to
    /// grant it.
    pub async fn reconcile_in_run(
        &self,
        store: (&StoreId, Generation),
        secret: &AppSecret,
        within: Duration,
    ) {
        self.reconcile_within(store, secret, Priority::Background, within).await;
    }

    async fn reconcile_within(
        &self,
        (store_id, generation): (&StoreId, Generation),
        secret: &AppSecret,
        priority: Priority,
        within: Duration,
    ) {
        if self.config.backend_url.is_none() {
            return;
        }
        let work = async {
            let is_permission_missing =
                self.rows.rows(store_id, generation).await?.is_permission_missing;
            if is_permission_missing && priority == Priority::Background {
                return Ok(Reconciled::PermissionMissing);
            }
            let deadline = Deadline::after(within.saturating_sub(TO_GIVE_BACK));
            let access = access((store_id, generation), secret, priority, deadline);
            let admin = self.platforms.open_admin(access).await?;
            if is_permission_missing {
                // A token contains the permissions granted when it was issued.
                admin.renew_token().await?;
            }
            self.reconcile(&*admin, (store_id, generation), secret).await
        };
        // The deadline bounds each request to the platform; this timeout bounds everything else.
        match tokio::time::timeout(within, work).await {
            Ok(Ok(Reconciled::Settled)) => {}
            Ok(Ok(outcome)) => {
                tracing::info!(store_id = %store_id, outcome = ?outcome, "webhooks reconciled");
            }
            Ok(Err(error)) => {
                tracing::warn!(store_id = %store_id, error = %error, "webhooks could not be reconciled");
            }
            Err(_) => tracing::warn!(store_id = %store_id, "reconciling webhooks timed out"),
        }
    }

    /// Removes the webhooks of an uninstalled generation: keys at once, then the webhooks at the
    /// platform as far as it still accepts requests. Only the first step can fail.
    pub async fn end(
        &self,
        (store_id, generation): (&StoreId, Generation),
        secret: &AppSecret,
    ) -> Result<(), StoreError> {
        let ids = self.rows.end(store_id, generation).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let removal = async {
            let deadline = Deadline::after(REMOVAL_TIME);
            let store = (store_id, generation);
            let access = access(store, secret, Priority::Interactive, deadline);
            let admin = self.platforms.open_admin(access).await?;
            for id in &ids {
                admin.remove_webhook(id).await?;
            }
            Ok::<_, ApiError>(())
        };
        let result = tokio::time::timeout(REMOVAL_TIME, removal).await;
        if !matches!(result, Ok(Ok(()))) {
            tracing::info!(store_id = %store_id, "webhooks remain at the platform");
        }
        Ok(())
    }

    /// Compares and, if needed, corrects the webhooks. If nothing differs, this is one request to
    /// the platform and no write.
    pub async fn reconcile(
        &self,
        admin: &dyn ShopAdmin,
        (store_id, generation): (&StoreId, Generation),
        secret: &AppSecret,
    ) -> Result<Reconciled, ApiError> {
        let Some(backend) = &self.config.backend_url else { return Ok(Reconciled::Unsupported) };
        let needs = self.platforms.admin_of(store_id)?.webhook_needs();
        let wanted = &Wanted::new(needs, backend, store_id.platform());
        let label = Wanted::label(&secret.credentials.app_id);
        let look = async || {
            let listed = admin.list_webhooks().await?;
            let rows = self.rows.rows(store_id, generation).await?;
            let shop = self.stores.get(store_id).await?;
            let wanted = shop.map_or_else(|| wanted.clone(), |shop| wanted.of(&shop));
            let store = (store_id, generation);
            Ok::<_, ApiError>(Work { admin, store, wanted, label: &label, listed, rows })
        };
        let work = match look().await {
            Err(ApiError::NotFound { .. }) => return Ok(Reconciled::Unsupported),
            Err(ApiError::MissingPermission { .. }) => {
                return self.permission_missing(store_id, generation).await;
            }
            work => work?,
        };
        let was_permission_missing = work.rows.is_permission_missing;
        if self.plan(&work).is_settled() {
            if was_permission_missing {
                self.rows.set_permission_missing(store_id, generation, false).await?;
            }
            return Ok(Reconciled::Settled);
        }
        let now = self.clock.now();
        if !self.rows.lease(store_id, generation, now, now + LEASE).await? {
            return Ok(Reconciled::Busy);
        }
        // The previous holder of the lease may already have made the changes.
        let result = async { self.carry_out(&look().await?).await }.await;
        self.rows.release(store_id).await?;
        match result {
            Err(ApiError::MissingPermission { .. }) => {
                self.permission_missing(store_id, generation).await
            }
            Err(error) => Err(error),
            Ok(()) => {
                if was_permission_missing {
                    self.rows.set_permission_missing(store_id, generation, false).await?;
                }
                Ok(Reconciled::Changed)
            }
        }
    }

    async fn permission_missing(
        &self,
        store_id: &StoreId,
        generation: Generation,
    ) -> Result<Reconciled, ApiError> {
        self.rows.set_permission_missing(store_id, generation, true).await?;
        Ok(Reconciled::PermissionMissing)
    }

    fn view<'a>(&self, work: &'a Work<'_>) -> View<'a> {
        View {
            wanted: &work.wanted,
            label: work.label,
            listed: &work.listed,
            rows: &work.rows,
            generation: work.store.1,
            now: self.clock.now(),
        }
    }

    fn plan(&self, work: &Work<'_>) -> Plan {
        Plan::make(&self.view(work))
    }
}

fn access(
    (store, generation): (&StoreId, Generation),
    secret: &AppSecret,
    priority: Priority,
    deadline: Deadline,
) -> ShopAccess {
    let credentials = Arc::clone(&secret.credentials);
    ShopAccess { store: store.clone(), generation, credentials, priority, deadline }
}
