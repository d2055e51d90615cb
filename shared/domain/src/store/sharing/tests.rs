use proptest::prelude::*;

use super::*;
use crate::store::{Attention, Opening, Uninstall};
use crate::{BEAT, Frequency, StoreId, SyncConfig};

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

/// Settled at the beat of second 0: its next sync is about a day away.
fn daily() -> Store {
    let sync = SyncConfig { enabled: true, frequency: Frequency::Daily };
    let store = Store { due_at: None, ..set_up().configured(sync, at(0)) };
    Store { due_at: store.due_after(at(0)), ..store }
}

fn off() -> SyncConfig {
    SyncConfig { enabled: false, frequency: Frequency::Hourly }
}

fn withheld(store: &Store, resource: Resource, second: i64) -> Store {
    store.withhold(resource, at(second)).unwrap()
}

#[test]
fn a_store_shares_everything_and_its_row_says_nothing_of_it() {
    let store = set_up();
    assert!(Resource::ALL.into_iter().all(|resource| store.shares(resource)));
    assert_eq!(serde_json::to_value(&store).unwrap().get("withheld"), None);
    let less = withheld(&store, Resource::Orders, 10);
    let more = less.share(Resource::Orders, at(20)).unwrap();
    assert_eq!(serde_json::to_value(&more).unwrap().get("withheld"), None);
}

#[test]
fn what_is_withheld_is_not_scheduled_and_stands_in_the_row_under_its_name() {
    let less = withheld(&set_up(), Resource::Orders, 10);
    let row = serde_json::to_value(&less).unwrap();
    assert_eq!(row["withheld"]["orders"]["erased"], false);
    assert_eq!(serde_json::from_value::<Store>(row).unwrap(), less);
    let scheduled: Vec<_> = less.scheduled_resources().collect();
    assert_eq!(scheduled, [Resource::Products, Resource::Customers]);
}

#[test]
fn a_choice_that_is_made_already_changes_nothing() {
    let store = set_up();
    assert_eq!(store.share(Resource::Orders, at(10)), None);
    let less = withheld(&store, Resource::Orders, 10);
    let gone = less.erasing_ended(FIRST, Resource::Orders, at(130)).unwrap();
    assert_eq!(gone.withhold(Resource::Orders, at(140)), None);
}

#[test]
fn an_erasing_counts_if_it_began_two_minutes_after_the_choice_or_later() {
    let less = withheld(&set_up(), Resource::Orders, 10);
    assert_eq!(less.erasing_ended(FIRST, Resource::Orders, at(129)), None);
    assert_eq!(less.erasing_ended(Generation(2), Resource::Orders, at(130)), None);
    assert_eq!(less.erasing_ended(FIRST, Resource::Products, at(130)), None);
    let gone = less.erasing_ended(FIRST, Resource::Orders, at(130)).unwrap();
    assert_eq!((less.to_be_erased().count(), gone.to_be_erased().count()), (1, 0));
    assert_eq!(gone.erasing_ended(FIRST, Resource::Orders, at(140)), None);
}

#[test]
fn what_is_withheld_once_more_before_it_is_erased_has_to_be_erased_later() {
    let twice = withheld(&withheld(&set_up(), Resource::Orders, 10), Resource::Orders, 100);
    assert_eq!(twice.erasing_ended(FIRST, Resource::Orders, at(219)), None);
    assert!(twice.erasing_ended(FIRST, Resource::Orders, at(220)).is_some());
}

#[test]
fn an_erasing_from_before_the_resource_was_shared_again_does_not_count() {
    let shared = withheld(&set_up(), Resource::Orders, 10).share(Resource::Orders, at(200));
    let again = withheld(&shared.unwrap(), Resource::Orders, 210);
    assert_eq!(again.erasing_ended(FIRST, Resource::Orders, at(180)), None);
}

#[test]
fn a_store_is_due_at_each_beat_until_the_erasing_is_confirmed() {
    for store in [daily(), daily().configured(off(), at(5))] {
        let less = withheld(&store, Resource::Customers, 10);
        assert_eq!(less.due_at, Some(at(130)));
        assert_eq!(less.due_after(at(900)), Some(at(900) + BEAT));
        let gone = less.erasing_ended(FIRST, Resource::Customers, at(900)).unwrap();
        assert_eq!(gone.due_after(at(900)), store.due_after(at(900)));
    }
}

#[test]
fn a_store_that_is_switched_off_is_not_due_once_everything_is_erased() {
    let less = withheld(&set_up().configured(off(), at(5)), Resource::Customers, 10);
    assert_eq!((less.due_at, less.next_sync_at()), (Some(at(130)), None));
    let gone = less.erasing_ended(FIRST, Resource::Customers, at(900)).unwrap();
    assert_eq!(gone.due_at, None);
    assert_eq!(less.share(Resource::Customers, at(20)).unwrap().due_at, None);
}

