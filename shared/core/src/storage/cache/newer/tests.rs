use super::*;
use proptest::prelude::*;

fn status(name: &str, has_id: bool) -> OrderStatus {
    OrderStatus {
        id: has_id.then(|| format!("id of {name}")),
        names: [("hu".to_owned(), name.to_owned())].into(),
        is_cancelled: false,
    }
}

fn at(second: i64) -> Option<Timestamp> {
    Some(Timestamp::from_second(1_800_000_000 + second).unwrap())
}

/// An order of the API: changed at that second, asked for at that millisecond.
fn read(status_name: &str, updated: i64, asked_ms: i64) -> Telling {
    Telling {
        generation: Generation(1),
        digest: format!("{status_name} {updated}"),
        updated_at: at(updated),
        read_at: Some(asked_ms),
        provisional: false,
        status: Some(status(status_name, true)),
    }
}

fn told(status_name: &str, updated: Option<i64>, came_ms: i64) -> Telling {
    Telling {
        digest: format!("told {status_name} {updated:?}"),
        updated_at: updated.and_then(at),
        provisional: true,
        status: Some(status(status_name, false)),
        ..read(status_name, 0, came_ms)
    }
}

#[test]
fn a_later_date_wins_and_an_earlier_one_loses() {
    let known = read("paid", 10, 500);
    assert_eq!(judge(None, &known), Verdict::Write);
    assert_eq!(judge(Some(&known), &read("sent", 11, 400)), Verdict::Write);
    assert_eq!(judge(Some(&known), &read("new", 9, 900)), Verdict::Leave);
    assert_eq!(judge(Some(&known), &known), Verdict::Same);
}

#[test]
fn within_one_second_what_was_asked_for_last_wins() {
    let known = read("paid", 10, 500);
    let other = |asked| Telling { digest: "other".to_owned(), ..read("sent", 10, asked) };
    assert_eq!(judge(Some(&known), &other(501)), Verdict::Write);
    assert_eq!(judge(Some(&known), &other(499)), Verdict::Leave);
}

#[test]
fn what_is_asked_for_much_later_wins_though_the_shops_clock_was_put_back() {
    let known = read("paid", 3_000, 0);
    assert_eq!(judge(Some(&known), &read("sent", 600, 59_999)), Verdict::Leave);
    assert_eq!(judge(Some(&known), &read("sent", 600, 60_000)), Verdict::Write);
}

#[test]
fn a_webhook_that_was_long_on_its_way_replaces_nothing_that_was_read() {
    let known = read("sent", 20, 500);
    for late in
        [told("paid", Some(10), 90_000), told("paid", Some(20), 90_000), told("paid", None, 90_000)]
    {
        assert_eq!(judge(Some(&known), &late), Verdict::Leave, "{late:?}");
    }
    assert_eq!(judge(Some(&known), &told("done", Some(21), 600)), Verdict::Write);
    assert_eq!(judge(Some(&known), &told("sent", Some(21), 600)), Verdict::Leave, "no news");
}

#[test]
fn what_was_only_told_gives_way_to_what_is_read_unless_that_is_older() {
    let known = told("paid", Some(10), 500);
    assert_eq!(judge(Some(&known), &read("paid", 10, 400)), Verdict::Write);
    assert_eq!(judge(Some(&known), &read("new", 9, 600)), Verdict::Write, "asked for later");
    assert_eq!(judge(Some(&known), &read("new", 9, 400)), Verdict::Leave);
    let dateless = told("paid", None, 500);
    assert_eq!(judge(Some(&dateless), &told("sent", None, 600)), Verdict::Write);
    assert_eq!(judge(Some(&dateless), &read("paid", 10, 400)), Verdict::Write);
}

#[test]
fn a_newer_install_writes_over_an_older_one_and_never_the_other_way() {
    let old = read("sent", 20, 500);
    let new = Telling { generation: Generation(2), ..read("new", 1, 1) };
    assert_eq!(judge(Some(&old), &new), Verdict::Write);
    assert_eq!(judge(Some(&new), &old), Verdict::Leave);
    assert_eq!(change(Some(&old), &new), Some(Change::Placed));
}

#[test]
fn each_change_is_told_once_however_it_comes_in() {
    let (placed, hint) = (read("new", 1, 1), told("new", Some(1), 1));
    assert_eq!(change(None, &placed), Some(Change::Placed));
    assert_eq!(change(None, &hint), Some(Change::Placed));
    assert_eq!(change(Some(&hint), &placed), None, "the webhook has announced it");
    assert_eq!(change(Some(&hint), &read("paid", 2, 2)), Some(Change::Status));
    assert_eq!(change(Some(&placed), &read("new", 2, 2)), Some(Change::Other));
    assert_eq!(change(Some(&placed), &placed), None);
}

#[test]
fn a_cart_that_becomes_an_order_is_placed() {
    let cart = Telling { status: None, ..read("cart", 1, 1) };
    let placed = read("new", 2, 2);
    assert_eq!(change(Some(&cart), &placed), Some(Change::Placed));
    assert_eq!(change(Some(&cart), &told("new", Some(2), 2)), Some(Change::Placed));
    let still = Telling { digest: "more in it".to_owned(), ..cart.clone() };
    assert_eq!(change(Some(&cart), &still), Some(Change::Other));
    let vague = Telling { provisional: true, ..cart };
    assert_eq!(change(Some(&vague), &placed), Some(Change::Status), "it was told when it came");
}

fn any_read() -> impl Strategy<Value = Telling> {
    (0i64..4, 0i64..5, 0i64..5_000)
        .prop_map(|(name, second, ms)| read(&name.to_string(), second, ms))
}

fn any_telling() -> impl Strategy<Value = Telling> {
    let told = (0i64..4, proptest::option::of(0i64..5), 0i64..5_000)
        .prop_map(|(name, second, ms)| told(&name.to_string(), second, ms));
    prop_oneof![any_read(), told]
}

proptest! {
    /// Whatever comes in whatever order, within the minute: among what was read, dates only rise.
    #[test]
    fn no_order_ever_goes_back(tellings in proptest::collection::vec(any_read(), 1..30)) {
        let mut known: Option<Telling> = None;
        for new in tellings {
            if judge(known.as_ref(), &new) == Verdict::Write {
                let before = known.as_ref().and_then(|known| known.updated_at);
                prop_assert!(before <= new.updated_at);
                known = Some(new);
            }
        }
    }

    /// The order in which reads arrive makes no difference to what stays.
    #[test]
    fn the_last_state_stays_whatever_came_first(
        reads in proptest::collection::vec(any_read(), 1..8),
        turn in 0usize..8,
    ) {
        let last_of = |reads: &[Telling]| {
            let mut known: Option<Telling> = None;
            for new in reads {
                if judge(known.as_ref(), new) == Verdict::Write {
                    known = Some(new.clone());
                }
            }
            known.unwrap().updated_at
        };
        let mut turned = reads.clone();
        turned.rotate_left(turn % reads.len());
        prop_assert_eq!(last_of(&reads), last_of(&turned));
    }

    /// Nothing that a webhook says keeps the API's word out that was asked for afterwards.
    #[test]
    fn what_is_read_back_is_always_taken(known in any_telling(), status in 0i64..4, second in 0i64..5) {
        let known = Telling { provisional: true, ..known };
        let after = read(&status.to_string(), second, known.read_at.unwrap() + 1);
        prop_assert_ne!(judge(Some(&known), &after), Verdict::Leave);
    }
}
