//! The repositories, over DynamoDB's own protocol. `make test-dynamodb-local` runs the same tests
//! on AWS's DynamoDB Local.

mod products;

use std::collections::BTreeSet;
use std::sync::Arc;

use e2e::{InProcess, rows};
use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{
    Counts, Generation, Mode, Opening, Purpose, RequestedMode, Resource, RunId, Store, StoreId,
    Uninstall,
};
use shopcall_core::storage::{
    Acquired, Checkpoint, Cursor, Observation, Queued, RunRecord, RunStatus,
};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn run(number: u8) -> RunId {
    RunId::from_random([number; 16])
}

const FIRST: Generation = Generation(1);

fn open(known: Option<&Store>) -> (Option<Store>, Generation) {
    match Store::open(known, &id(), now(), None, now()) {
        Opening::Begins(store) => (Some(store.clone()), store.generation),
        Opening::Continues(store) => (None, store.generation),
        Opening::Outdated => panic!("outdated"),
    }
}

#[tokio::test]
async fn lost_race_is_retried_on_the_winners_row() {
    let app = Arc::new(InProcess::start().await);
    let openings: Vec<_> = (0..6)
        .map(|_| {
            let stores = app.services.stores();
            tokio::spawn(async move { stores.change(&id(), open).await.unwrap() })
        })
        .collect();
    for opening in openings {
        assert_eq!(opening.await.unwrap(), FIRST);
    }
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await.len(), 1);
}

#[tokio::test]
async fn token_lease_is_granted_to_one_caller() {
    let app = InProcess::start().await;
    let (tokens, id) = (app.services.tokens(), id());
    app.services.stores().change(&id, open).await.unwrap();
    let lease = |at| tokens.lease_fetch(&id, FIRST, 0, at, at + SignedDuration::from_secs(20));
    let first = lease(now()).await.unwrap().unwrap();
    assert!(lease(after(19)).await.unwrap().is_none());
    let second = lease(after(20)).await.unwrap().unwrap();

    let late = tokens.store(&id, &first, 1, b"late".to_vec(), now(), after(3600)).await.unwrap();
    assert!(!late, "an expired lease stores nothing");
    assert!(tokens.store(&id, &second, 1, b"good".to_vec(), now(), after(3600)).await.unwrap());
    let record = tokens.get(&id, FIRST).await.unwrap().unwrap();
    assert_eq!((record.version, record.sealed.as_deref()), (1, Some(&b"good"[..])));
    assert!(lease(after(30)).await.unwrap().is_none(), "version 0 is outdated");
}

#[tokio::test]
async fn no_token_is_stored_after_uninstall() {
    let app = InProcess::start().await;
    let (tokens, stores) = (app.services.tokens(), app.services.stores());
    stores.change(&id(), open).await.unwrap();
    let lease = tokens.lease_fetch(&id(), FIRST, 0, now(), after(20)).await.unwrap().unwrap();
    let store_id = id();
    let ended = stores.change(&store_id, |store| match store.unwrap().uninstall(after(1)) {
        Uninstall::Ends(store) => (Some(store), true),
        _ => (None, false),
    });
    assert!(ended.await.unwrap());
    tokens.delete(&id(), FIRST).await.unwrap();

    assert!(!tokens.store(&id(), &lease, 1, b"late".to_vec(), now(), after(3600)).await.unwrap());
    assert!(tokens.lease_fetch(&id(), FIRST, 0, after(30), after(50)).await.unwrap().is_none());
    assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await, []);
}

#[tokio::test]
async fn tokens_of_other_generations_are_not_touched() {
    let app = InProcess::start().await;
    let (tokens, newer) = (app.services.tokens(), FIRST.next());
    app.services.stores().change(&id(), open).await.unwrap();
    assert!(tokens.lease_fetch(&id(), newer, 0, now(), after(20)).await.unwrap().is_none());
    let lease = tokens.lease_fetch(&id(), FIRST, 0, now(), after(20)).await.unwrap().unwrap();
    tokens.store(&id(), &lease, 1, b"token".to_vec(), now(), after(3600)).await.unwrap();

    assert!(tokens.get(&id(), newer).await.unwrap().is_none());
    tokens.delete(&id(), Generation(0)).await.unwrap();
    assert!(tokens.get(&id(), FIRST).await.unwrap().is_some());
    tokens.delete(&id(), FIRST).await.unwrap();
    assert!(tokens.get(&id(), FIRST).await.unwrap().is_none());
}

