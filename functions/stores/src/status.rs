//! Status of a store as returned to ShopCall.

use std::collections::BTreeMap;

use crate::run::Run;
use jiff::Timestamp;
use serde::Serialize;
use shopcall_core::domain::{
    AppCredentials, Attention, Generation, Platform, Resource, ShopInfo, StoreId, StoreState,
    SyncConfig, UserId, WebhookEvent,
};
use shopcall_core::storage::{RunRecord, RunStatus, StoreOverview, StoredShopInfo};

/// Body of `GET /stores/{store_id}`. Contains neither secrets nor customer data.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    store_id: StoreId,
    state: StoreState,
    attention: Option<Trouble>,
    paused: bool,
    generation: Generation,
    installed_at: Timestamp,
    opened_at: Timestamp,
    uninstalled_at: Option<Timestamp>,
    sync: SyncConfig,
    shared: BTreeMap<Resource, bool>,
    next_sync_at: Option<Timestamp>,
    user_id: Option<UserId>,
    missing_permissions: Vec<MissingPermission>,
    approve_scopes_url: Option<String>,
    resources: BTreeMap<Resource, ResourceStatus>,
    webhooks: Vec<WebhookStatus>,
    shop: Option<Shop>,
}

/// What the shop publishes about itself.
#[derive(Debug, Serialize)]
struct Shop {
    read_at: Timestamp,
    #[serde(flatten)]
    info: ShopInfo,
}

#[derive(Debug, Serialize)]
struct Trouble {
    kind: Attention,
    message: String,
    since: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct MissingPermission {
    resource: &'static str,
    permission: String,
    /// Whether the resource is read all the same, with less in it.
    optional: bool,
}

#[derive(Debug, Serialize)]
struct ResourceStatus {
    running: bool,
    cursor_until: Option<Timestamp>,
    last_completed_at: Option<Timestamp>,
    last_run: Option<Run>,
}

/// Webhook of one event. A `silent` one missed orders and has delivered nothing since.
#[derive(Debug, Serialize)]
struct WebhookStatus {
    event: WebhookEvent,
    active: bool,
    last_received: Option<Timestamp>,
    total_received: u64,
    missed: u64,
    silent: bool,
}

impl Status {
    /// Builds the status of a known store from its newest `runs`, newest first.
    pub(crate) fn new(
        known: &StoreOverview,
        runs: &[RunRecord],
        platform: &dyn Platform,
        credentials: &AppCredentials,
        now: Timestamp,
    ) -> Self {
        let store = &known.store;
        let resource = |resource| (resource, ResourceStatus::new(resource, known, runs, now));
        let missing = MissingPermission::all(known, platform);
        Self {
            store_id: store.id.clone(),
            state: store.state,
            attention: store.attention.map(|kind| Trouble {
                kind,
                message: message(kind, platform.name()),
                since: store.troubled_since,
            }),
            paused: store.paused,
            generation: store.generation,
            installed_at: store.installed_at,
            opened_at: store.opened_at,
            uninstalled_at: store.uninstalled_at,
            sync: store.sync,
            shared: Resource::ALL.map(|kind| (kind, store.shares(kind))).into(),
            next_sync_at: store.next_sync_at(),
            user_id: store.user_id.clone(),
            approve_scopes_url: (!missing.is_empty())
                .then(|| platform.permissions_page(store.id.shop(), credentials)),
            missing_permissions: missing,
            resources: Resource::ALL.into_iter().map(resource).collect(),
            webhooks: WebhookStatus::all(known),
            shop: None,
        }
    }

    /// Adds what the shop publishes about itself.
    pub(crate) fn about(self, shop: Option<StoredShopInfo>) -> Self {
        let shop = shop.map(|StoredShopInfo { read_at, info, .. }| Shop { read_at, info });
        Self { shop, ..self }
    }
}

impl MissingPermission {
    fn all(known: &StoreOverview, platform: &dyn Platform) -> Vec<Self> {
        let store = &known.store;
        let needed = |resource: &'static str, permission: &str| Self {
            resource,
            permission: permission.to_owned(),
            optional: false,
        };
        let of_records = store.missing_permissions.iter();
        let of_records = of_records
            .map(|resource| needed(resource.as_str(), platform.read_permission(*resource)));
        let of_webhooks = known.webhooks.is_permission_missing;
        let of_webhooks = of_webhooks.then(|| needed("webhooks", platform.webhook_permission()));
        let optional = store.ungranted.iter().flat_map(|(resource, permissions)| {
            permissions.iter().map(|permission| Self {
                resource: resource.as_str(),
                permission: permission.clone(),
                optional: true,
            })
        });
        of_records.chain(of_webhooks).chain(optional).collect()
    }
}

impl ResourceStatus {
    fn new(resource: Resource, known: &StoreOverview, runs: &[RunRecord], now: Timestamp) -> Self {
        let generation = known.store.generation;
        let is_its = |run: &&RunRecord| run.resource == resource && run.generation == generation;
        let last_completed =
            runs.iter().filter(is_its).find(|run| run.status == RunStatus::Completed);
        let sync = known.syncs.get(&resource);
        let leased_until = sync.and_then(|sync| sync.leased_until);
        Self {
            running: leased_until.is_some_and(|until| until > now),
            cursor_until: sync.and_then(|sync| sync.cursor.as_ref()).map(|cursor| cursor.until),
            last_completed_at: last_completed.and_then(RunRecord::ended_at),
            last_run: runs.iter().find(is_its).cloned().map(Run::from),
        }
    }
}

impl WebhookStatus {
    /// Lists the webhooks of the current install by event.
    fn all(known: &StoreOverview) -> Vec<Self> {
        let rows = known.webhooks.registrations.iter();
        let rows = rows.filter(|row| row.generation == known.store.generation);
        let mut all: Vec<_> = rows
            .map(|row| Self {
                event: row.event,
                active: row.active,
                last_received: row.last_received,
                total_received: row.total_received,
                missed: row.missed,
                silent: row.silent_since.is_some(),
            })
            .collect();
        all.sort_by_key(|webhook| webhook.event);
        all
    }
}

fn message(attention: Attention, platform: &str) -> String {
    match attention {
        Attention::ClientRefused => format!(
            "{platform} gives the app no access to this shop; the merchant has to open the app \
             in the shop's admin, or to install it again"
        ),
    }
}