#[test]
fn a_trouble_or_another_frequency_does_not_put_an_erasing_off() {
    let less = withheld(&daily(), Resource::Orders, 10);
    assert_eq!(less.configured(off(), at(20)).due_at, less.due_at);
    let trouble = |store: &Store, second| {
        store.needs_attention(FIRST, Attention::ClientRefused, at(second)).unwrap()
    };
    let paused = trouble(&trouble(&less, 20), 1000);
    assert!(paused.paused);
    assert_eq!((paused.due_at, paused.next_sync_at()), (less.due_at, None));
}

#[test]
fn what_is_shared_again_is_due_at_the_next_beat() {
    let less = withheld(&daily(), Resource::Orders, 10);
    let gone = less.erasing_ended(FIRST, Resource::Orders, at(900)).unwrap();
    let settled = Store { due_at: gone.due_after(at(900)), ..gone };
    let shared = settled.share(Resource::Orders, at(1000)).unwrap();
    assert_eq!(shared.next_sync_at(), Some(at(1000)));
}

#[test]
fn what_was_withheld_is_withheld_after_a_reinstall() {
    let less = withheld(&set_up(), Resource::Orders, 10);
    let gone = less.erasing_ended(FIRST, Resource::Orders, at(900)).unwrap();
    for (before, due_at) in [(&less, Some(at(2000))), (&gone, None)] {
        let again = opened(Some(&uninstalled(before, 1000)), 2000);
        assert_eq!(again.generation, Generation(2));
        assert_eq!((&again.withheld, again.due_at), (&before.withheld, due_at));
    }
}

#[test]
fn the_end_of_an_erasing_does_not_put_a_purge_off() {
    let gone = uninstalled(&withheld(&set_up(), Resource::Orders, 10), 20);
    assert_eq!(gone.erasing_ended(FIRST, Resource::Orders, at(900)), None);
    assert_eq!(gone.withhold(Resource::Products, at(30)), None);
    assert_eq!(gone.share(Resource::Orders, at(30)), None);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Withhold(Resource),
    Share(Resource),
    Erased(Resource, i64),
    Beat,
    Configure(bool),
    Trouble,
    Reinstall,
    SetUp,
}

fn step() -> impl Strategy<Value = Step> {
    let resource = prop::sample::select(Resource::ALL.to_vec());
    prop_oneof![
        resource.clone().prop_map(Step::Withhold),
        resource.clone().prop_map(Step::Share),
        (resource, 0i64..400).prop_map(|(resource, ago)| Step::Erased(resource, ago)),
        Just(Step::Beat),
        any::<bool>().prop_map(Step::Configure),
        Just(Step::Trouble),
        Just(Step::Reinstall),
        Just(Step::SetUp),
    ]
}

fn after(store: &Store, step: Step, second: i64) -> Option<Store> {
    let (now, generation) = (at(second), store.generation);
    match step {
        Step::Withhold(resource) => store.withhold(resource, now),
        Step::Share(resource) => store.share(resource, now),
        Step::Erased(resource, ago) => store.erasing_ended(generation, resource, at(second - ago)),
        Step::Beat => Some(Store { due_at: store.due_after(now), ..store.clone() }),
        Step::Configure(enabled) => {
            Some(store.configured(SyncConfig { enabled, ..SyncConfig::default() }, now))
        }
        Step::Trouble => store.needs_attention(generation, Attention::ClientRefused, now),
        Step::Reinstall => Some(opened(Some(&uninstalled(store, second)), second + 1)),
        Step::SetUp => store.set_up_done(generation, now),
    }
}

proptest! {
    /// Whatever else happens to a store: what the merchant chose last holds, what is not erased
    /// makes it due, and only an erasing that began late enough ends that.
    #[test]
    fn the_last_choice_holds_and_is_carried_out(
        steps in proptest::collection::vec((step(), 1i64..600), 1..40)
    ) {
        let (mut store, mut second) = (set_up(), 0);
        for (step, pause) in steps {
            second += pause + 2;
            let before = store.clone();
            store = after(&store, step, second).unwrap_or(store);
            for resource in Resource::ALL {
                let chosen = match step {
                    Step::Withhold(of) if of == resource => false,
                    Step::Share(of) if of == resource => true,
                    _ => before.shares(resource),
                };
                prop_assert_eq!(store.shares(resource), chosen);
                let is_erased = |store: &Store| store.withheld.get(&resource).map(|it| it.erased);
                if is_erased(&store) == Some(true) && is_erased(&before) != Some(true) {
                    let Step::Erased(_, ago) = step else { panic!("{step:?}") };
                    let since = before.withheld[&resource].since;
                    prop_assert!(at(second - ago) >= since + CONFIRMED_AFTER);
                }
            }
            if store.to_be_erased().next().is_some() {
                prop_assert!(store.due_at.is_some_and(|due| due <= at(second) + BEAT), "{step:?}");
            }
        }
    }
}