#[tokio::test]
async fn lease_is_exclusive_until_it_expires() {
    let app = InProcess::start().await;
    let leases = app.services.leases();
    let acquire = |number, at| {
        let leases = leases.clone();
        async move {
            let (store, run) = (id(), run(number));
            leases.acquire(&store, Resource::Products, FIRST, &run, at).await.unwrap()
        }
    };
    let taken = |acquired| match acquired {
        Acquired::Lease(lease, _) => lease,
        other => panic!("{other:?}"),
    };
    let first = taken(acquire(1, now()).await);
    assert_eq!(acquire(2, after(60)).await, Acquired::HeldByOther);
    assert_eq!(acquire(1, after(60)).await, Acquired::HeldBySelf(after(90)));
    assert!(leases.renew(&first, after(60)).await.unwrap());
    assert_eq!(acquire(2, after(120)).await, Acquired::HeldByOther, "the lease was renewed");

    let second = taken(acquire(2, after(151)).await);
    assert!(second.fence > first.fence);
    assert!(!leases.renew(&first, after(152)).await.unwrap(), "an expired holder cannot renew");
    leases.release(&first, Some(&done(record(1)))).await.unwrap();
    assert!(leases.renew(&second, after(153)).await.unwrap(), "the new holder keeps its lease");

    leases.release(&second, Some(&done(record(2)))).await.unwrap();
    let again = acquire(2, after(154)).await;
    assert_eq!(again, Acquired::NotNeeded, "a finished run is not repeated");
    taken(acquire(3, after(154)).await);
}

#[tokio::test]
async fn queue_holds_only_the_first_suitable_run() {
    let app = InProcess::start().await;
    let (leases, id) = (app.services.leases(), id());
    let wanted = |number, mode| Queued { run_id: run(number), mode };
    let queue =
        async |wanted: &Queued| leases.queue(&id, Resource::Products, wanted).await.unwrap();
    assert!(!queue(&wanted(2, RequestedMode::Full)).await, "no run is in progress");

    let acquired = leases.acquire(&id, Resource::Products, FIRST, &run(1), now()).await.unwrap();
    let Acquired::Lease(lease, _) = acquired else { panic!("{acquired:?}") };
    let queued = async || leases.queued(&id, Resource::Products).await.unwrap();
    assert!(queue(&wanted(2, RequestedMode::Incremental)).await);
    assert!(queue(&wanted(5, RequestedMode::Auto)).await);
    assert!(queue(&wanted(6, RequestedMode::Incremental)).await, "auto may mean full");
    assert_eq!(queued().await, Some(wanted(5, RequestedMode::Auto)));
    assert!(queue(&wanted(3, RequestedMode::Full)).await);
    assert!(queue(&wanted(7, RequestedMode::Auto)).await, "full covers more");
    assert!(queue(&wanted(4, RequestedMode::Incremental)).await, "incremental is part of full");
    let queued = leases.queued(&id, Resource::Products).await.unwrap();
    assert_eq!(queued, Some(wanted(3, RequestedMode::Full)));

    leases.release(&lease, Some(&done(record(1)))).await.unwrap();
    assert_eq!(leases.queued(&id, Resource::Products).await.unwrap(), queued, "nor lost");
    leases.unqueue(&id, Resource::Products, &wanted(9, RequestedMode::Full)).await.unwrap();
    leases.unqueue(&id, Resource::Products, &wanted(3, RequestedMode::Full)).await.unwrap();
    assert_eq!(leases.queued(&id, Resource::Products).await.unwrap(), None);
}

#[tokio::test]
async fn continued_run_is_not_overtaken() {
    let app = InProcess::start().await;
    let (leases, id) = (app.services.leases(), id());
    let acquire = async |number, at| {
        leases.acquire(&id, Resource::Products, FIRST, &run(number), at).await.unwrap()
    };
    let Acquired::Lease(lease, None) = acquire(1, now()).await else { panic!("not free") };
    let progress = Checkpoint { next_page: 7, ..Checkpoint::begin(record(1), true) };
    assert!(leases.checkpoint(&lease, &progress, now()).await.unwrap());
    assert!(leases.hand_over(&lease, now()).await.unwrap());

    assert_eq!(acquire(2, after(300)).await, Acquired::HeldByOther);
    let Acquired::Lease(next, Some(checkpoint)) = acquire(1, after(300)).await else {
        panic!("the run cannot continue its own lease");
    };
    assert_eq!(*checkpoint, progress);
    assert!(next.fence > lease.fence);
    assert!(matches!(acquire(1, after(301)).await, Acquired::HeldBySelf(_)), "only once");
}

