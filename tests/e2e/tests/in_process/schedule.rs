//! The schedule: which stores are requested, when, and how often.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use e2e::{InProcess, PublishedEvent, body_of, status_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{
    Frequency, Generation, Opening, SCHEDULE_INTERVAL, Store, StoreId, SyncConfig,
    next_scheduled_run,
};
use shopcall_core::storage::{Due, keys};

const BEARER: [(&str, &str); 1] = [("authorization", "Bearer shopcall-bearer")];

fn id(name: &str) -> StoreId {
    format!("shoprenter:{name}").parse().unwrap()
}

fn every(frequency: Frequency) -> SyncConfig {
    SyncConfig { enabled: true, frequency }
}

/// A store that is set up and due now; ShopRenter does not know it and is not called.
async fn due_store(app: &InProcess, name: &str, sync: SyncConfig) -> StoreId {
    let (id, now) = (id(name), app.clock.now());
    let begin = |_: Option<&Store>| {
        let Opening::Begins(store) = Store::open(None, &id, now, None, now) else {
            panic!("not new")
        };
        let store = store.set_up_done(Generation(1), now).unwrap().configured(sync, now);
        (Some(store), ())
    };
    app.services.stores().change(&id, begin).await.unwrap();
    id
}

async fn due_stores(app: &InProcess, count: usize) {
    for number in 0..count {
        due_store(app, &format!("shop-{number}"), SyncConfig::default()).await;
    }
}

async fn due_at(app: &InProcess, id: &StoreId) -> Option<Timestamp> {
    app.services.stores().get(id).await.unwrap().unwrap().due_at
}

/// Syncs requested since the last call: store and resource.
fn asked(events: &[PublishedEvent]) -> Vec<(String, String)> {
    let syncs = events.iter().filter(|event| event.detail_type == "SyncRequested");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    syncs.map(|e| (text(&e.detail["store_id"]), text(&e.detail["resource"]))).collect()
}

