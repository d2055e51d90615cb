//! Stores that need attention: refused by ShopRenter, or without a permission.

use e2e::{InProcess, PublishedEvent, body_of, status_of};
use serde_json::{Value, json};
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{
    Attention, Frequency, Resource, SCHEDULE_INTERVAL, Store, StoreId, StoreState, SyncConfig,
};
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{DEFAULT_SCOPES, Fault, FaultKind, PermissionRefusal, ShopConfig};

const ORDERS: &str = "order.order:read";

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

async fn store(app: &InProcess) -> Store {
    app.services.stores().get(&id()).await.unwrap().unwrap()
}

/// Takes the requested syncs: their resources, and the events.
fn requested(app: &InProcess) -> (Vec<String>, Vec<PublishedEvent>) {
    let mut events = app.aws.take_events();
    events.retain(|event| event.detail_type == "SyncRequested");
    let resource = |event: &PublishedEvent| event.detail["resource"].as_str().unwrap().to_owned();
    (events.iter().map(resource).collect(), events)
}

/// The store's status as ShopCall gets it.
async fn status(app: &InProcess) -> Value {
    let bearer = ("authorization", "Bearer shopcall-bearer");
    let answer = app.stores("GET", "/stores/shoprenter:demo", "", &[bearer]).await;
    serde_json::from_str(body_of(&answer)).unwrap()
}

async fn carry_out(app: &InProcess) -> Vec<String> {
    let (resources, events) = requested(app);
    for event in &events {
        app.sync(event).await.unwrap();
    }
    resources
}

async fn every_quarter(app: &InProcess) {
    let (sync, now) =
        (SyncConfig { enabled: true, frequency: Frequency::QuarterHourly }, app.clock.now());
    let change = |known: Option<&Store>| (known.map(|store| store.configured(sync, now)), ());
    app.services.stores().change(&id(), change).await.unwrap();
}

#[tokio::test]
async fn repeatedly_refused_store_pauses_until_opened() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(3, 2, 2));
    app.open(&shop).await;
    every_quarter(&app).await;
    carry_out(&app).await;
    let refusal = FaultKind::Status { status: 401, retry_after: None };
    shop.add_fault(Fault::new(refusal).on("/app/token")).unwrap();
    shop.revoke_tokens();

    app.run_schedule().await.unwrap();
    assert_eq!(carry_out(&app).await.len(), 3);
    let troubled = store(&app).await;
    assert_eq!(
        (troubled.state, troubled.attention),
        (StoreState::NeedsAttention, Some(Attention::ClientRefused))
    );
    assert!(!troubled.paused && troubled.due_at.is_some(), "one refusal does not pause the store");

    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    assert_eq!(carry_out(&app).await.len(), 3);
    let paused = store(&app).await;
    assert_eq!(
        (paused.state, paused.paused, paused.due_at),
        (StoreState::NeedsAttention, true, None)
    );
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    assert_eq!(carry_out(&app).await, [""; 0]);

    shop.clear_faults();
    let url = app.open_url(&shop, &open_after(2)).await;
    assert_eq!(status_of(&app.get(&url).await), 200);
    assert_eq!(carry_out(&app).await, ["products", "orders", "customers"]);
    let well = store(&app).await;
    assert_eq!((well.state, well.attention, well.paused), (StoreState::Active, None, false));
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    assert_eq!(carry_out(&app).await.len(), 3);
}

/// An opening signed with the test's clock advanced by this many scheduled runs.
fn open_after(runs: i64) -> shoprenter_simulator::SignedCall {
    let skew_seconds = runs * SCHEDULE_INTERVAL.as_secs();
    shoprenter_simulator::SignedCall { skew_seconds, ..Default::default() }
}

#[tokio::test]
async fn missing_permission_skips_resource_and_links_to_grant() {
    let app = InProcess::start().await;
    let scopes = DEFAULT_SCOPES.iter().filter(|scope| **scope != ORDERS);
    let scopes = scopes.map(|scope| (*scope).to_owned()).collect();
    let shop = app.shop("demo", ShopConfig { scopes, ..ShopConfig::sized(3, 2, 2) });
    app.open(&shop).await;
    assert_eq!(carry_out(&app).await.len(), 3);

    let known = store(&app).await;
    assert_eq!(known.state, StoreState::Active, "the other resources work");
    assert_eq!(known.missing_permissions.iter().collect::<Vec<_>>(), [&Resource::Orders]);
    let runs = app.services.runs().latest(&id(), 10).await.unwrap();
    let failed: Vec<_> = runs.iter().filter(|run| run.status == RunStatus::Failed).collect();
    let reason = failed[0].reason.as_deref().unwrap();
    assert!(reason.contains(ORDERS) && reason.contains("approveScopes"), "{reason}");
    assert_eq!((runs.len(), failed.len(), failed[0].resource), (3, 1, Resource::Orders));
    app.run_schedule().await.unwrap();
    assert_eq!(carry_out(&app).await, ["products", "customers"]);

    let page = app.open(&shop).await;
    assert_eq!(status_of(&page), 200);
    let address = format!(
        "{}/demo/admin/app/{}/approveScopes",
        app.shoprenter.base_url(),
        app.shoprenter.app().client_id
    );
    assert!(body_of(&page).contains(&address), "{}", body_of(&page));
    assert_eq!(carry_out(&app).await, ["orders"], "the resource is tried again");
    assert_eq!(store(&app).await.missing_permissions.len(), 1);
}

