use super::*;
use crate::{BEAT, Frequency};
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
fn opening_again_is_only_remembered() {
    let store = opened(None, 0);
    let again = opened(Some(&store), 60);
    assert_eq!(again, Store { opened_at: at(60), ..store });
    assert_eq!(opened(Some(&again), 30), again);
}

#[test]
fn a_store_whose_uninstall_was_lost_belongs_to_the_install_that_opens_it() {
    let store = Store { sr_install: Some("a".to_owned()), ..opened(None, 0) };
    let by = |sr_install| match Store::open(Some(&store), &id(), at(9), sr_install, at(9)) {
        Opening::Continues(store) => store.sr_install,
        other => panic!("{other:?}"),
    };
    assert_eq!((by(None).as_deref(), by(Some("b")).as_deref()), (Some("a"), Some("b")));
}

#[test]
fn an_uninstall_that_is_overtaken_by_the_reinstall_ends_nothing() {
    let reinstalled = opened(Some(&opened(None, 0)), 20);
    assert_eq!(reinstalled.uninstall(at(10)), Uninstall::Outdated);
}

#[test]
fn of_two_uninstalls_the_later_one_holds() {
    let gone = uninstalled(&opened(None, 0), 10);
    let Uninstall::AlreadyEnded(gone) = gone.uninstall(at(20)) else { panic!("not ended") };
    assert_eq!(Store::open(Some(&gone), &id(), at(15), None, at(30)), Opening::Outdated);
}

#[test]
fn a_reinstall_is_a_new_generation() {
    let first = opened(None, 0);
    let second = opened(Some(&uninstalled(&first, 10)), 20);
    assert_eq!((first.generation, second.generation), (Generation(1), Generation(2)));
    assert!(!second.set_up);
}

#[test]
fn a_late_uninstall_does_not_end_the_new_install() {
    let again = opened(Some(&uninstalled(&opened(None, 0), 10)), 20);
    assert_eq!(again.uninstall(at(10)), Uninstall::Outdated);
}

#[test]
fn an_echo_of_an_old_opening_does_not_undo_an_uninstall() {
    let gone = uninstalled(&opened(None, 0), 10);
    assert_eq!(Store::open(Some(&gone), &id(), at(5), None, at(30)), Opening::Outdated);
}

#[test]
fn an_uninstall_that_comes_twice_is_one() {
    let gone = uninstalled(&opened(None, 0), 10);
    assert_eq!(gone.uninstall(at(10)), Uninstall::AlreadyEnded(gone));
}

#[test]
fn what_concerns_an_older_generation_changes_nothing() {
    let again = opened(Some(&uninstalled(&opened(None, 0), 10)), 20);
    assert_eq!(again.set_up_done(Generation(1), at(30)), None);
    assert_eq!(again.needs_attention(Generation(1), Attention::ClientRefused, at(30)), None);
}

#[test]
fn attention_ends_with_the_next_complete_set_up() {
    let store = opened(None, 0);
    let troubled = store.needs_attention(Generation(1), Attention::ClientRefused, at(30)).unwrap();
    let well = troubled.set_up_done(Generation(1), at(30)).unwrap();
    assert_eq!((well.state, well.attention), (StoreState::Active, None));
    assert_eq!(well.set_up_done(Generation(1), at(30)), None);
}

#[test]
fn attention_ends_with_a_run_that_succeeds() {
    let store = opened(None, 0);
    assert_eq!(store.recovered(Generation(1), at(30)), None);
    let troubled = store.needs_attention(Generation(1), Attention::ClientRefused, at(30)).unwrap();
    assert_eq!(troubled.recovered(Generation(1), at(30)), Some(store));
    assert_eq!(troubled.recovered(Generation(2), at(30)), None);
}

fn set_up(second: i64) -> Store {
    opened(None, 0).set_up_done(Generation(1), at(second)).unwrap()
}

fn config(enabled: bool, frequency: Frequency) -> SyncConfig {
    SyncConfig { enabled, frequency }
}

#[test]
fn a_store_is_due_once_it_is_set_up_and_then_by_its_frequency() {
    assert_eq!(opened(None, 0).due_at, None);
    let store = set_up(10);
    assert_eq!(store.due_at, Some(at(10)));
    let next = store.due_after(at(20)).unwrap();
    assert!(next > at(20 + 450) && next <= at(20 + 450 + 3600));
}

#[test]
fn a_store_that_is_switched_off_is_not_due_and_one_that_is_switched_on_is() {
    let off = set_up(10).configured(config(false, Frequency::Daily), at(20));
    assert_eq!((off.due_at, off.due_after(at(30))), (None, None));
    let on = off.configured(config(true, Frequency::Daily), at(40));
    assert_eq!(on.due_at, Some(at(40)));
}

