use proptest::prelude::*;

use super::*;
use crate::store::{Attention, Opening, Uninstall};
use crate::{Frequency, SCHEDULE_INTERVAL, StoreId, SyncConfig};

const FIRST: Generation = Generation(1);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn opened(known: Option<&Store>, second: i64) -> Store {
    let id: StoreId = "platform:demo".parse().unwrap();
    match Store::open(known, &id, at(second), None, at(second)) {
        Opening::Begins(store) | Opening::Continues(store) => store,
        Opening::Outdated => panic!("outdated"),
    }
}

fn set_up() -> Store {
    opened(None, 0).set_up_done(FIRST, at(0)).unwrap()
}

fn uninstalled(store: &Store, second: i64) -> Store {
    match store.uninstall(at(second)) {
        Uninstall::Ends(store) | Uninstall::AlreadyEnded(store) => store,
        Uninstall::Outdated => panic!("outdated"),
    }
}

/// A daily store after the scheduled run of second 0: its next sync is about a day away.
fn daily() -> Store {
    let sync = SyncConfig { enabled: true, frequency: Frequency::Daily };
    let store = Store { due_at: None, ..set_up().configured(sync, at(0)) };
    Store { due_at: store.due_after(at(0)), ..store }
}

fn off() -> SyncConfig {
    SyncConfig { enabled: false, frequency: Frequency::Hourly }
}

fn not_shared(store: &Store, resource: Resource, second: i64) -> Store {
    store.stop_sharing(resource, at(second)).unwrap()
}

#[test]
fn store_sharing_everything_has_no_withheld_field() {
    let store = set_up();
    assert!(Resource::ALL.into_iter().all(|resource| store.shares(resource)));
    assert_eq!(serde_json::to_value(&store).unwrap().get("withheld"), None);
    let less = not_shared(&store, Resource::Orders, 10);
    let more = less.share(Resource::Orders, at(20)).unwrap();
    assert_eq!(serde_json::to_value(&more).unwrap().get("withheld"), None);
}

#[test]
fn not_shared_resource_is_stored_and_not_scheduled() {
    let less = not_shared(&set_up(), Resource::Orders, 10);
    let row = serde_json::to_value(&less).unwrap();
    assert_eq!(row["withheld"]["orders"]["erased"], false);
    assert_eq!(serde_json::from_value::<Store>(row).unwrap(), less);
    let scheduled: Vec<_> = less.scheduled_resources().collect();
    assert_eq!(scheduled, [Resource::Products, Resource::Customers]);
}

#[test]
fn repeated_choice_changes_nothing() {
    let store = set_up();
    assert_eq!(store.share(Resource::Orders, at(10)), None);
    let less = not_shared(&store, Resource::Orders, 10);
    let erased = less.erasing_ended(FIRST, Resource::Orders, at(130)).unwrap();
    assert_eq!(erased.stop_sharing(Resource::Orders, at(140)), None);
}

#[test]
fn erasure_counts_from_two_minutes_after_choice() {
    let less = not_shared(&set_up(), Resource::Orders, 10);
    assert_eq!(less.erasing_ended(FIRST, Resource::Orders, at(129)), None);
    assert_eq!(less.erasing_ended(Generation(2), Resource::Orders, at(130)), None);
    assert_eq!(less.erasing_ended(FIRST, Resource::Products, at(130)), None);
    let erased = less.erasing_ended(FIRST, Resource::Orders, at(130)).unwrap();
    assert_eq!((less.to_be_erased().count(), erased.to_be_erased().count()), (1, 0));
    assert_eq!(erased.erasing_ended(FIRST, Resource::Orders, at(140)), None);
}

#[test]
fn repeated_choice_delays_erasure_confirmation() {
    let twice = not_shared(&not_shared(&set_up(), Resource::Orders, 10), Resource::Orders, 100);
    assert_eq!(twice.erasing_ended(FIRST, Resource::Orders, at(219)), None);
    assert!(twice.erasing_ended(FIRST, Resource::Orders, at(220)).is_some());
}

#[test]
fn erasure_before_sharing_again_does_not_count() {
    let shared = not_shared(&set_up(), Resource::Orders, 10).share(Resource::Orders, at(200));
    let again = not_shared(&shared.unwrap(), Resource::Orders, 210);
    assert_eq!(again.erasing_ended(FIRST, Resource::Orders, at(180)), None);
}

#[test]
fn store_stays_due_until_erasure_is_confirmed() {
    for store in [daily(), daily().configured(off(), at(5))] {
        let less = not_shared(&store, Resource::Customers, 10);
        assert_eq!(less.due_at, Some(at(130)));
        assert_eq!(less.due_after(at(900)), Some(at(900) + SCHEDULE_INTERVAL));
        let erased = less.erasing_ended(FIRST, Resource::Customers, at(900)).unwrap();
        assert_eq!(erased.due_after(at(900)), store.due_after(at(900)));
    }
}

#[test]
fn switched_off_store_is_not_due_after_erasure() {
    let less = not_shared(&set_up().configured(off(), at(5)), Resource::Customers, 10);
    assert_eq!((less.due_at, less.next_sync_at()), (Some(at(130)), None));
    let erased = less.erasing_ended(FIRST, Resource::Customers, at(900)).unwrap();
    assert_eq!(erased.due_at, None);
    assert_eq!(less.share(Resource::Customers, at(20)).unwrap().due_at, None);
}

