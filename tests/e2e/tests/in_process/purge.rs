//! Two days after an uninstall, all data of the store is removed and is not restored.

use std::time::Duration;

use e2e::{InProcess, PublishedEvent, Row, header_of, rows, status_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{
    Generation, Mode, RequestedMode, Resource, RunId, SCHEDULE_INTERVAL, StoreId, StoreState,
    next_scheduled_run,
};
use shopcall_core::storage::{Acquired, Checkpoint, Due, Queued, RunRecord};
use shoprenter_simulator::{Kind, ShopConfig, ShopHandle, SignedCall};
use url::Url;

const KEPT: SignedDuration = SignedDuration::from_hours(48);
const FIRST: Generation = Generation(1);

fn id() -> StoreId {
    "shoprenter:purgeme".parse().unwrap()
}

/// A call signed by ShopRenter, dated this much later.
fn signed_after(moved: SignedDuration, seconds: i64) -> SignedCall {
    SignedCall { skew_seconds: moved.as_secs() + seconds, ..SignedCall::default() }
}

/// Carries out the requested syncs and their follow-ups.
async fn sync_all(app: &InProcess) -> Vec<PublishedEvent> {
    let mut carried_out = Vec::new();
    for _ in 0..10 {
        let events = app.aws.take_events();
        let wanted: Vec<_> =
            events.into_iter().filter(|event| event.detail_type == "SyncRequested").collect();
        if wanted.is_empty() {
            return carried_out;
        }
        for event in &wanted {
            app.sync(event).await.unwrap();
        }
        carried_out.extend(wanted);
    }
    panic!("the syncs do not end");
}

/// A completed install with all records read.
async fn installed(app: &InProcess, name: &str, config: ShopConfig) -> ShopHandle {
    let shop = app.shop(name, config);
    let answer = app.get(&app.install_url(&shop, &SignedCall::default()).await).await;
    let admin = Url::parse(header_of(&answer, "location")).unwrap();
    let sr_install = admin.query_pairs().find(|(key, _)| key == "sr_install").unwrap().1;
    shop.set_installed(true);
    let opening = SignedCall {
        extra: [("sr_install".to_owned(), sr_install.into_owned())].into(),
        ..SignedCall::default().form(3)
    };
    assert_eq!(status_of(&app.get(&app.open_url(&shop, &opening).await).await), 200);
    sync_all(app).await;
    shop
}

async fn uninstalled(app: &InProcess, shop: &ShopHandle) {
    let call = signed_after(SignedDuration::ZERO, 1);
    assert_eq!(status_of(&app.get(&app.uninstall_url(shop, &call).await).await), 200);
    app.aws.take_events();
}

async fn reinstalled(app: &InProcess, shop: &ShopHandle, moved: SignedDuration) {
    shop.set_installed(true);
    let url = app.open_url(shop, &signed_after(moved, 0)).await;
    assert_eq!(status_of(&app.get(&url).await), 200);
}

/// All rows of all tables that name the store.
async fn traces(app: &InProcess, name: &str) -> Vec<Row> {
    let tables = app.tables();
    let names =
        [&tables.stores, &tables.tokens, &tables.cache, &tables.sync_runs, &tables.installs];
    let mut found = Vec::new();
    for table in names {
        let rows = rows(&app.dynamodb, table).await;
        found.extend(rows.into_iter().filter(|row| format!("{row:?}").contains(name)));
    }
    found
}

fn purge_requested() -> PublishedEvent {
    let detail = json!({ "store_id": id().to_string(), "generation": 1 });
    PublishedEvent { detail_type: "PurgeRequested".to_owned(), detail }
}

/// A store whose purge the schedule requests.
async fn to_be_purged(config: ShopConfig) -> (InProcess, ShopHandle, PublishedEvent) {
    let app = InProcess::start().await;
    let shop = installed(&app, "purgeme", config).await;
    uninstalled(&app, &shop).await;
    app.clock.advance(KEPT + SignedDuration::from_secs(5));
    app.run_schedule().await.unwrap();
    let events = app.aws.take_events();
    assert_eq!(events, [purge_requested()]);
    (app, shop, purge_requested())
}

#[tokio::test]
async fn purge_removes_everything_after_two_days() {
    let app = InProcess::start().await;
    let shop = installed(&app, "purgeme", ShopConfig::sized(40, 20, 10)).await;
    installed(&app, "neighbour", ShopConfig::sized(5, 3, 2)).await;
    let neighbour = traces(&app, "neighbour").await;
    uninstalled(&app, &shop).await;
    let before = traces(&app, "purgeme").await;
    assert!(before.len() > 70, "{} rows", before.len());

    app.clock.advance(KEPT - SignedDuration::from_mins(1));
    app.sync(&purge_requested()).await.unwrap();
    app.run_schedule().await.unwrap();
    let of_neighbour = |events: Vec<PublishedEvent>| {
        events.iter().all(|event| event.detail["store_id"] == "shoprenter:neighbour")
    };
    assert!(of_neighbour(app.aws.take_events()));
    assert_eq!(traces(&app, "purgeme").await.len(), before.len());

    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    let events = app.aws.take_events();
    let purge = events.iter().find(|event| event.detail_type == "PurgeRequested").unwrap();
    assert_eq!(*purge, purge_requested());
    app.sync(purge).await.unwrap();
    assert_eq!(traces(&app, "purgeme").await, []);

    let kept = traces(&app, "neighbour").await;
    assert_eq!(kept.len(), neighbour.len());
    app.sync(purge).await.unwrap();
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    assert!(of_neighbour(app.aws.take_events()));
    assert_eq!(traces(&app, "purgeme").await, []);
}

#[tokio::test]
async fn purge_is_requested_until_completed() {
    let (app, _, _) = to_be_purged(ShopConfig::sized(3, 0, 0)).await;
    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events(), [], "the purge may still be running");
    for _ in 0..3 {
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
        assert_eq!(app.aws.take_events(), [purge_requested()]);
    }
}

