//! The log of runs and its writers; the queue after a run that failed.

use std::collections::BTreeSet;

use e2e::{InProcess, PublishedEvent, status_of};
use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{Counts, Generation, Mode, RequestedMode, Resource, RunId, StoreId};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{Acquired, Lease, LeaseRepository, Queued, RunRecord, RunStatus};
use shoprenter_simulator::{Fault, FaultKind, ShopConfig, ShopHandle};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn run(number: u8) -> RunId {
    RunId::from_random([number; 16])
}

/// 2027-01-15 at noon, plus this many seconds.
fn after(seconds: i64) -> Timestamp {
    "2027-01-15T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn record(number: u8) -> RunRecord {
    RunRecord {
        store_id: id(),
        generation: Generation(1),
        run_id: run(number),
        resource: Resource::Products,
        mode: Mode::Incremental,
        status: RunStatus::Completed,
        started_at: after(i64::from(number)),
        counts: Counts { seen: 9, written: 3, unchanged: 6, deleted: 2, quarantined: 0 },
        requests: 4,
        throttled: 0,
        waited_ms: 5,
        duration_ms: 6,
        reason: None,
        failure: None,
        missing_permissions: BTreeSet::new(),
        note: Some("the sweep was left out".to_owned()),
    }
}

#[tokio::test]
async fn later_holders_log_entry_is_not_overwritten() {
    let app = InProcess::start().await;
    let runs = app.services.runs();
    let running = RunRecord { status: RunStatus::Running, note: None, ..record(1) };
    assert!(runs.put(&running, 3).await.unwrap());
    assert!(runs.put(&running, 3).await.unwrap(), "a holder may overwrite its own entry");
    assert!(runs.put(&record(1), 4).await.unwrap());
    let late = RunRecord { status: RunStatus::Failed, ..running };
    assert!(!runs.put(&late, 3).await.unwrap());
    assert_eq!(runs.latest(&id(), 10).await.unwrap(), [record(1)]);
}

#[tokio::test]
async fn runs_sharing_an_id_have_separate_rows() {
    let app = InProcess::start().await;
    let runs = app.services.runs();
    for resource in Resource::ALL {
        assert!(runs.put(&RunRecord { resource, ..record(1) }, 1).await.unwrap());
    }
    let logged: Vec<_> =
        runs.latest(&id(), 10).await.unwrap().iter().map(|run| run.resource).collect();
    assert_eq!(logged, [Resource::Products, Resource::Orders, Resource::Customers]);
}

#[tokio::test]
async fn log_of_a_store_is_paged() {
    let app = InProcess::start().await;
    let runs = app.services.runs();
    for number in 1..=7 {
        runs.put(&record(number), 1).await.unwrap();
    }
    let mut pages = Vec::new();
    let mut before = None;
    for _ in 0..4 {
        let page = runs.of_store(&id(), 3, before.as_deref()).await.unwrap();
        pages.push(page.runs);
        before = page.next.map(|key| key.run);
        if before.is_none() {
            break;
        }
    }
    let numbers = [vec![7, 6, 5], vec![4, 3, 2], vec![1]];
    assert_eq!(pages, numbers.map(|page| page.into_iter().map(record).collect::<Vec<_>>()));
}

#[tokio::test]
async fn log_of_a_day_is_paged() {
    let app = InProcess::start().await;
    let runs = app.services.runs();
    let of = |shop: u8, started_at| {
        let store_id: StoreId = format!("shoprenter:shop-{shop}").parse().unwrap();
        RunRecord { store_id, started_at, ..record(shop) }
    };
    for shop in 1..=5 {
        runs.put(&of(shop, after(60)), 1).await.unwrap();
    }
    let day = SignedDuration::from_hours(24);
    for outside in [after(60) - day, after(60) + day] {
        runs.put(&of(1, outside), 1).await.unwrap();
    }
    runs.put(&of(9, after(61)), 1).await.unwrap();

    let date = jiff::civil::date(2027, 1, 15);
    let mut seen = Vec::new();
    let mut next = None;
    for _ in 0..4 {
        let page = runs.of_day(date, 2, next.as_ref()).await.unwrap();
        assert!(page.runs.len() <= 2);
        seen.extend(page.runs);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let expected: Vec<_> = [of(9, after(61))]
        .into_iter()
        .chain((1..=5).rev().map(|shop| of(shop, after(60))))
        .collect();
    assert_eq!(seen, expected, "newest first, each once");
}

async fn installed(app: &InProcess) -> (ShopHandle, PublishedEvent) {
    let shop = app.shop("demo", ShopConfig::sized(3, 0, 0));
    assert_eq!(status_of(&app.open(&shop).await), 200);
    let events = app.aws.take_events();
    let first = events.into_iter().find(|event| event.detail["resource"] == "products");
    (shop, first.unwrap())
}

async fn acquire(leases: &LeaseRepository, run_id: &RunId) -> Lease {
    let (id, now) = (id(), Timestamp::now());
    let acquired = leases.acquire(&id, Resource::Products, Generation(1), run_id, now).await;
    match acquired.unwrap() {
        Acquired::Lease(lease, _) => lease,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn queued_run_starts_after_the_next_run_ends() {
    let app = InProcess::start().await;
    let (shop, first) = installed(&app).await;
    let leases = app.services.leases();
    // The first run is in progress when another one is requested.
    let run_id: RunId = first.detail["run_id"].as_str().unwrap().parse().unwrap();
    let lease = acquire(&leases, &run_id).await;
    let wanted = Queued { run_id: run(2), mode: RequestedMode::Auto };
    assert!(leases.queue(&id(), Resource::Products, &wanted).await.unwrap());
    leases.release(&lease, None).await.unwrap();
    // The last retry of its event fails.
    let broken = FaultKind::Status { status: 500, retry_after: None };
    shop.add_fault(Fault::new(broken).on("/api/productExtend")).unwrap();
    assert!(matches!(app.sync(&first).await, Err(Failure::Platform(_))));
    assert_eq!(app.aws.take_events(), [], "the queued run is left to the event's own retries");
    shop.clear_faults();

    let mut third = first.clone();
    third.detail["run_id"] = run(3).as_str().into();
    app.sync(&third).await.unwrap();
    let events = app.aws.take_events();
    let next = events.iter().find(|event| event.detail_type == "SyncRequested").unwrap();
    assert_eq!(
        (&next.detail["run_id"], &next.detail["mode"]),
        (&run(2).as_str().into(), &"auto".into())
    );
    app.sync(next).await.unwrap();
    assert_eq!(app.services.runs().latest(&id(), 1).await.unwrap()[0].run_id, run(2));
    let after_that = app.aws.take_events();
    assert!(after_that.iter().all(|event| event.detail_type == "SyncCompleted"), "{after_that:?}");
}

#[tokio::test]
async fn run_is_not_queued_behind_itself() {
    let app = InProcess::start().await;
    let (_, first) = installed(&app).await;
    let leases = app.services.leases();
    let lease = acquire(&leases, &run(9)).await;
    app.sync(&first).await.unwrap();
    let queued = leases.queued(&id(), Resource::Products).await.unwrap().unwrap();
    assert_eq!(queued.run_id.as_str(), first.detail["run_id"].as_str().unwrap());
    leases.release(&lease, None).await.unwrap();
    // Its event is delivered again and finds no run in progress.
    app.sync(&first).await.unwrap();
    let events = app.aws.take_events();
    assert!(events.iter().all(|event| event.detail_type == "SyncCompleted"), "{events:?}");
    assert_eq!(leases.queued(&id(), Resource::Products).await.unwrap(), None);
}
