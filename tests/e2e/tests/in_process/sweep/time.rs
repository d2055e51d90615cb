//! Sweeps and the time of an invocation; modes by the calendar.

use std::sync::Arc;
use std::time::Duration;

use e2e::PublishedEvent;
use jiff::SignedDuration;
use shopcall_core::domain::{Mode, Resource};
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::Kind;

use super::{Asked, Stand, id};

/// Enough for some pages; a sweep wants more than is left of it.
const SHORT: Duration = Duration::from_millis(14_900);

async fn rest_of(stand: &Stand, event: &PublishedEvent) -> PublishedEvent {
    stand.app.aws.take_events();
    stand.app.sync_within(event, SHORT).await.unwrap();
    let mut events = stand.app.aws.take_events();
    assert_eq!(events.len(), 1);
    let rest = events.remove(0);
    assert_eq!(rest.detail_type, "SyncRequested");
    assert_eq!(rest.detail["run_id"], event.detail["run_id"]);
    assert_eq!(stand.last_run().await.status, RunStatus::Running);
    assert_eq!(stand.proxy.count(Asked::Ids), 0, "it was not even begun");
    stand.proxy.reset();
    rest
}

#[tokio::test]
async fn a_sweep_that_does_not_fit_gets_an_invocation_of_its_own() {
    let stand = Stand::with_products(30).await;
    stand.delete_products([3]);
    let rest = rest_of(&stand, &stand.request(Resource::Products, "full")).await;
    stand.app.sync(&rest).await.unwrap();
    let run = stand.last_run().await;
    assert_eq!((run.status, run.counts.deleted, run.note), (RunStatus::Completed, 1, None));
    assert_eq!(stand.proxy.count(Asked::Page), 0, "the pages are not read again");
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
    let runs = stand.app.services.runs().latest(&id(), 10).await.unwrap();
    assert_eq!(runs.len(), 2, "it is one run");
}

#[tokio::test]
async fn a_sweep_that_does_not_fit_there_either_is_left_out() {
    let stand = Stand::with_products(30).await;
    stand.delete_products([3]);
    let rest = rest_of(&stand, &stand.request(Resource::Products, "full")).await;
    stand.app.sync_within(&rest, SHORT).await.unwrap();
    let run = stand.last_run().await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0));
    let note = "the sweep was left out: an invocation has not the time for it";
    assert_eq!(run.note.as_deref(), Some(note));
    assert_eq!(stand.proxy.count(Asked::Ids), 0);
    let cursor = stand.cursor().await;
    assert_eq!((cursor.full_at, cursor.swept_at), (Some(run.started_at), None), "it stays due");
}

#[tokio::test]
async fn a_sweep_whose_worker_died_is_made_again_without_the_pages() {
    let stand = Arc::new(Stand::with_products(30).await);
    stand.delete_products([3]);
    stand.proxy.meddle(|_| std::future::pending());
    let event = stand.request(Resource::Products, "full");
    let worker = tokio::spawn({
        let (stand, event) = (Arc::clone(&stand), event.clone());
        async move { stand.app.sync(&event).await }
    });
    while stand.proxy.count(Asked::Ids) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled(), "the worker was at work");

    stand.proxy.reset();
    stand.app.clock.advance(SignedDuration::from_secs(91));
    stand.app.sync(&event).await.unwrap();
    let run = stand.last_run().await;
    assert_eq!((run.status, run.counts.seen, run.counts.deleted), (RunStatus::Completed, 29, 1));
    assert_eq!((stand.proxy.count(Asked::Page), stand.proxy.count(Asked::Ids)), (0, 1));
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
}

#[tokio::test]
async fn a_sweep_that_has_lost_its_lease_deletes_nothing() {
    let stand = Arc::new(Stand::with_products(30).await);
    stand.delete_products([3]);
    stand.proxy.meddle({
        let stand = Arc::downgrade(&stand);
        move |list| {
            let stand = stand.upgrade().unwrap();
            async move {
                let leases = stand.app.services.leases();
                leases.break_all(&id(), shopcall_core::domain::Generation(1)).await.unwrap();
                list
            }
        }
    });
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Failed, 0));
    assert_eq!(stand.stored(Resource::Products).await.len(), 30);
}

#[tokio::test]
async fn auto_reads_everything_at_first_then_changes_and_everything_after_a_gap_or_a_week() {
    let stand = Stand::open(shoprenter_simulator::ShopConfig::sized(3, 0, 0)).await;
    let mut modes = Vec::new();
    for hours in [1, 47, 49, 40, 40, 40, 40, 40] {
        modes.push(stand.sync(Resource::Products, "auto").await.mode);
        stand.app.clock.advance(SignedDuration::from_hours(hours));
    }
    let (full, changes) = (Mode::Full, Mode::Incremental);
    assert_eq!(modes, [full, changes, changes, full, changes, changes, changes, changes]);
    assert_eq!(stand.sync(Resource::Products, "auto").await.mode, full, "a week is over");
}