#[test]
fn attention_or_frequency_does_not_postpone_erasure() {
    let less = not_shared(&daily(), Resource::Orders, 10);
    assert_eq!(less.configured(off(), at(20)).due_at, less.due_at);
    let refused = |store: &Store, second| {
        store.needs_attention(FIRST, Attention::ClientRefused, at(second)).unwrap()
    };
    let paused = refused(&refused(&less, 20), 1000);
    assert!(paused.paused);
    assert_eq!((paused.due_at, paused.next_sync_at()), (less.due_at, None));
}

#[test]
fn resource_shared_again_is_due_at_once() {
    let less = not_shared(&daily(), Resource::Orders, 10);
    let erased = less.erasing_ended(FIRST, Resource::Orders, at(900)).unwrap();
    let settled = Store { due_at: erased.due_after(at(900)), ..erased };
    let shared = settled.share(Resource::Orders, at(1000)).unwrap();
    assert_eq!(shared.next_sync_at(), Some(at(1000)));
}

#[test]
fn not_shared_outlives_reinstall() {
    let less = not_shared(&set_up(), Resource::Orders, 10);
    let erased = less.erasing_ended(FIRST, Resource::Orders, at(900)).unwrap();
    for (before, due_at) in [(&less, Some(at(2000))), (&erased, None)] {
        let again = opened(Some(&uninstalled(before, 1000)), 2000);
        assert_eq!(again.generation, Generation(2));
        assert_eq!((&again.not_shared, again.due_at), (&before.not_shared, due_at));
    }
}

#[test]
fn sharing_changes_nothing_after_uninstall() {
    let ended = uninstalled(&not_shared(&set_up(), Resource::Orders, 10), 20);
    assert_eq!(ended.erasing_ended(FIRST, Resource::Orders, at(900)), None);
    assert_eq!(ended.stop_sharing(Resource::Products, at(30)), None);
    assert_eq!(ended.share(Resource::Orders, at(30)), None);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    StopSharing(Resource),
    Share(Resource),
    Erased(Resource, i64),
    ScheduledRun,
    Configure(bool),
    Attention,
    Reinstall,
    SetUp,
}

fn step() -> impl Strategy<Value = Step> {
    let resource = prop::sample::select(Resource::ALL.to_vec());
    prop_oneof![
        resource.clone().prop_map(Step::StopSharing),
        resource.clone().prop_map(Step::Share),
        (resource, 0i64..400).prop_map(|(resource, ago)| Step::Erased(resource, ago)),
        Just(Step::ScheduledRun),
        any::<bool>().prop_map(Step::Configure),
        Just(Step::Attention),
        Just(Step::Reinstall),
        Just(Step::SetUp),
    ]
}

fn after(store: &Store, step: Step, second: i64) -> Option<Store> {
    let (now, generation) = (at(second), store.generation);
    match step {
        Step::StopSharing(resource) => store.stop_sharing(resource, now),
        Step::Share(resource) => store.share(resource, now),
        Step::Erased(resource, ago) => store.erasing_ended(generation, resource, at(second - ago)),
        Step::ScheduledRun => Some(Store { due_at: store.due_after(now), ..store.clone() }),
        Step::Configure(enabled) => {
            Some(store.configured(SyncConfig { enabled, ..SyncConfig::default() }, now))
        }
        Step::Attention => store.needs_attention(generation, Attention::ClientRefused, now),
        Step::Reinstall => Some(opened(Some(&uninstalled(store, second)), second + 1)),
        Step::SetUp => store.set_up_done(generation, now),
    }
}

proptest! {
    /// After any sequence of steps: the merchant's last choice applies, a pending erasure keeps the
    /// store due, and only an erasure that began late enough confirms it.
    #[test]
    fn last_choice_applies_and_is_carried_out(
        steps in proptest::collection::vec((step(), 1i64..600), 1..40)
    ) {
        let (mut store, mut second) = (set_up(), 0);
        for (step, pause) in steps {
            second += pause + 2;
            let before = store.clone();
            store = after(&store, step, second).unwrap_or(store);
            for resource in Resource::ALL {
                let chosen = match step {
                    Step::StopSharing(of) if of == resource => false,
                    Step::Share(of) if of == resource => true,
                    _ => before.shares(resource),
                };
                prop_assert_eq!(store.shares(resource), chosen);
                let is_erased = |store: &Store| store.not_shared.get(&resource).map(|it| it.erased);
                if is_erased(&store) == Some(true) && is_erased(&before) != Some(true) {
                    let Step::Erased(_, ago) = step else { panic!("{step:?}") };
                    let since = before.not_shared[&resource].since;
                    prop_assert!(at(second - ago) >= since + CONFIRMED_AFTER);
                }
            }
            if store.to_be_erased().next().is_some() {
                prop_assert!(store.due_at.is_some_and(|due| due <= at(second) + SCHEDULE_INTERVAL), "{step:?}");
            }
        }
    }
}
