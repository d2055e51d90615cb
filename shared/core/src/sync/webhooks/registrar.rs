//! Brings a shop's webhooks to what they should be.

mod carry_out;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::plan::{Plan, View};
use super::wanted::Wanted;
use crate::domain::clock::Clock;
use crate::domain::{
    ApiError, Deadline, Generation, ListedWebhook, Priority, ShopAccess, ShopSource, StoreId,
};
use crate::runtime::config::{AppSecret, Config};
use crate::runtime::{Platforms, Services};
use crate::storage::{StoreError, StoreRepository, WebhookRepository, WebhookRows};

/// Longer than any reconciliation may take: whoever died in one holds nobody up for long.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// What is kept of the time to give the lease back where the platform takes all the rest: the run
/// that comes next does what is left.
const TO_GIVE_BACK: Duration = Duration::from_millis(500);
/// How long the removals of an uninstall may take.
const REMOVAL_TIME: Duration = Duration::from_secs(3);

/// Registers webhooks, for every shop in the same way.
#[derive(Debug, Clone)]
pub struct Registrar {
    platforms: Platforms,
    /// Without an address to deliver to, nothing is registered.
    config: Arc<Config>,
    rows: WebhookRepository,
    stores: StoreRepository,
    clock: Arc<dyn Clock>,
}

/// How a reconciliation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconciled {
    /// Everything was as it should be.
    Settled,
    /// Something was done.
    Changed,
    /// Somebody else is at it.
    Busy,
    /// A permission is missing.
    Lacking,
    /// The shop has no webhooks at all.
    Unsupported,
}

/// One shop's view of it, under the lease.
struct Work<'a> {
    source: &'a dyn ShopSource,
    store: (&'a StoreId, Generation),
    wanted: Wanted,
    label: &'a str,
    listed: Vec<ListedWebhook>,
    rows: WebhookRows,
}

impl Registrar {
    /// A registrar over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            platforms: services.platforms.clone(),
            config: Arc::clone(&services.config),
            rows: services.webhooks(),
            stores: services.stores(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Looks after a store's webhooks when the app is opened, for as long as `within`. What fails
    /// is logged and left to the next time: nobody has to wait for it, or to fail over it.
    pub async fn look_after(
        &self,
        store: (&StoreId, Generation),
        secret: &AppSecret,
        within: Duration,
    ) {
        self.attend(store, secret, Priority::Interactive, within).await;
    }

    /// The same for a run, which leaves a shop alone that lacks the permission: whoever grants it
    /// opens the app.
    pub async fn look_after_in_run(
        &self,
        store: (&StoreId, Generation),
        secret: &AppSecret,
        within: Duration,
    ) {
        self.attend(store, secret, Priority::Background, within).await;
    }

    async fn attend(
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
            let is_lacking = self.rows.rows(store_id, generation).await?.is_lacking;
            if is_lacking && priority == Priority::Background {
                return Ok(Reconciled::Lacking);
            }
            let deadline = Deadline::after(within.saturating_sub(TO_GIVE_BACK));
            let access = access((store_id, generation), secret, priority, deadline);
            let source = self.platforms.open(access).await?;
            if is_lacking {
                // A token says what was granted when it was made.
                source.renew_token().await?;
            }
            self.reconcile(&*source, (store_id, generation), secret).await
        };
        // The deadline bounds each request to the platform, and this all that is between them.
        match tokio::time::timeout(within, work).await {
            Ok(Ok(Reconciled::Settled)) => {}
            Ok(Ok(outcome)) => {
                tracing::info!(store_id = %store_id, outcome = ?outcome, "webhooks are looked after");
            }
            Ok(Err(error)) => {
                tracing::warn!(store_id = %store_id, error = %error, "webhooks are not as they should be");
            }
            Err(_) => tracing::warn!(store_id = %store_id, "webhooks take too long to look after"),
        }
    }

    /// Ends what an uninstalled generation has: its keys at once, and then, as far as the platform
    /// still lets us, the webhooks themselves. Only the first can fail.
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
            let source = self.platforms.open(access).await?;
            for id in &ids {
                source.remove_webhook(id).await?;
            }
            Ok::<_, ApiError>(())
        };
        let result = tokio::time::timeout(REMOVAL_TIME, removal).await;
        if !matches!(result, Ok(Ok(()))) {
            tracing::info!(store_id = %store_id, "webhooks are left behind at the platform");
        }
        Ok(())
    }

    /// Compares and, where anything differs, corrects. Where nothing does, it is one request to
    /// the platform and no write.
    pub async fn reconcile(
        &self,
        source: &dyn ShopSource,
        (store_id, generation): (&StoreId, Generation),
        secret: &AppSecret,
    ) -> Result<Reconciled, ApiError> {
        let Some(backend) = &self.config.backend_url else { return Ok(Reconciled::Unsupported) };
        let needs = self.platforms.api_of(store_id)?.webhook_needs();
        let wanted = &Wanted::new(needs, backend, store_id.platform());
        let label = Wanted::label(&secret.credentials.app_id);
        let look = async || {
            let listed = source.list_webhooks().await?;
            let rows = self.rows.rows(store_id, generation).await?;
            let shop = self.stores.get(store_id).await?;
            let wanted = shop.map_or_else(|| wanted.clone(), |shop| wanted.of(&shop));
            let store = (store_id, generation);
            Ok::<_, ApiError>(Work { source, store, wanted, label: &label, listed, rows })
        };
        let work = match look().await {
            Err(ApiError::NotFound { .. }) => return Ok(Reconciled::Unsupported),
            Err(ApiError::MissingPermission { .. }) => {
                return self.lacking(store_id, generation).await;
            }
            work => work?,
        };
        let was_lacking = work.rows.is_lacking;
        if self.plan(&work).is_settled() {
            if was_lacking {
                self.rows.set_lacking(store_id, generation, false).await?;
            }
            return Ok(Reconciled::Settled);
        }
        let now = self.clock.now();
        if !self.rows.lease(store_id, generation, now, now + LEASE).await? {
            return Ok(Reconciled::Busy);
        }
        // Whoever had the lease before may have done it all meanwhile.
        let result = async { self.carry_out(&look().await?).await }.await;
        self.rows.release(store_id).await?;
        match result {
            Err(ApiError::MissingPermission { .. }) => self.lacking(store_id, generation).await,
            Err(error) => Err(error),
            Ok(()) => {
                if was_lacking {
                    self.rows.set_lacking(store_id, generation, false).await?;
                }
                Ok(Reconciled::Changed)
            }
        }
    }

    async fn lacking(
        &self,
        store_id: &StoreId,
        generation: Generation,
    ) -> Result<Reconciled, ApiError> {
        self.rows.set_lacking(store_id, generation, true).await?;
        Ok(Reconciled::Lacking)
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