#[test]
fn a_change_of_frequency_puts_nothing_off() {
    let daily = Store { due_at: Some(at(80_000)), ..set_up(10) };
    let often = daily.configured(config(true, Frequency::QuarterHourly), at(20));
    assert!(often.due_at.unwrap() <= at(20 + 900));
    let seldom = often.configured(config(true, Frequency::Daily), at(30));
    assert_eq!(seldom.due_at, often.due_at);
}

#[test]
fn a_trouble_that_is_found_again_later_pauses_the_store() {
    let trouble = |store: &Store, second| {
        store.needs_attention(Generation(1), Attention::ClientRefused, at(second)).unwrap()
    };
    let once = trouble(&set_up(10), 20);
    assert!(!once.paused && once.due_at.is_some());
    assert_eq!(once.needs_attention(Generation(1), Attention::ClientRefused, at(30)), None);
    let again = trouble(&once, 20 + 900);
    assert!(again.paused);
    assert_eq!((again.due_at, again.due_after(at(2000))), (None, None));
    let opened = again.set_up_done(Generation(1), at(2000)).unwrap();
    assert_eq!((opened.paused, opened.due_at), (false, Some(at(2000))));
}

#[test]
fn what_lacks_a_permission_is_left_out_until_the_app_is_opened_again() {
    let lacking = set_up(10).lacks(Generation(1), Resource::Orders).unwrap();
    assert_eq!(lacking.lacks(Generation(1), Resource::Orders), None);
    let asked: Vec<_> = lacking.scheduled_resources().collect();
    assert_eq!(asked, [Resource::Products, Resource::Customers]);
    let opened = lacking.set_up_done(Generation(1), at(20)).unwrap();
    assert_eq!(opened.scheduled_resources().count(), 3);
    let read = lacking.can_read(Generation(1), Resource::Orders).unwrap();
    assert_eq!(read.scheduled_resources().count(), 3);
}

#[test]
fn two_days_after_the_uninstall_the_rows_are_to_go() {
    let hours = |hours: i64| at(20 + hours * 3600);
    let gone = uninstalled(&set_up(10), 20);
    assert_eq!(gone.due_at, Some(hours(48)));
    assert!(!gone.is_to_be_purged(hours(47)) && gone.is_to_be_purged(hours(48)));
    let again = opened(Some(&gone), 30);
    assert_eq!((again.due_at, again.is_to_be_purged(hours(1000))), (None, false));
}

#[test]
fn a_purge_is_asked_for_at_each_beat_until_the_rows_are_gone() {
    let gone = uninstalled(&set_up(10), 20);
    let purge_at = gone.due_at.unwrap();
    assert_eq!(gone.due_after(at(30)), Some(purge_at));
    assert_eq!(gone.due_after(purge_at), Some(purge_at + BEAT));
    assert_eq!(gone.scheduled_resources().count(), 0);
}

#[test]
fn what_was_chosen_outlives_a_reinstall() {
    let chosen = config(true, Frequency::Daily);
    let gone = uninstalled(&set_up(10).configured(chosen, at(12)), 20);
    assert_eq!(opened(Some(&gone), 30).sync, chosen);
}

#[test]
fn a_store_is_claimed_once_and_by_its_own_install() {
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
    /// Beats come a little early or late, and look a minute ahead.
    #[test]
    fn each_period_has_one_sync_whatever_the_beats_offset(
        name in "[a-z]{1,20}", which in 0usize..5, start in 0i64..100_000,
        late in proptest::collection::vec(-20i64..20, 200)
    ) {
        let frequency = ALL[which];
        let id: StoreId = format!("platform:{name}").parse().unwrap();
        let mut store = Store { id, ..set_up(0) };
        store.sync.frequency = frequency;
        store.due_at = Some(at(start));
        let mut syncs = Vec::new();
        for (beat, late) in (0i64..).zip(late) {
            let now = at(start + beat * 900 + late);
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

    /// Whatever the order of arrival, the call that was signed last decides, an uninstall
    /// before an opening of the same second.
    #[test]
    fn the_last_signed_call_decides(
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
fn a_domain_is_known_for_a_day_and_forgotten_where_the_shop_names_none() {
    let (generation, day) = (Generation(1), 24 * 3600);
    let host = || HostName::parse("shop.example").ok();
    let store = opened(None, 0);
    assert!(!store.knows_domain(at(0)));
    assert_eq!(store.reached_at(generation, None, at(0)), None, "that is known");
    let known = store.reached_at(generation, host(), at(0)).unwrap();
    assert!(known.domain.is_some() && known.knows_domain(at(day - 1)));
    assert!(!known.knows_domain(at(day)));
    let again = known.reached_at(generation, host(), at(day)).unwrap();
    assert!(again.knows_domain(at(day)));
    assert_eq!(again.reached_at(generation, None, at(day)), Some(store));
    assert_eq!(again.reached_at(Generation(2), host(), at(day)), None);
    // Rows of before say nothing of when it was read.
    let row = serde_json::to_value(Store { domain_read_at: None, ..again }).unwrap();
    assert!(!serde_json::from_value::<Store>(row).unwrap().knows_domain(at(day)));
}