fn run_ids(events: &[PublishedEvent]) -> Vec<&str> {
    events.iter().map(|event| event.detail["run_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn due_store_is_requested_and_rescheduled() {
    let app = InProcess::start().await;
    let id = due_store(&app, "demo", SyncConfig::default()).await;
    app.run_schedule().await.unwrap();
    let events = app.aws.take_events();
    let resources: Vec<_> = events.iter().map(|event| &event.detail["resource"]).collect();
    assert_eq!(resources, ["products", "orders", "customers"]);
    for event in &events {
        assert_eq!(event.detail["store_id"], "shoprenter:demo");
        assert_eq!(
            (&event.detail["generation"], &event.detail["mode"]),
            (&json!(1), &json!("auto"))
        );
    }
    assert_eq!(run_ids(&events).into_iter().collect::<BTreeSet<_>>().len(), 3);

    let now = app.clock.now();
    let next = due_at(&app, &id).await.unwrap();
    assert!(next > now && next <= now + SCHEDULE_INTERVAL / 2 + Frequency::Hourly.period());
    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn concurrent_schedules_request_each_store_once() {
    let app = InProcess::start().await;
    due_stores(&app, 60).await;
    let (one, two) = tokio::join!(app.run_schedule(), app.run_schedule());
    one.unwrap();
    two.unwrap();
    let asked = asked(&app.aws.take_events());
    assert_eq!(asked.len(), 180);
    assert_eq!(asked.into_iter().collect::<BTreeSet<_>>().len(), 180);
}

#[tokio::test]
async fn stores_are_requested_at_their_chosen_frequency() {
    let app = InProcess::start().await;
    let expected = [
        ("quarter", Frequency::QuarterHourly, 96),
        ("half", Frequency::HalfHourly, 48),
        ("hour", Frequency::Hourly, 24),
        ("six", Frequency::SixHourly, 4),
        ("day", Frequency::Daily, 1),
    ];
    for (name, frequency, _) in expected {
        due_store(&app, name, every(frequency)).await;
    }
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    // The first scheduled run finds all of them due, whatever their time: the second day counts.
    for _ in 0..97 {
        app.run_schedule().await.unwrap();
        app.clock.advance(SCHEDULE_INTERVAL);
    }
    app.aws.take_events();
    for _ in 0..96 {
        app.run_schedule().await.unwrap();
        app.clock.advance(SCHEDULE_INTERVAL);
        for (store, resource) in asked(&app.aws.take_events()) {
            *times.entry(store).or_default() += u32::from(resource == "orders");
        }
    }
    // The test itself takes some seconds, so its day is a little longer than one.
    for (name, _, count) in expected {
        let times = times.get(&id(name).to_string()).copied().unwrap_or(0);
        assert!((count..=count + 1).contains(&times), "{name}: {times} times");
    }
}

#[tokio::test]
async fn hourly_stores_are_spread_over_scheduled_runs() {
    let app = InProcess::start().await;
    due_stores(&app, 100).await;
    app.run_schedule().await.unwrap();
    app.aws.take_events();
    // No store is requested twice within half an interval: the hour begins and ends mid-interval.
    let mut stores = BTreeSet::new();
    for _ in 0..5 {
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
        let asked = asked(&app.aws.take_events());
        let count = asked.len() / 3;
        assert!((5..=50).contains(&count), "{count} of 100 stores in one scheduled run");
        stores.extend(asked.into_iter().map(|(store, _)| store));
    }
    assert_eq!(stores.len(), 100);
}

#[tokio::test]
async fn disabled_store_is_skipped_until_enabled() {
    let app = InProcess::start().await;
    let id = due_store(&app, "demo", SyncConfig::default()).await;
    let configure = async |enabled| {
        let sync = SyncConfig { enabled, ..SyncConfig::default() };
        let now = app.clock.now();
        let change = |known: Option<&Store>| (known.map(|store| store.configured(sync, now)), ());
        app.services.stores().change(&id, change).await.unwrap();
    };
    configure(false).await;
    for _ in 0..8 {
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
    }
    assert_eq!(app.aws.take_events(), []);
    configure(true).await;
    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events().len(), 3);
}

#[tokio::test]
async fn store_not_due_costs_nothing() {
    let app = InProcess::start().await;
    due_stores(&app, 30).await;
    app.run_schedule().await.unwrap();
    app.aws.take_usage();
    app.run_schedule().await.unwrap();
    let usage = app.aws.take_usage();
    let shards = keys::due_shards().count() as u64;
    assert_eq!((usage.calls_of("Query"), usage.total_calls()), (shards, shards), "{usage:?}");
}

#[tokio::test]
async fn due_store_costs_two_writes_three_events() {
    let app = InProcess::start().await;
    due_stores(&app, 50).await;
    app.aws.take_usage();
    app.run_schedule().await.unwrap();
    let usage = app.aws.take_usage();
    assert_eq!(usage.calls_of("UpdateItem"), 100);
    let others = usage.total_calls() - 100 - usage.calls_of("PutEvents");
    assert_eq!(others, keys::due_shards().count() as u64, "{usage:?}");
}

#[tokio::test]
async fn only_refused_events_are_republished() {
    let app = InProcess::start().await;
    due_stores(&app, 20).await;
    app.aws.refuse_events(7);
    app.run_schedule().await.unwrap();
    assert_eq!(asked(&app.aws.take_events()).len(), 60);
}

#[tokio::test]
async fn unpublished_runs_are_requested_again_unchanged() {
    let app = InProcess::start().await;
    let id = due_store(&app, "demo", SyncConfig::default()).await;
    let before = due_at(&app, &id).await;
    // Five rounds of three events: the last round publishes one.
    app.aws.refuse_events(14);
    app.run_schedule().await.unwrap_err();
    let first = app.aws.take_events();
    assert_eq!(first.len(), 1);
    assert_eq!(due_at(&app, &id).await, before, "the due time is unchanged");

    app.run_schedule().await.unwrap();
    let again = app.aws.take_events();
    assert_eq!(again.len(), 3);
    assert!(again.contains(&first[0]), "{again:?} has not {:?}", first[0]);
}

#[tokio::test]
async fn crash_before_publishing_delays_store_one_interval() {
    let app = InProcess::start().await;
    let store_id = due_store(&app, "demo", SyncConfig::default()).await;
    let due = Due { due_at: due_at(&app, &store_id).await.unwrap(), store_id };
    let claimed =
        app.services.due().claim(&due, next_scheduled_run(app.clock.now())).await.unwrap();
    assert!(claimed.is_some());

    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events(), [], "the first schedule may still be running");
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    assert_eq!(app.aws.take_events().len(), 3);
}

#[tokio::test]
async fn long_scheduled_run_continues_in_further_invocations() {
    let app = InProcess::start().await;
    due_stores(&app, 200).await;
    app.run_schedule_within(Duration::ZERO).await.unwrap();
    let mut syncs = Vec::new();
    let mut invocations = 1;
    loop {
        let events = app.aws.take_events();
        syncs.extend(asked(&events));
        let mut rest = events.iter().filter(|event| event.detail_type == "ScheduleContinued");
        let Some(event) = rest.next() else { break };
        assert_eq!(rest.next(), None);
        invocations += 1;
        assert!(invocations < 20, "the schedule does not end");
        app.sync_within(event, Duration::ZERO).await.unwrap();
    }
    assert!(invocations > 2, "{invocations} invocations");
    assert_eq!(syncs.len(), 600);
    assert_eq!(syncs.into_iter().collect::<BTreeSet<_>>().len(), 600);
}

#[tokio::test]
async fn operator_can_start_a_scheduled_run() {
    let app = InProcess::start().await;
    due_stores(&app, 2).await;
    assert_eq!(status_of(&app.post_scheduled(&[]).await), 401);
    assert_eq!(app.aws.take_events(), []);
    let answer = app.post_scheduled(&BEARER).await;
    assert_eq!(status_of(&answer), 200);
    let body: Value = serde_json::from_str(body_of(&answer)).unwrap();
    assert_eq!(body, json!({ "stores": 2, "events": 6, "continued": false }));
    assert_eq!(app.aws.take_events().len(), 6);

    due_store(&app, "one-more", SyncConfig::default()).await;
    app.aws.refuse_events(usize::MAX);
    assert_eq!(status_of(&app.post_scheduled(&BEARER).await), 503);
}

#[tokio::test]
async fn concurrent_store_changes_are_all_kept() {
    let app = InProcess::start().await;
    due_stores(&app, 30).await;
    let stores = app.services.stores();
    let configure = async {
        for number in 0..30 {
            let now = app.clock.now();
            let daily = |known: Option<&Store>| {
                (known.map(|store| store.configured(every(Frequency::Daily), now)), ())
            };
            stores.change(&id(&format!("shop-{number}")), daily).await.unwrap();
        }
    };
    let (beat, ()) = tokio::join!(app.run_schedule(), configure);
    beat.unwrap();
    assert_eq!(asked(&app.aws.take_events()).len(), 90);
    for number in 0..30 {
        let store = stores.get(&id(&format!("shop-{number}"))).await.unwrap().unwrap();
        assert_eq!(store.sync, every(Frequency::Daily));
        let latest = app.clock.now() + SignedDuration::from_hours(25);
        assert!(store.due_at.is_some_and(|due| due > app.clock.now() && due < latest), "{store:?}");
    }
}
