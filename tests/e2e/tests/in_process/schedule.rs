//! The schedule: which stores are asked for, when, and how often.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use e2e::{InProcess, PublishedEvent, body_of, status_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{
    BEAT, Frequency, Generation, Opening, Store, StoreId, SyncConfig, next_beat,
};
use shopcall_core::storage::{Due, keys};

const BEARER: [(&str, &str); 1] = [("authorization", "Bearer shopcall-bearer")];

fn id(name: &str) -> StoreId {
    format!("shoprenter:{name}").parse().unwrap()
}

fn every(frequency: Frequency) -> SyncConfig {
    SyncConfig { enabled: true, frequency }
}

/// A store that is set up and due now; ShopRenter knows nothing of it, nor is it asked.
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

/// The syncs that were asked for since the last time: of which store, and of what.
fn asked(events: &[PublishedEvent]) -> Vec<(String, String)> {
    let syncs = events.iter().filter(|event| event.detail_type == "SyncRequested");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    syncs.map(|e| (text(&e.detail["store_id"]), text(&e.detail["resource"]))).collect()
}

fn run_ids(events: &[PublishedEvent]) -> Vec<&str> {
    events.iter().map(|event| event.detail["run_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_store_that_is_due_is_asked_for_all_its_records_and_then_at_its_next_time() {
    let app = InProcess::start().await;
    let id = due_store(&app, "demo", SyncConfig::default()).await;
    app.beat().await.unwrap();
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
    assert!(next > now && next <= now + BEAT / 2 + Frequency::Hourly.period());
    app.beat().await.unwrap();
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn two_schedules_at_once_ask_for_each_store_once() {
    let app = InProcess::start().await;
    due_stores(&app, 60).await;
    let (one, two) = tokio::join!(app.beat(), app.beat());
    one.unwrap();
    two.unwrap();
    let asked = asked(&app.aws.take_events());
    assert_eq!(asked.len(), 180);
    assert_eq!(asked.into_iter().collect::<BTreeSet<_>>().len(), 180);
}

#[tokio::test]
async fn each_store_is_asked_for_as_often_as_was_chosen() {
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
    // The first beat finds all of them due, whatever their time: the second day counts.
    for _ in 0..97 {
        app.beat().await.unwrap();
        app.clock.advance(BEAT);
    }
    app.aws.take_events();
    for _ in 0..96 {
        app.beat().await.unwrap();
        app.clock.advance(BEAT);
        for (store, resource) in asked(&app.aws.take_events()) {
            *times.entry(store).or_default() += u32::from(resource == "orders");
        }
    }
    // The test takes some seconds of its own, so that its day is a little longer than one.
    for (name, _, count) in expected {
        let times = times.get(&id(name).to_string()).copied().unwrap_or(0);
        assert!((count..=count + 1).contains(&times), "{name}: {times} times");
    }
}

#[tokio::test]
async fn the_stores_of_an_hour_are_spread_over_its_beats() {
    let app = InProcess::start().await;
    due_stores(&app, 100).await;
    app.beat().await.unwrap();
    app.aws.take_events();
    // Nobody is asked for again within half a beat: the hour begins and ends in the midst of one.
    let mut stores = BTreeSet::new();
    for _ in 0..5 {
        app.clock.advance(BEAT);
        app.beat().await.unwrap();
        let asked = asked(&app.aws.take_events());
        let count = asked.len() / 3;
        assert!((5..=50).contains(&count), "{count} of 100 stores at one beat");
        stores.extend(asked.into_iter().map(|(store, _)| store));
    }
    assert_eq!(stores.len(), 100);
}

#[tokio::test]
async fn what_is_switched_off_is_left_alone_until_it_is_switched_on() {
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
        app.clock.advance(BEAT);
        app.beat().await.unwrap();
    }
    assert_eq!(app.aws.take_events(), []);
    configure(true).await;
    app.beat().await.unwrap();
    assert_eq!(app.aws.take_events().len(), 3);
}

#[tokio::test]
async fn a_store_that_is_not_due_costs_nothing() {
    let app = InProcess::start().await;
    due_stores(&app, 30).await;
    app.beat().await.unwrap();
    app.aws.take_usage();
    app.beat().await.unwrap();
    let usage = app.aws.take_usage();
    let shards = keys::due_shards().count() as u64;
    assert_eq!((usage.calls_of("Query"), usage.total_calls()), (shards, shards), "{usage:?}");
}

#[tokio::test]
async fn each_due_store_is_two_small_writes_and_its_three_events() {
    let app = InProcess::start().await;
    due_stores(&app, 50).await;
    app.aws.take_usage();
    app.beat().await.unwrap();
    let usage = app.aws.take_usage();
    assert_eq!(usage.calls_of("UpdateItem"), 100);
    let others = usage.total_calls() - 100 - usage.calls_of("PutEvents");
    assert_eq!(others, keys::due_shards().count() as u64, "{usage:?}");
}

#[tokio::test]
async fn events_that_the_bus_refuses_at_first_are_said_again_and_only_those() {
    let app = InProcess::start().await;
    due_stores(&app, 20).await;
    app.aws.refuse_events(7);
    app.beat().await.unwrap();
    assert_eq!(asked(&app.aws.take_events()).len(), 60);
}

#[tokio::test]
async fn what_the_bus_does_not_take_is_asked_for_again_as_the_same_runs() {
    let app = InProcess::start().await;
    let id = due_store(&app, "demo", SyncConfig::default()).await;
    let before = due_at(&app, &id).await;
    // Five rounds of three events: the last round brings one through.
    app.aws.refuse_events(14);
    app.beat().await.unwrap_err();
    let first = app.aws.take_events();
    assert_eq!(first.len(), 1);
    assert_eq!(due_at(&app, &id).await, before, "it is as due as it was");

    app.beat().await.unwrap();
    let again = app.aws.take_events();
    assert_eq!(again.len(), 3);
    assert!(again.contains(&first[0]), "{again:?} has not {:?}", first[0]);
}

#[tokio::test]
async fn a_schedule_that_dies_before_the_bus_has_heard_costs_a_store_one_beat() {
    let app = InProcess::start().await;
    let store_id = due_store(&app, "demo", SyncConfig::default()).await;
    let due = Due { due_at: due_at(&app, &store_id).await.unwrap(), store_id };
    let claimed = app.services.due().claim(&due, next_beat(app.clock.now())).await.unwrap();
    assert!(claimed.is_some());

    app.beat().await.unwrap();
    assert_eq!(app.aws.take_events(), [], "it may be at work still");
    app.clock.advance(BEAT);
    app.beat().await.unwrap();
    assert_eq!(app.aws.take_events().len(), 3);
}

#[tokio::test]
async fn a_beat_too_long_for_one_invocation_goes_on_in_others() {
    let app = InProcess::start().await;
    due_stores(&app, 200).await;
    app.beat_within(Duration::ZERO).await.unwrap();
    let mut syncs = Vec::new();
    let mut invocations = 1;
    loop {
        let events = app.aws.take_events();
        syncs.extend(asked(&events));
        let mut rest = events.iter().filter(|event| event.detail_type == "ScheduleContinued");
        let Some(event) = rest.next() else { break };
        assert_eq!(rest.next(), None);
        invocations += 1;
        assert!(invocations < 20, "it does not end");
        app.sync_within(event, Duration::ZERO).await.unwrap();
    }
    assert!(invocations > 2, "{invocations} invocations");
    assert_eq!(syncs.len(), 600);
    assert_eq!(syncs.into_iter().collect::<BTreeSet<_>>().len(), 600);
}

#[tokio::test]
async fn an_operator_can_have_a_beat_now() {
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
async fn what_changes_a_store_at_the_same_time_loses_nothing_and_is_not_lost() {
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
    let (beat, ()) = tokio::join!(app.beat(), configure);
    beat.unwrap();
    assert_eq!(asked(&app.aws.take_events()).len(), 90);
    for number in 0..30 {
        let store = stores.get(&id(&format!("shop-{number}"))).await.unwrap().unwrap();
        assert_eq!(store.sync, every(Frequency::Daily));
        let latest = app.clock.now() + SignedDuration::from_hours(25);
        assert!(store.due_at.is_some_and(|due| due > app.clock.now() && due < latest), "{store:?}");
    }
}