#[tokio::test]
async fn granted_permission_takes_effect_at_next_opening() {
    let app = InProcess::start().await;
    let all: std::collections::BTreeSet<_> =
        DEFAULT_SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
    let mut scopes = all.clone();
    scopes.remove(ORDERS);
    let shop = app.shop("demo", ShopConfig { scopes, ..ShopConfig::sized(3, 2, 2) });
    app.open(&shop).await;
    carry_out(&app).await;
    assert_eq!(store(&app).await.missing_permissions.len(), 1);

    shop.configure(|config| config.scopes = all).unwrap();
    let page = app.open(&shop).await;
    assert!(body_of(&page).contains("A bolt össze van kapcsolva"), "{}", body_of(&page));
    assert_eq!(carry_out(&app).await, ["orders"]);
    assert!(store(&app).await.missing_permissions.is_empty());
    let runs = app.services.runs().latest(&id(), 10).await.unwrap();
    let orders = runs.iter().find(|run| run.resource == Resource::Orders).unwrap();
    assert_eq!((orders.status, orders.counts.seen), (RunStatus::Completed, 2));
}

/// Permissions that runs use and do without.
const OPTIONAL: [&str; 4] =
    ["localization.language:read", "order.status:read", "store.domain:read", "store.setting:read"];

#[tokio::test]
async fn optional_reads_without_permission_cost_only_themselves() {
    for permission_refusal in [PermissionRefusal::Coded, PermissionRefusal::Plain] {
        let app = InProcess::start().await;
        let mut config = ShopConfig { permission_refusal, ..ShopConfig::sized(3, 2, 2) };
        config.scopes.retain(|scope| !OPTIONAL.contains(&scope.as_str()));
        let shop = app.shop("demo", config);
        app.open(&shop).await;
        assert_eq!(carry_out(&app).await.len(), 3);

        let runs = app.services.runs().latest(&id(), 10).await.unwrap();
        assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
        let (settings, languages) = ("store.setting:read", "localization.language:read");
        let lacked = [
            (Resource::Products, vec![languages, settings]),
            (Resource::Orders, vec![languages, "order.status:read", settings]),
            (Resource::Customers, vec![settings]),
        ];
        let known = store(&app).await;
        assert!(known.missing_permissions.is_empty());
        for (resource, permissions) in lacked {
            let lacks = |permission| known.ungranted[&resource].contains(permission);
            assert!(permissions.into_iter().all(lacks), "{resource:?}: {:?}", known.ungranted);
        }
        let status = status(&app).await;
        let missing = status["missing_permissions"].as_array().unwrap();
        let languages = json!({ "resource": "orders", "permission": languages, "optional": true });
        assert!(missing.contains(&languages), "{missing:?}");
        assert!(status["approve_scopes_url"].is_string());

        let grant = |config: &mut ShopConfig| {
            config.scopes.extend(OPTIONAL.map(str::to_owned));
        };
        shop.configure(grant).unwrap();
        app.clock.advance(SCHEDULE_INTERVAL);
        every_quarter(&app).await;
        app.run_schedule().await.unwrap();
        assert_eq!(carry_out(&app).await.len(), 3);
        let known = store(&app).await;
        let is_one_of = |permission: &String| OPTIONAL.contains(&permission.as_str());
        assert!(!known.ungranted.values().flatten().any(is_one_of), "{:?}", known.ungranted);
    }
}

#[tokio::test]
async fn plain_403_without_scope_is_missing_permission() {
    let app = InProcess::start().await;
    let permission_refusal = PermissionRefusal::Plain;
    let mut config = ShopConfig { permission_refusal, ..ShopConfig::sized(3, 2, 2) };
    config.scopes.remove(ORDERS);
    let shop = app.shop("demo", config);
    app.open(&shop).await;
    assert_eq!(carry_out(&app).await.len(), 3);

    let known = store(&app).await;
    assert!(known.missing_permissions.iter().eq([&Resource::Orders]), "{known:?}");
    assert_eq!(shop.stats().count("GET api/orderExtend"), 2, "once more with a new token");
}

#[tokio::test]
async fn plain_403_despite_scope_is_retried() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(3, 2, 2));
    let forbidden = FaultKind::Status { status: 403, retry_after: None };
    shop.add_fault(Fault::new(forbidden).on("/api/orderExtend").times(2)).unwrap();
    app.open(&shop).await;
    assert_eq!(carry_out(&app).await.len(), 3);
    let runs = app.services.runs().latest(&id(), 10).await.unwrap();
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
}

#[tokio::test]
async fn unknown_client_is_refused_without_retry() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 1, 1));
    app.open(&shop).await;
    let refused = FaultKind::Status { status: 401, retry_after: None };
    shop.add_fault(Fault::new(refused).on("/app/token")).unwrap();
    shop.revoke_tokens();
    let before = shop.stats().count("POST app/token");
    let (_, events) = requested(&app);
    app.sync(&events[0]).await.unwrap();
    assert_eq!(shop.stats().count("POST app/token"), before + 1);
    assert_eq!(store(&app).await.attention, Some(Attention::ClientRefused));
}
