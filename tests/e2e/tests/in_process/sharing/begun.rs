//! Runs that were begun before their records were withheld.

use e2e::eventually;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::random;
use shopcall_core::domain::{Product, RunId};
use shopcall_core::storage::{Acquired, Cached, Lease, RunFailure, RunStatus};
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn full_sync() -> PublishedEvent {
    let run_id = RunId::from_random(random::bytes());
    let detail = json!({
        "store_id": id(), "generation": 1, "resource": "products", "mode": "full",
        "run_id": run_id,
    });
    PublishedEvent { detail_type: "SyncRequested".to_owned(), detail }
}

/// What a worker has in its hand: the shop's products, as rows.
async fn page_in_hand(app: &InProcess, shop: &ShopHandle) -> Vec<Cached<Product>> {
    let mut page = Vec::new();
    for truth in shop.records(Kind::Products, 0, 200) {
        let row = app.services.cache().get(&id(), truth["id"].as_str().unwrap()).await;
        page.push(row.unwrap().unwrap());
    }
    page
}

/// A run that holds the lease.
async fn at_work(app: &InProcess) -> Lease {
    let run_id = RunId::from_random(random::bytes());
    let (leases, now) = (app.services.leases(), app.clock.now());
    let acquired = leases.acquire(&id(), Resource::Products, FIRST, &run_id, now).await.unwrap();
    let Acquired::Lease(lease, _) = acquired else { panic!("{acquired:?}") };
    lease
}

#[tokio::test]
async fn a_run_that_is_at_work_stops_and_leaves_nothing_behind() {
    let (app, shop) = connected(1, 1, 1).await;
    for number in 0..1400 {
        shop.add(Kind::Products, &json!({ "sku": format!("TÖBB-{number}") })).unwrap();
    }
    // So that the run is in the midst of its pages.
    let hold = Fault::new(FaultKind::Hold).on("/api/productExtend").with_query("page", 3);
    shop.add_fault(hold).unwrap();
    let event = full_sync();
    let choosing = async {
        eventually("a page is written", PATIENCE, || async {
            (count(&app, Resource::Products).await > 1).then_some(())
        })
        .await;
        withhold(&app, Resource::Products).await;
        shop.clear_faults();
    };
    let (run, ()) = tokio::join!(app.sync(&event), choosing);
    run.unwrap();
    let last = app.services.runs().latest(&id(), 1).await.unwrap().remove(0);
    assert_eq!((last.status, last.counts.seen < 1401), (RunStatus::Failed, true), "{last:?}");
    assert_eq!(last.failure, Some(RunFailure::Withheld));
    deliver(&app).await;
    assert_only_shared_is_there(&app, &shop).await;
    // The event comes again.
    app.sync(&event).await.unwrap();
    assert_only_shared_is_there(&app, &shop).await;
    // That the merchant's own choice has stopped it is no failure, when that is taken back either.
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
async fn a_page_that_was_in_hand_and_is_written_behind_the_erasing_is_erased_by_another() {
    let (app, shop) = connected(30, 1, 1).await;
    let page = page_in_hand(&app, &shop).await;
    let lease = at_work(&app).await;
    withhold(&app, Resource::Products).await;
    deliver(&app).await;
    assert_eq!(count(&app, Resource::Products).await, 0);
    assert!(!app.services.leases().renew(&lease, app.clock.now()).await.unwrap());
    app.services.cache().put(&id(), &page).await.unwrap();
    assert_eq!(count(&app, Resource::Products).await, 30);
    assert!(!is_erased(&app, Resource::Products).await);

    app.clock.advance(LATE_ENOUGH);
    app.beat().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Products).await);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn a_run_that_nobody_has_stopped_is_stopped_by_an_erasing_which_does_not_count_then() {
    let (app, shop) = connected(30, 1, 1).await;
    let page = page_in_hand(&app, &shop).await;
    let lease = at_work(&app).await;
    // Whoever made the choice died right behind it.
    let now = app.clock.now();
    let choice = |store: Option<&Store>| {
        (store.and_then(|store| store.withhold(Resource::Products, now)), ())
    };
    app.services.stores().change(&id(), choice).await.unwrap();
    app.clock.advance(BEAT);
    assert!(app.services.leases().renew(&lease, app.clock.now()).await.unwrap());
    app.beat().await.unwrap();
    let event = erasings(&app.aws.take_events()).remove(0);
    // Two at once: neither may count.
    let (one, two) = tokio::join!(app.sync(&event), app.sync(&event));
    one.unwrap();
    two.unwrap();
    assert!(!app.services.leases().renew(&lease, app.clock.now()).await.unwrap());
    assert!(!is_erased(&app, Resource::Products).await);
    app.services.cache().put(&id(), &page).await.unwrap();

    app.clock.advance(BEAT);
    app.beat().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Products).await);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn a_run_that_was_queued_is_forgotten_and_a_late_one_is_not_begun() {
    let (app, shop) = connected(30, 1, 1).await;
    let lease = at_work(&app).await;
    app.sync(&full_sync()).await.unwrap();
    let leases = app.services.leases();
    assert!(leases.queued(&id(), Resource::Products).await.unwrap().is_some());
    withhold(&app, Resource::Products).await;
    assert_eq!(leases.queued(&id(), Resource::Products).await.unwrap(), None);
    deliver(&app).await;
    leases.release(&lease, None).await.unwrap();
    shop.reset_stats();
    app.sync(&full_sync()).await.unwrap();
    assert_eq!(shop.stats().count("GET api/productExtend"), 0);
    assert_only_shared_is_there(&app, &shop).await;
    assert!(!leases.is_held(&id(), Resource::Products).await.unwrap());
}
