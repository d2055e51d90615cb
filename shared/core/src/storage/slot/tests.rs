use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;

fn limit(per_second: &str, share: &str) -> RateLimit {
    let milli = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{part:0<3}").parse().unwrap()
    };
    RateLimit::new(milli(per_second), milli(share)).unwrap()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + ms).unwrap()
}

const NEVER: i64 = 1_000_000_000;

/// Somebody who wants a slot, gets it, and wants the next one `pause` after it.
struct Taker {
    priority: Priority,
    pause: SignedDuration,
    /// When it looks at the schedule again.
    looks: Timestamp,
    slots: Vec<Timestamp>,
    longest_wait: SignedDuration,
    wants_since: Timestamp,
}

fn taker(priority: Priority, pause_ms: i64) -> Taker {
    Taker {
        priority,
        pause: SignedDuration::from_millis(pause_ms),
        looks: at(0),
        slots: Vec::new(),
        longest_wait: SignedDuration::ZERO,
        wants_since: at(0),
    }
}

/// Lets them all take slots for a minute of a shop's time; whoever looks first is served first.
fn a_minute(limit: RateLimit, takers: &mut [Taker]) {
    let mut row = None;
    loop {
        let taker = takers.iter_mut().min_by_key(|taker| taker.looks).unwrap();
        let now = taker.looks;
        if now >= at(60_000) {
            return;
        }
        match judge(row, limit, taker.priority, now, at(NEVER)) {
            Verdict::Take { slot, after } => {
                row = Some(after);
                taker.slots.push(slot);
                taker.longest_wait = taker.longest_wait.max(slot.duration_since(taker.wants_since));
                taker.looks = slot + taker.pause;
                taker.wants_since = taker.looks;
            }
            Verdict::Ask(later) => {
                assert!(later > now, "time goes on");
                taker.looks = later;
            }
            Verdict::TooLate => panic!("nothing is too late here"),
        }
    }
}

/// How many slots each side got.
fn shares(takers: &[Taker]) -> (usize, usize) {
    let of = |priority| {
        let takers = takers.iter().filter(|taker| taker.priority == priority);
        takers.map(|taker| taker.slots.len()).sum()
    };
    (of(Priority::Background), of(Priority::Interactive))
}

/// A minute has so many intervals of 345 ms.
const ALL: usize = 173;

#[test]
fn either_side_alone_gets_everything() {
    for priority in [Priority::Background, Priority::Interactive] {
        let mut takers = [taker(priority, 20), taker(priority, 20)];
        a_minute(limit("3", "0.34"), &mut takers);
        let (background, interactive) = shares(&takers);
        assert!(background + interactive > ALL, "{background}, {interactive}");
    }
}

#[test]
fn a_flood_from_either_side_leaves_the_other_its_share() {
    for (crowd, few) in [(Priority::Interactive, 4), (Priority::Background, 4)] {
        let mut takers: Vec<_> = (0..20).map(|_| taker(crowd, 0)).collect();
        let other = match crowd {
            Priority::Interactive => Priority::Background,
            Priority::Background => Priority::Interactive,
        };
        takers.extend((0..few).map(|_| taker(other, 0)));
        a_minute(limit("3", "0.34"), &mut takers);
        let (background, interactive) = shares(&takers);
        assert!(background + interactive >= ALL, "{background}, {interactive}");
        assert!(background * 100 >= ALL * 64, "{background}, {interactive}");
        assert!(interactive * 100 >= ALL * 32, "{background}, {interactive}");
    }
}

#[test]
fn whoever_cannot_wait_finds_two_slots_before_it_at_the_most() {
    let mut takers: Vec<_> = (0..20).map(|_| taker(Priority::Background, 0)).collect();
    takers.push(taker(Priority::Interactive, 7_700));
    a_minute(limit("3", "0.34"), &mut takers);
    let lookups = takers.last().unwrap();
    assert!(lookups.slots.len() >= 7, "{:?}", lookups.slots);
    assert!(lookups.longest_wait <= SignedDuration::from_millis(2 * 345));
}

#[test]
fn a_run_that_asks_one_by_one_is_not_starved_by_a_flood() {
    let mut takers: Vec<_> = (0..50).map(|_| taker(Priority::Interactive, 0)).collect();
    takers.push(taker(Priority::Background, 20));
    a_minute(limit("3", "0.34"), &mut takers);
    let run = takers.last().unwrap();
    assert!(run.longest_wait <= SignedDuration::from_millis(5 * 345), "{:?}", run.longest_wait);
    assert!(run.slots.len() >= 40, "{}", run.slots.len());
}

#[test]
fn a_slot_past_the_deadline_is_not_taken() {
    let rate = limit("3", "0.34");
    let row = Some(Schedule { next: at(300), background: at(0) });
    for priority in [Priority::Background, Priority::Interactive] {
        assert_eq!(judge(row, rate, priority, at(0), at(299)), Verdict::TooLate);
        assert!(matches!(
            judge(row, rate, priority, at(0), at(300)),
            Verdict::Take { slot, .. } if slot == at(300)
        ));
    }
}

#[test]
fn a_schedule_of_a_clock_that_was_wrong_is_begun_anew() {
    let row = Some(Schedule { next: at(3_600_000), background: at(3_600_000) });
    let verdict = judge(row, limit("3", "0.34"), Priority::Background, at(0), at(5_000));
    assert!(matches!(verdict, Verdict::Take { slot, .. } if slot == at(0)), "{verdict:?}");
}

proptest! {
    /// Whoever takes slots, however impatient: no two are closer than the interval.
    #[test]
    fn slots_are_never_closer_than_the_interval(
        per_second in 1u32..20,
        share in 0u32..=9,
        pauses in prop::collection::vec((any::<bool>(), 0i64..2_000), 1..8),
    ) {
        let rate = limit(&per_second.to_string(), &format!("0.{share}"));
        let mut takers: Vec<_> = pauses
            .into_iter()
            .map(|(is_interactive, pause)| {
                let priority =
                    if is_interactive { Priority::Interactive } else { Priority::Background };
                taker(priority, pause)
            })
            .collect();
        a_minute(rate, &mut takers);
        let slots: BTreeMap<Timestamp, usize> =
            takers.iter().flat_map(|taker| &taker.slots).fold(BTreeMap::new(), |mut all, slot| {
                *all.entry(*slot).or_default() += 1;
                all
            });
        prop_assert!(slots.values().all(|takers| *takers == 1), "a slot is given once");
        let times: Vec<_> = slots.keys().collect();
        for pair in times.windows(2) {
            prop_assert!(pair[1].duration_since(*pair[0]) >= rate.interval());
        }
    }
}