#[tokio::test]
async fn cursor_belongs_to_its_generation() {
    let app = InProcess::start().await;
    let (leases, id) = (app.services.leases(), id());
    let acquire = async |generation, number| {
        let run = run(number);
        leases.acquire(&id, Resource::Products, generation, &run, after(100)).await.unwrap()
    };
    let Acquired::Lease(lease, _) = acquire(FIRST, 1).await else { panic!("not free") };
    assert_eq!(lease.cursor, None);
    leases.release(&lease, Some(&done(record(1)))).await.unwrap();
    let Acquired::Lease(lease, _) = acquire(FIRST, 2).await else { panic!("not free") };
    let full_at = Some(after(1));
    let cursor = Cursor { generation: FIRST, until: after(1), full_at, swept_at: None };
    assert_eq!(lease.cursor.as_ref(), Some(&cursor));
    let changes = RunRecord { mode: Mode::Incremental, ..record(2) };
    leases.release(&lease, Some(&done(changes))).await.unwrap();
    let Acquired::Lease(lease, _) = acquire(FIRST, 3).await else { panic!("not free") };
    assert_eq!(lease.cursor.as_ref(), Some(&Cursor { until: after(2), ..cursor }));
    leases.release(&lease, None).await.unwrap();
    let Acquired::Lease(lease, _) = acquire(FIRST.next(), 4).await else { panic!("not free") };
    assert_eq!(lease.cursor, None);
}

#[tokio::test]
async fn uninstall_breaks_only_its_generations_leases() {
    let app = InProcess::start().await;
    let leases = app.services.leases();
    leases.break_all(&id(), FIRST).await.unwrap();
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await, [], "no row is created");

    let newer = FIRST.next();
    let lease = leases.acquire(&id(), Resource::Products, newer, &run(1), now()).await.unwrap();
    let Acquired::Lease(lease, _) = lease else { panic!("{lease:?}") };
    leases.break_all(&id(), FIRST).await.unwrap();
    assert!(leases.renew(&lease, after(1)).await.unwrap());
    leases.break_all(&id(), newer).await.unwrap();
    assert!(!leases.renew(&lease, after(1)).await.unwrap());
}

/// The outcome of a completed run.
fn done(record: RunRecord) -> Checkpoint {
    Checkpoint::begin(record, true)
}

fn record(number: u8) -> RunRecord {
    RunRecord {
        store_id: id(),
        generation: FIRST,
        run_id: run(number),
        resource: Resource::Products,
        mode: Mode::Full,
        status: RunStatus::Running,
        started_at: after(i64::from(number)),
        counts: Counts { seen: 4, written: 2, unchanged: 1, deleted: 0, quarantined: 1 },
        requests: 4,
        throttled: 0,
        waited_ms: 5,
        duration_ms: 6,
        reason: None,
        failure: None,
        missing_permissions: BTreeSet::new(),
        note: None,
    }
}

#[tokio::test]
async fn runs_are_listed_newest_first() {
    let app = InProcess::start().await;
    let runs = app.services.runs();
    for number in [2, 3, 1] {
        assert!(runs.put(&record(number), 1).await.unwrap());
    }
    let done = RunRecord { status: RunStatus::Completed, ..record(3) };
    assert!(runs.put(&done, 1).await.unwrap());
    assert_eq!(runs.latest(&id(), 2).await.unwrap(), [done, record(2)]);
    let days: BTreeSet<_> = rows(&app.dynamodb, &app.tables().sync_runs)
        .await
        .iter()
        .map(|row| row["day"].as_s().unwrap().clone())
        .collect();
    assert_eq!(days.into_iter().collect::<Vec<_>>(), ["2027-01-15"]);
    let ninety_days = 90 * 24 * 3600;
    for row in rows(&app.dynamodb, &app.tables().sync_runs).await {
        let kept = row["expires_at"].as_n().unwrap().parse::<i64>().unwrap() - now().as_second();
        assert!((ninety_days..ninety_days + 4).contains(&kept), "{kept}");
    }
}

#[tokio::test]
async fn pending_install_expires_after_fifteen_minutes() {
    let app = InProcess::start().await;
    let installs = app.services.installs();
    installs.begin("abc", &id(), now()).await.unwrap();
    installs.begin("abc", &id(), after(600)).await.unwrap();
    assert_eq!(installs.find("abc", after(899)).await.unwrap().unwrap().store_id, id());
    assert!(installs.find("abc", after(900)).await.unwrap().is_none());
    assert!(installs.find("abd", now()).await.unwrap().is_none());
}

#[tokio::test]
async fn replayed_signature_or_address_is_recognised() {
    let app = InProcess::start().await;
    let installs = app.services.installs();
    let observe = |digest, purpose| {
        let installs = installs.clone();
        async move { installs.observe(&[digest; 32], purpose, now()).await.unwrap() }
    };
    assert_eq!(observe(1, Purpose::Entry).await, Observation::First);
    assert_eq!(observe(1, Purpose::Entry).await, Observation::Again);
    assert_eq!(observe(1, Purpose::Uninstall).await, Observation::Elsewhere);
    assert_eq!(observe(2, Purpose::Uninstall).await, Observation::First);
    for row in rows(&app.dynamodb, &app.tables().installs).await {
        assert_eq!(row["expires_at"].as_n().unwrap(), &after(900).as_second().to_string());
    }
}
