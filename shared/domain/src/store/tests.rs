use super::*;
use crate::{Frequency, SCHEDULE_INTERVAL};
use proptest::prelude::*;

fn id() -> StoreId {
    "platform:demo".parse().unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn opened(known: Option<&Store>, second: i64) -> Store {
    match Store::open(known, &id(), at(second), None, at(second)) {
        Opening::Begins(store) | Opening::Continues(store) => store,
        Opening::Outdated => panic!("outdated"),
    }
}

fn uninstalled(store: &Store, second: i64) -> Store {
    match store.uninstall(at(second)) {
        Uninstall::Ends(store) => store,
        other => panic!("{other:?}"),
    }
}

#[test]
fn later_opening_only_updates_opened_at() {
    let store = opened(None, 0);
    let again = opened(Some(&store), 60);
    assert_eq!(again, Store { opened_at: at(60), ..store });
    assert_eq!(opened(Some(&again), 30), again);
}

#[test]
fn permissions_done_without_are_those_of_the_last_run() {
    let store = opened(None, 0).set_up_done(Generation(1), at(0)).unwrap();
    let settings = BTreeSet::from(["settings:read".to_owned()]);
    let none = BTreeSet::new();
    let read = |store: &Store, resource, ungranted| {
        store.was_read(Generation(1), resource, ungranted, at(9))
    };
    assert_eq!(read(&store, Resource::Orders, &none), None);
    let without = read(&store, Resource::Orders, &settings).unwrap();
    assert_eq!(without.ungranted, [(Resource::Orders, settings.clone())].into());
    assert_eq!(read(&without, Resource::Orders, &settings), None);
    assert_eq!(read(&without, Resource::Products, &none), None);
    assert_eq!(without.was_read(Generation(2), Resource::Orders, &none, at(9)), None);
    assert_eq!(read(&without, Resource::Orders, &none), Some(store));
}

#[test]
fn lost_uninstall_binds_store_to_latest_install() {
    let store = Store { sr_install: Some("a".to_owned()), ..opened(None, 0) };
    let by = |sr_install| match Store::open(Some(&store), &id(), at(9), sr_install, at(9)) {
        Opening::Continues(store) => store.sr_install,
        other => panic!("{other:?}"),
    };
    assert_eq!((by(None).as_deref(), by(Some("b")).as_deref()), (Some("a"), Some("b")));
}

#[test]
fn uninstall_before_last_opening_is_outdated() {
    let reinstalled = opened(Some(&opened(None, 0)), 20);
    assert_eq!(reinstalled.uninstall(at(10)), Uninstall::Outdated);
}

#[test]
fn later_of_two_uninstalls_counts() {
    let ended = uninstalled(&opened(None, 0), 10);
    let Uninstall::AlreadyEnded(ended) = ended.uninstall(at(20)) else { panic!("not ended") };
    assert_eq!(Store::open(Some(&ended), &id(), at(15), None, at(30)), Opening::Outdated);
}

#[test]
fn reinstall_starts_new_generation() {
    let first = opened(None, 0);
    let second = opened(Some(&uninstalled(&first, 10)), 20);
    assert_eq!((first.generation, second.generation), (Generation(1), Generation(2)));
    assert!(!second.set_up);
}

#[test]
fn late_uninstall_does_not_end_reinstall() {
    let again = opened(Some(&uninstalled(&opened(None, 0), 10)), 20);
    assert_eq!(again.uninstall(at(10)), Uninstall::Outdated);
}

#[test]
fn old_opening_does_not_undo_uninstall() {
    let ended = uninstalled(&opened(None, 0), 10);
    assert_eq!(Store::open(Some(&ended), &id(), at(5), None, at(30)), Opening::Outdated);
}

#[test]
fn repeated_uninstall_changes_nothing() {
    let ended = uninstalled(&opened(None, 0), 10);
    assert_eq!(ended.uninstall(at(10)), Uninstall::AlreadyEnded(ended));
}

#[test]
fn update_of_older_generation_is_ignored() {
    let again = opened(Some(&uninstalled(&opened(None, 0), 10)), 20);
    assert_eq!(again.set_up_done(Generation(1), at(30)), None);
    assert_eq!(again.needs_attention(Generation(1), Attention::ClientRefused, at(30)), None);
}

#[test]
fn complete_set_up_ends_attention() {
    let store = opened(None, 0);
    let refused = store.needs_attention(Generation(1), Attention::ClientRefused, at(30)).unwrap();
    let well = refused.set_up_done(Generation(1), at(30)).unwrap();
    assert_eq!((well.state, well.attention), (StoreState::Active, None));
    assert_eq!(well.set_up_done(Generation(1), at(30)), None);
}

#[test]
fn successful_run_ends_attention() {
    let store = opened(None, 0);
    assert_eq!(store.recovered(Generation(1), at(30)), None);
    let refused = store.needs_attention(Generation(1), Attention::ClientRefused, at(30)).unwrap();
    assert_eq!(refused.recovered(Generation(1), at(30)), Some(store));
    assert_eq!(refused.recovered(Generation(2), at(30)), None);
}

fn set_up(second: i64) -> Store {
    opened(None, 0).set_up_done(Generation(1), at(second)).unwrap()
}

fn config(enabled: bool, frequency: Frequency) -> SyncConfig {
    SyncConfig { enabled, frequency }
}

#[test]
fn set_up_store_is_due_by_its_frequency() {
    assert_eq!(opened(None, 0).due_at, None);
    let store = set_up(10);
    assert_eq!(store.due_at, Some(at(10)));
    let next = store.due_after(at(20)).unwrap();
    assert!(next > at(20 + 450) && next <= at(20 + 450 + 3600));
}

#[test]
fn switching_sync_off_or_on_changes_due_time() {
    let off = set_up(10).configured(config(false, Frequency::Daily), at(20));
    assert_eq!((off.due_at, off.due_after(at(30))), (None, None));
    let on = off.configured(config(true, Frequency::Daily), at(40));
    assert_eq!(on.due_at, Some(at(40)));
}

#[test]
fn frequency_change_does_not_postpone_sync() {
    let daily = Store { due_at: Some(at(80_000)), ..set_up(10) };
    let often = daily.configured(config(true, Frequency::QuarterHourly), at(20));
    assert!(often.due_at.unwrap() <= at(20 + 900));
    let seldom = often.configured(config(true, Frequency::Daily), at(30));
    assert_eq!(seldom.due_at, often.due_at);
}

#[test]
fn repeated_refusal_pauses_store() {
    let refused = |store: &Store, second| {
        store.needs_attention(Generation(1), Attention::ClientRefused, at(second)).unwrap()
    };
    let once = refused(&set_up(10), 20);
    assert!(!once.paused && once.due_at.is_some());
    assert_eq!(once.needs_attention(Generation(1), Attention::ClientRefused, at(30)), None);
    let again = refused(&once, 20 + 900);
    assert!(again.paused);
    assert_eq!((again.due_at, again.due_after(at(2000))), (None, None));
    let opened = again.set_up_done(Generation(1), at(2000)).unwrap();
    assert_eq!((opened.paused, opened.due_at), (false, Some(at(2000))));
}

#[test]
fn missing_permission_excludes_resource_until_next_opening() {
    let without_orders = set_up(10).missing_permission(Generation(1), Resource::Orders).unwrap();
    assert_eq!(without_orders.missing_permission(Generation(1), Resource::Orders), None);
    let asked: Vec<_> = without_orders.scheduled_resources().collect();
    assert_eq!(asked, [Resource::Products, Resource::Customers]);
    let opened = without_orders.set_up_done(Generation(1), at(20)).unwrap();
    assert_eq!(opened.scheduled_resources().count(), 3);
    let read = without_orders.can_read(Generation(1), Resource::Orders).unwrap();
    assert_eq!(read.scheduled_resources().count(), 3);
}

#[test]
fn purge_is_due_two_days_after_uninstall() {
    let hours = |hours: i64| at(20 + hours * 3600);
    let ended = uninstalled(&set_up(10), 20);
    assert_eq!(ended.due_at, Some(hours(48)));
    assert!(!ended.is_to_be_purged(hours(47)) && ended.is_to_be_purged(hours(48)));
    let again = opened(Some(&ended), 30);
    assert_eq!((again.due_at, again.is_to_be_purged(hours(1000))), (None, false));
}

#[test]
fn purge_is_requested_until_rows_are_deleted() {
    let ended = uninstalled(&set_up(10), 20);
    let purge_at = ended.due_at.unwrap();
    assert_eq!(ended.due_after(at(30)), Some(purge_at));
    assert_eq!(ended.due_after(purge_at), Some(purge_at + SCHEDULE_INTERVAL));
    assert_eq!(ended.scheduled_resources().count(), 0);
}

#[test]
fn sync_config_outlives_reinstall() {
    let chosen = config(true, Frequency::Daily);
    let ended = uninstalled(&set_up(10).configured(chosen, at(12)), 20);
    assert_eq!(opened(Some(&ended), 30).sync, chosen);
}

#[test]
fn store_is_claimed_once_by_its_install() {
    let user = |id: &str| UserId::try_from(id.to_owned()).unwrap();
    let store = Store { sr_install: Some("a".to_owned()), ..set_up(10) };
    assert_eq!(store.claim("b", &user("1")), Claim::OtherInstall);
    let Claim::Bound(bound) = store.claim("a", &user("1")) else { panic!("not bound") };
    assert_eq!(bound.claim("a", &user("1")), Claim::AlreadyBound);
    assert_eq!(bound.claim("a", &user("2")), Claim::Taken);
    assert_eq!(uninstalled(&bound, 20).claim("a", &user("1")), Claim::OtherInstall);
}

const ALL: [Frequency; 5] = [
    Frequency::QuarterHourly,
    Frequency::HalfHourly,
    Frequency::Hourly,
    Frequency::SixHourly,
    Frequency::Daily,
];

proptest! {
    /// Scheduled runs start a little early or late, and look a minute ahead.
    #[test]
    fn each_period_has_one_sync_despite_jitter(
        name in "[a-z]{1,20}", which in 0usize..5, start in 0i64..100_000,
        late in proptest::collection::vec(-20i64..20, 200)
    ) {
        let frequency = ALL[which];
        let id: StoreId = format!("platform:{name}").parse().unwrap();
        let mut store = Store { id, ..set_up(0) };
        store.sync.frequency = frequency;
        store.due_at = Some(at(start));
        let mut syncs = Vec::new();
        for (run, late) in (0i64..).zip(late) {
            let now = at(start + run * 900 + late);
            if store.due_at.is_some_and(|due| due.as_second() <= now.as_second() + 60) {
                syncs.push(now);
                store.due_at = store.due_after(now);
            }
        }
        let period = frequency.period().as_secs();
        for pair in syncs[1..].windows(2) {
            let apart = pair[1].duration_since(pair[0]).as_secs();
            prop_assert!((apart - period).abs() <= 940, "{apart} s apart, {period} wanted");
            prop_assert!(period > 900 || (apart - period).abs() <= 40);
        }
    }

    /// The call signed last decides, regardless of arrival; within a second an uninstall wins over an
    /// opening.
    #[test]
    fn last_signed_call_decides(
        calls in proptest::collection::vec((any::<bool>(), 0i64..30), 1..12)
    ) {
        let mut store = opened(None, 0);
        for (is_opening, second) in &calls {
            if *is_opening {
                match Store::open(Some(&store), &id(), at(*second), None, at(*second)) {
                    Opening::Begins(new) => {
                        prop_assert_eq!(new.generation, store.generation.next());
                        store = new;
                    }
                    Opening::Continues(same) => store = same,
                    Opening::Outdated => {}
                }
            } else {
                match store.uninstall(at(*second)) {
                    Uninstall::Ends(ended) | Uninstall::AlreadyEnded(ended) => store = ended,
                    Uninstall::Outdated => {}
                }
            }
        }
        let last = |wanted: bool| {
            let signed = calls.iter().filter(|(is_opening, _)| *is_opening == wanted);
            signed.map(|(_, second)| *second).max()
        };
        let is_installed = last(true).max(Some(0)) > last(false);
        prop_assert_eq!(store.state != StoreState::Uninstalled, is_installed);
    }
}

#[test]
fn domain_is_kept_for_a_day_unless_cleared() {
    let (generation, day) = (Generation(1), 24 * 3600);
    let host = || HostName::parse("shop.example").ok();
    let store = opened(None, 0);
    assert!(!store.knows_domain(at(0)));
    assert_eq!(
        store.reached_at(generation, None, at(0)),
        None,
        "an absent domain changed the store"
    );
    let known = store.reached_at(generation, host(), at(0)).unwrap();
    assert!(known.domain.is_some() && known.knows_domain(at(day - 1)));
    assert!(!known.knows_domain(at(day)));
    let again = known.reached_at(generation, host(), at(day)).unwrap();
    assert!(again.knows_domain(at(day)));
    assert_eq!(again.reached_at(generation, None, at(day)), Some(store));
    assert_eq!(again.reached_at(Generation(2), host(), at(day)), None);
    // Older rows have no time of reading.
    let row = serde_json::to_value(Store { domain_read_at: None, ..again }).unwrap();
    assert!(!serde_json::from_value::<Store>(row).unwrap().knows_domain(at(day)));
}