#[tokio::test]
async fn later_uninstall_postpones_the_purge() {
    let app = InProcess::start().await;
    let shop = installed(&app, "purgeme", ShopConfig::sized(3, 0, 0)).await;
    uninstalled(&app, &shop).await;
    let hour = SignedDuration::from_hours(1);
    app.clock.advance(hour);
    let again = app.uninstall_url(&shop, &signed_after(hour, 1)).await;
    assert_eq!(status_of(&app.get(&again).await), 200);
    app.aws.take_events();

    app.clock.advance(KEPT - hour / 2);
    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events(), []);
    app.clock.advance(hour);
    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events(), [purge_requested()]);
}

#[tokio::test]
async fn long_purge_continues_in_further_invocations() {
    let (app, _, purge) = to_be_purged(ShopConfig::sized(120, 60, 0)).await;
    let mut left = traces(&app, "purgeme").await.len();
    let mut next = Some(purge);
    let mut invocations = 0;
    while let Some(event) = next {
        invocations += 1;
        assert!(invocations < 20, "the purge does not end");
        app.sync_within(&event, Duration::ZERO).await.unwrap();
        let found = traces(&app, "purgeme").await.len();
        assert!(found < left, "an invocation made no progress");
        left = found;
        next = app.aws.take_events().pop();
        assert_eq!(next.is_some(), left > 0);
    }
    assert!(invocations > 5, "{invocations} invocations");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn reinstall_before_purge_keeps_everything() {
    let (app, shop, purge) = to_be_purged(ShopConfig::sized(30, 0, 0)).await;
    reinstalled(&app, &shop, KEPT).await;
    let before = traces(&app, "purgeme").await.len();
    app.sync(&purge).await.unwrap();
    assert_eq!(traces(&app, "purgeme").await.len(), before);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!((store.generation, store.state), (Generation(2), StoreState::Active));
}

#[tokio::test]
async fn reinstall_during_purge_keeps_its_own_rows() {
    let (app, shop, purge) = to_be_purged(ShopConfig::sized(120, 0, 0)).await;
    app.sync_within(&purge, Duration::ZERO).await.unwrap();
    let rest = app.aws.take_events().pop().unwrap();
    reinstalled(&app, &shop, KEPT).await;
    sync_all(&app).await;
    app.sync(&rest).await.unwrap();
    assert_eq!(e2e::differences(&app, &shop, Kind::Products).await, [""; 0]);
    assert!(app.services.stores().is_installed(&id(), Generation(2)).await.unwrap());
}

#[tokio::test]
async fn concurrent_purge_and_reinstall_keep_reinstalled_rows() {
    for delay_ms in [0, 5, 20, 60] {
        let (app, shop, purge) = to_be_purged(ShopConfig::sized(100, 0, 0)).await;
        let purging = async {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            app.sync(&purge).await.unwrap();
        };
        let installing = async {
            reinstalled(&app, &shop, KEPT).await;
            sync_all(&app).await;
        };
        tokio::join!(purging, installing);
        sync_all(&app).await;
        assert_eq!(e2e::differences(&app, &shop, Kind::Products).await, [""; 0], "{delay_ms}");
        let store = app.services.stores().get(&id()).await.unwrap().unwrap();
        assert_eq!(store.state, StoreState::Active, "{delay_ms}");
        let token = app.services.tokens().get(&id(), store.generation).await.unwrap();
        assert!(token.is_some(), "{delay_ms}");
    }
}

fn run(number: u8) -> RunId {
    RunId::from_random([number; 16])
}

/// A running sync of products that began at this time.
fn in_progress(started_at: Timestamp) -> RunRecord {
    RunRecord::begun(id(), FIRST, run(9), (Resource::Products, Mode::Full), started_at)
}

#[tokio::test]
async fn late_work_after_purge_restores_nothing() {
    let app = InProcess::start().await;
    let shop = app.shop("purgeme", ShopConfig::sized(10, 5, 5));
    app.open(&shop).await;
    let events = sync_all(&app).await;

    // Workers of the store that outlive it.
    let (leases, runs, tokens) =
        (app.services.leases(), app.services.runs(), app.services.tokens());
    let now = app.clock.now();
    let resource = Resource::Products;
    let acquired = leases.acquire(&id(), resource, FIRST, &run(9), now).await.unwrap();
    let Acquired::Lease(lease, _) = acquired else { panic!("{acquired:?}") };
    let record = in_progress(now);
    assert!(runs.put(&record, lease.fence).await.unwrap());
    let until = now + SignedDuration::from_secs(20);
    let fetch = tokens.lease_fetch(&id(), FIRST, 1, now, until).await.unwrap().unwrap();

    uninstalled(&app, &shop).await;
    app.clock.advance(KEPT + SignedDuration::from_secs(5));
    let due_at = app.services.stores().get(&id()).await.unwrap().unwrap().due_at.unwrap();
    app.sync(&purge_requested()).await.unwrap();
    assert_eq!(traces(&app, "purgeme").await, []);

    for event in &events {
        app.sync(event).await.unwrap();
    }
    let now = app.clock.now();
    let checkpoint = Checkpoint::begin(record.clone(), false);
    assert!(!leases.checkpoint(&lease, &checkpoint, now).await.unwrap());
    assert!(!leases.renew(&lease, now).await.unwrap());
    assert!(!leases.hand_over(&lease, now).await.unwrap());
    leases.release(&lease, Some(&checkpoint)).await.unwrap();
    let queued = Queued { run_id: run(8), mode: RequestedMode::Full };
    assert!(!leases.queue(&id(), resource, &queued).await.unwrap());
    leases.break_all(&id(), FIRST).await.unwrap();
    assert!(!runs.amend(&record, lease.fence).await.unwrap());
    let until = now + SignedDuration::from_secs(20);
    assert!(!tokens.store(&id(), &fetch, 2, b"late".to_vec(), now, until).await.unwrap());
    assert!(tokens.lease_fetch(&id(), FIRST, 0, now, until).await.unwrap().is_none());
    let due = Due { store_id: id(), due_at };
    assert_eq!(app.services.due().claim(&due, next_scheduled_run(now)).await.unwrap(), None);
    app.services.due().reschedule(&id(), due_at, Some(now)).await.unwrap();
    let late = app.uninstall_url(&shop, &signed_after(KEPT, 1)).await;
    assert_eq!(status_of(&app.get(&late).await), 200);
    assert_eq!(traces(&app, "purgeme").await, []);
}
