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

/// A client that requests its next slot `pause` after the previous one.
struct Client {
    priority: Priority,
    pause: SignedDuration,
    /// Time of its next check of the schedule.
    checks_at: Timestamp,
    slots: Vec<Timestamp>,
    longest_wait: SignedDuration,
    wants_since: Timestamp,
}

fn client(priority: Priority, pause_ms: i64) -> Client {
    Client {
        priority,
        pause: SignedDuration::from_millis(pause_ms),
        checks_at: at(0),
        slots: Vec::new(),
        longest_wait: SignedDuration::ZERO,
        wants_since: at(0),
    }
}

/// Runs all clients for a minute of simulated time; the earliest to check is served first.
fn run_for_a_minute(limit: RateLimit, clients: &mut [Client]) {
    let mut row = None;
    loop {
        let client = clients.iter_mut().min_by_key(|client| client.checks_at).unwrap();
        let now = client.checks_at;
        if now >= at(60_000) {
            return;
        }
        match judge(row, limit, client.priority, now, at(NEVER)) {
            Verdict::Take { slot, after } => {
                row = Some(after);
                client.slots.push(slot);
                client.longest_wait =
                    client.longest_wait.max(slot.duration_since(client.wants_since));
                client.checks_at = slot + client.pause;
                client.wants_since = client.checks_at;
            }
            Verdict::Ask(later) => {
                assert!(later > now, "the next check is later");
                client.checks_at = later;
            }
            Verdict::TooLate => panic!("no slot is past this deadline"),
        }
    }
}

/// Slots taken by background and by interactive clients.
fn shares(clients: &[Client]) -> (usize, usize) {
    let of = |priority| {
        let clients = clients.iter().filter(|client| client.priority == priority);
        clients.map(|client| client.slots.len()).sum()
    };
    (of(Priority::Background), of(Priority::Interactive))
}

/// Intervals of 345 ms in a minute.
const SLOTS_PER_MINUTE: usize = 173;

#[test]
fn single_priority_gets_all_slots() {
    for priority in [Priority::Background, Priority::Interactive] {
        let mut clients = [client(priority, 20), client(priority, 20)];
        run_for_a_minute(limit("3", "0.34"), &mut clients);
        let (background, interactive) = shares(&clients);
        assert!(background + interactive > SLOTS_PER_MINUTE, "{background}, {interactive}");
    }
}

#[test]
fn flood_leaves_other_priority_its_share() {
    for (crowd, few) in [(Priority::Interactive, 4), (Priority::Background, 4)] {
        let mut clients: Vec<_> = (0..20).map(|_| client(crowd, 0)).collect();
        let other = match crowd {
            Priority::Interactive => Priority::Background,
            Priority::Background => Priority::Interactive,
        };
        clients.extend((0..few).map(|_| client(other, 0)));
        run_for_a_minute(limit("3", "0.34"), &mut clients);
        let (background, interactive) = shares(&clients);
        assert!(background + interactive >= SLOTS_PER_MINUTE, "{background}, {interactive}");
        assert!(background * 100 >= SLOTS_PER_MINUTE * 64, "{background}, {interactive}");
        assert!(interactive * 100 >= SLOTS_PER_MINUTE * 32, "{background}, {interactive}");
    }
}

#[test]
fn interactive_request_waits_at_most_two_slots() {
    let mut clients: Vec<_> = (0..20).map(|_| client(Priority::Background, 0)).collect();
    clients.push(client(Priority::Interactive, 7_700));
    run_for_a_minute(limit("3", "0.34"), &mut clients);
    let lookups = clients.last().unwrap();
    assert!(lookups.slots.len() >= 7, "{:?}", lookups.slots);
    assert!(lookups.longest_wait <= SignedDuration::from_millis(2 * 345));
}

#[test]
fn interactive_flood_does_not_starve_sequential_run() {
    let mut clients: Vec<_> = (0..50).map(|_| client(Priority::Interactive, 0)).collect();
    clients.push(client(Priority::Background, 20));
    run_for_a_minute(limit("3", "0.34"), &mut clients);
    let run = clients.last().unwrap();
    assert!(run.longest_wait <= SignedDuration::from_millis(5 * 345), "{:?}", run.longest_wait);
    assert!(run.slots.len() >= 40, "{}", run.slots.len());
}

#[test]
fn slot_past_the_deadline_is_not_taken() {
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
fn schedule_from_a_wrong_clock_is_reset() {
    let row = Some(Schedule { next: at(3_600_000), background: at(3_600_000) });
    let verdict = judge(row, limit("3", "0.34"), Priority::Background, at(0), at(5_000));
    assert!(matches!(verdict, Verdict::Take { slot, .. } if slot == at(0)), "{verdict:?}");
}

proptest! {
    /// No two slots are closer than the interval, for any mix of clients.
    #[test]
    fn slots_are_at_least_one_interval_apart(
        per_second in 1u32..20,
        share in 0u32..=9,
        pauses in prop::collection::vec((any::<bool>(), 0i64..2_000), 1..8),
    ) {
        let rate = limit(&per_second.to_string(), &format!("0.{share}"));
        let mut clients: Vec<_> = pauses
            .into_iter()
            .map(|(is_interactive, pause)| {
                let priority =
                    if is_interactive { Priority::Interactive } else { Priority::Background };
                client(priority, pause)
            })
            .collect();
        run_for_a_minute(rate, &mut clients);
        let slots: BTreeMap<Timestamp, usize> =
            clients.iter().flat_map(|client| &client.slots).fold(BTreeMap::new(), |mut all, slot| {
                *all.entry(*slot).or_default() += 1;
                all
            });
        prop_assert!(slots.values().all(|clients| *clients == 1), "each slot is taken once");
        let times: Vec<_> = slots.keys().collect();
        for pair in times.windows(2) {
            prop_assert!(pair[1].duration_since(*pair[0]) >= rate.interval());
        }
    }
}
