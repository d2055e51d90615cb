//! Sweeps and the invocation's time limit; modes by the calendar.

use std::sync::Arc;
use std::time::Duration;

use e2e::PublishedEvent;
use jiff::SignedDuration;
use shopcall_core::domain::{Mode, Resource};
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::Kind;

use super::{Fixture, RequestKind, id};

/// Enough for some pages, but not for a sweep afterwards.
const SHORT: Duration = Duration::from_millis(14_900);

async fn rest_of(fixture: &Fixture, event: &PublishedEvent) -> PublishedEvent {
    fixture.app.aws.take_events();
    fixture.app.sync_within(event, SHORT).await.unwrap();
    let mut events = fixture.app.aws.take_events();
    assert_eq!(events.len(), 1);
    let rest = events.remove(0);
    assert_eq!(rest.detail_type, "SyncRequested");
    assert_eq!(rest.detail["run_id"], event.detail["run_id"]);
    assert_eq!(fixture.last_run().await.status, RunStatus::Running);
    assert_eq!(fixture.proxy.count(RequestKind::Ids), 0, "the sweep was not started");
    fixture.proxy.reset();
    rest
}

#[tokio::test]
async fn sweep_without_time_left_gets_own_invocation() {
    let fixture = Fixture::with_products(30).await;
    fixture.delete_products([3]);
    let rest = rest_of(&fixture, &fixture.request(Resource::Products, "full")).await;
    fixture.app.sync(&rest).await.unwrap();
    let run = fixture.last_run().await;
    assert_eq!((run.status, run.counts.deleted, run.note), (RunStatus::Completed, 1, None));
    assert_eq!(fixture.proxy.count(RequestKind::Page), 0, "the pages are not read again");
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
    let runs = fixture.app.services.runs().latest(&id(), 10).await.unwrap();
    assert_eq!(runs.len(), 2, "both parts are one run");
}

#[tokio::test]
async fn sweep_too_long_for_an_invocation_is_skipped() {
    let fixture = Fixture::with_products(30).await;
    fixture.delete_products([3]);
    let rest = rest_of(&fixture, &fixture.request(Resource::Products, "full")).await;
    fixture.app.sync_within(&rest, SHORT).await.unwrap();
    let run = fixture.last_run().await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0));
    let note = "the sweep was skipped: one invocation is too short for it";
    assert_eq!(run.note.as_deref(), Some(note));
    assert_eq!(fixture.proxy.count(RequestKind::Ids), 0);
    let cursor = fixture.cursor().await;
    assert_eq!(
        (cursor.full_at, cursor.swept_at),
        (Some(run.started_at), None),
        "the sweep stays due"
    );
}

#[tokio::test]
async fn sweep_is_repeated_without_pages_after_crash() {
    let fixture = Arc::new(Fixture::with_products(30).await);
    fixture.delete_products([3]);
    fixture.proxy.change_lists(|_| std::future::pending());
    let event = fixture.request(Resource::Products, "full");
    let worker = tokio::spawn({
        let (fixture, event) = (Arc::clone(&fixture), event.clone());
        async move { fixture.app.sync(&event).await }
    });
    while fixture.proxy.count(RequestKind::Ids) == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled(), "the worker was killed while running");

    fixture.proxy.reset();
    fixture.app.clock.advance(SignedDuration::from_secs(91));
    fixture.app.sync(&event).await.unwrap();
    let run = fixture.last_run().await;
    assert_eq!((run.status, run.counts.seen, run.counts.deleted), (RunStatus::Completed, 29, 1));
    assert_eq!(
        (fixture.proxy.count(RequestKind::Page), fixture.proxy.count(RequestKind::Ids)),
        (0, 1)
    );
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}

#[tokio::test]
async fn sweep_without_its_lease_deletes_nothing() {
    let fixture = Arc::new(Fixture::with_products(30).await);
    fixture.delete_products([3]);
    fixture.proxy.change_lists({
        let fixture = Arc::downgrade(&fixture);
        move |list| {
            let fixture = fixture.upgrade().unwrap();
            async move {
                let leases = fixture.app.services.leases();
                leases.break_all(&id(), shopcall_core::domain::Generation(1)).await.unwrap();
                list
            }
        }
    });
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Failed, 0));
    assert_eq!(fixture.stored(Resource::Products).await.len(), 30);
}

#[tokio::test]
async fn auto_is_full_at_first_and_after_gaps() {
    let fixture = Fixture::open(shoprenter_simulator::ShopConfig::sized(3, 0, 0)).await;
    let mut modes = Vec::new();
    for hours in [1, 47, 49, 40, 40, 40, 40, 40] {
        modes.push(fixture.sync(Resource::Products, "auto").await.mode);
        fixture.app.clock.advance(SignedDuration::from_hours(hours));
    }
    let (full, changes) = (Mode::Full, Mode::Incremental);
    assert_eq!(modes, [full, changes, changes, full, changes, changes, changes, changes]);
    assert_eq!(fixture.sync(Resource::Products, "auto").await.mode, full, "a week has passed");
}
