//! Runs that began before their resource was unshared.

use e2e::eventually;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::random;
use shopcall_core::domain::{Product, RunId};
use shopcall_core::storage::{Acquired, Cached, Lease, RunFailure, RunStatus};
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

/// Well above any duration here, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

fn full_sync() -> PublishedEvent {
    let run_id = RunId::from_random(random::bytes());
    let detail = json!({
        "store_id": id(), "generation": 1, "resource": "products", "mode": "full",
        "run_id": run_id,
    });
    PublishedEvent { detail_type: "SyncRequested".to_owned(), detail }
}

/// The shop's products as rows, as a worker holds them in memory.
async fn page_in_hand(app: &InProcess, shop: &ShopHandle) -> Vec<Cached<Product>> {
    let mut page = Vec::new();
    for truth in shop.records(Kind::Products, 0, 200) {
        let row = app.services.cache().get(&id(), truth["id"].as_str().unwrap()).await;
        page.push(row.unwrap().unwrap());
    }
    page
}

/// A run that holds the lease.
async fn in_progress(app: &InProcess) -> Lease {
    let run_id = RunId::from_random(random::bytes());
    let (leases, now) = (app.services.leases(), app.clock.now());
    let acquired = leases.acquire(&id(), Resource::Products, FIRST, &run_id, now).await.unwrap();
    let Acquired::Lease(lease, _) = acquired else { panic!("{acquired:?}") };
    lease
}

#[tokio::test]
async fn running_run_stops_and_leaves_no_rows() {
    let (app, shop) = connected(1, 1, 1).await;
    for number in 0..1400 {
        shop.add(Kind::Products, &json!({ "sku": format!("TÖBB-{number}") })).unwrap();
    }
    // Keeps the run in the middle of its pages.
    let hold = Fault::new(FaultKind::Hold).on("/api/productExtend").with_query("page", 3);
    shop.add_fault(hold).unwrap();
    let event = full_sync();
    let choosing = async {
        eventually("a page is written", TIMEOUT, || async {
            (count(&app, Resource::Products).await > 1).then_some(())
        })
        .await;
        stop_sharing(&app, Resource::Products).await;
        shop.clear_faults();
    };
    let (run, ()) = tokio::join!(app.sync(&event), choosing);
    run.unwrap();
    let last = app.services.runs().latest(&id(), 1).await.unwrap().remove(0);
    assert_eq!((last.status, last.counts.seen < 1401), (RunStatus::Failed, true), "{last:?}");
    assert_eq!(last.failure, Some(RunFailure::NotShared));
    deliver(&app).await;
    assert_only_shared_is_there(&app, &shop).await;
    // The event is delivered again.
    app.sync(&event).await.unwrap();
    assert_only_shared_is_there(&app, &shop).await;
    // A run stopped by the merchant's choice is not a failure, even when that choice is reversed.
    for shared in [false, true] {
        if shared {
            share(&app, Resource::Products).await;
        }
        let page = app.open(&shop).await;
        assert!(e2e::body_of(&page).contains("Közben kikapcsolták a megosztást."));
        assert!(!e2e::body_of(&page).contains("nem sikerült"), "{}", e2e::body_of(&page));
        assert!(!e2e::body_of(&page).contains("Nem sikerült"), "{}", e2e::body_of(&page));
    }
}

#[tokio::test]
async fn page_written_after_erasure_is_erased_again() {
    let (app, shop) = connected(30, 1, 1).await;
    let page = page_in_hand(&app, &shop).await;
    let lease = in_progress(&app).await;
    stop_sharing(&app, Resource::Products).await;
    deliver(&app).await;
    assert_eq!(count(&app, Resource::Products).await, 0);
    assert!(!app.services.leases().renew(&lease, app.clock.now()).await.unwrap());
    app.services.cache().put(&id(), &page, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(count(&app, Resource::Products).await, 30);
    assert!(!is_erased(&app, Resource::Products).await);

    app.clock.advance(LATE_ENOUGH);
    app.run_schedule().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Products).await);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn erasure_that_stops_a_run_is_repeated() {
    let (app, shop) = connected(30, 1, 1).await;
    let page = page_in_hand(&app, &shop).await;
    let lease = in_progress(&app).await;
    // The process died right after storing the choice.
    let now = app.clock.now();
    let choice = |store: Option<&Store>| {
        (store.and_then(|store| store.stop_sharing(Resource::Products, now)), ())
    };
    app.services.stores().change(&id(), choice).await.unwrap();
    app.clock.advance(SCHEDULE_INTERVAL);
    assert!(app.services.leases().renew(&lease, app.clock.now()).await.unwrap());
    app.run_schedule().await.unwrap();
    let event = erasure_requests(&app.aws.take_events()).remove(0);
    // Two concurrent erasures: neither may be confirmed.
    let (one, two) = tokio::join!(app.sync(&event), app.sync(&event));
    one.unwrap();
    two.unwrap();
    assert!(!app.services.leases().renew(&lease, app.clock.now()).await.unwrap());
    assert!(!is_erased(&app, Resource::Products).await);
    app.services.cache().put(&id(), &page, jiff::Timestamp::UNIX_EPOCH).await.unwrap();

    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Products).await);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn queued_and_late_runs_are_not_started() {
    let (app, shop) = connected(30, 1, 1).await;
    let lease = in_progress(&app).await;
    app.sync(&full_sync()).await.unwrap();
    let leases = app.services.leases();
    assert!(leases.queued(&id(), Resource::Products).await.unwrap().is_some());
    stop_sharing(&app, Resource::Products).await;
    assert_eq!(leases.queued(&id(), Resource::Products).await.unwrap(), None);
    deliver(&app).await;
    leases.release(&lease, None).await.unwrap();
    shop.reset_stats();
    app.sync(&full_sync()).await.unwrap();
    assert_eq!(shop.stats().count("GET api/productExtend"), 0);
    assert_only_shared_is_there(&app, &shop).await;
    assert!(!leases.is_held(&id(), Resource::Products).await.unwrap());
}
