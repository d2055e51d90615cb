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

/// An order read from the API: changed at that second, requested at that millisecond.
fn read(status_name: &str, updated: i64, asked_ms: i64) -> OrderVersion {
    OrderVersion {
        generation: Generation(1),
        digest: format!("{status_name} {updated}"),
        updated_at: at(updated),
        read_at: Some(asked_ms),
        provisional: false,
        status: Some(status(status_name, true)),
        expected_delivery: None,
        history: None,
    }
}

fn from_webhook(status_name: &str, updated: Option<i64>, came_ms: i64) -> OrderVersion {
    OrderVersion {
        digest: format!("webhook {status_name} {updated:?}"),
        updated_at: updated.and_then(at),
        provisional: true,
        status: Some(status(status_name, false)),
        ..read(status_name, 0, came_ms)
    }
}

#[test]
fn version_with_the_later_date_wins() {
    let known = read("paid", 10, 500);
    assert_eq!(judge(None, &known), Verdict::Write);
    assert_eq!(judge(Some(&known), &read("sent", 11, 400)), Verdict::Write);
    assert_eq!(judge(Some(&known), &read("new", 9, 900)), Verdict::Leave);
    assert_eq!(judge(Some(&known), &known), Verdict::Same);
}

#[test]
fn version_requested_later_wins_within_a_second() {
    let known = read("paid", 10, 500);
    let other = |asked| OrderVersion { digest: "other".to_owned(), ..read("sent", 10, asked) };
    assert_eq!(judge(Some(&known), &other(501)), Verdict::Write);
    assert_eq!(judge(Some(&known), &other(499)), Verdict::Leave);
}

#[test]
fn another_delivery_day_is_written_and_not_a_change() {
    let known = read("sent", 10, 500);
    let day = |text: &str| OrderVersion { expected_delivery: text.parse().ok(), ..known.clone() };
    let (new, same) = (day("2026-03-18"), day("2026-03-18"));
    assert_eq!(judge(Some(&known), &new), Verdict::Write);
    assert_eq!(change(Some(&known), &new), None);
    assert_eq!(judge(Some(&new), &same), Verdict::Same);
    assert_eq!(judge(Some(&new), &known), Verdict::Same, "the day is kept");
}

#[test]
fn much_later_request_wins_despite_clock_set_back() {
    let known = read("paid", 3_000, 0);
    assert_eq!(judge(Some(&known), &read("sent", 600, 59_999)), Verdict::Leave);
    assert_eq!(judge(Some(&known), &read("sent", 600, 60_000)), Verdict::Write);
}

#[test]
fn delayed_webhook_does_not_replace_read_order() {
    let known = read("sent", 20, 500);
    for late in [
        from_webhook("paid", Some(10), 90_000),
        from_webhook("paid", Some(20), 90_000),
        from_webhook("paid", None, 90_000),
    ] {
        assert_eq!(judge(Some(&known), &late), Verdict::Leave, "{late:?}");
    }
    assert_eq!(judge(Some(&known), &from_webhook("done", Some(21), 600)), Verdict::Write);
    assert_eq!(
        judge(Some(&known), &from_webhook("sent", Some(21), 600)),
        Verdict::Leave,
        "the status is the same"
    );
}

#[test]
fn read_order_replaces_webhook_data_unless_older() {
    let known = from_webhook("paid", Some(10), 500);
    assert_eq!(judge(Some(&known), &read("paid", 10, 400)), Verdict::Write);
    assert_eq!(judge(Some(&known), &read("new", 9, 600)), Verdict::Write, "requested later");
    assert_eq!(judge(Some(&known), &read("new", 9, 400)), Verdict::Leave);
    let dateless = from_webhook("paid", None, 500);
    assert_eq!(judge(Some(&dateless), &from_webhook("sent", None, 600)), Verdict::Write);
    assert_eq!(judge(Some(&dateless), &read("paid", 10, 400)), Verdict::Write);
}

#[test]
fn only_a_newer_install_replaces_another() {
    let old = read("sent", 20, 500);
    let new = OrderVersion { generation: Generation(2), ..read("new", 1, 1) };
    assert_eq!(judge(Some(&old), &new), Verdict::Write);
    assert_eq!(judge(Some(&new), &old), Verdict::Leave);
    assert_eq!(change(Some(&old), &new), Some(Change::Placed));
}

#[test]
fn each_change_is_published_once() {
    let (placed, hint) = (read("new", 1, 1), from_webhook("new", Some(1), 1));
    assert_eq!(change(None, &placed), Some(Change::Placed));
    assert_eq!(change(None, &hint), Some(Change::Placed));
    assert_eq!(change(Some(&hint), &placed), None, "the webhook has announced it");
    assert_eq!(change(Some(&hint), &read("paid", 2, 2)), Some(Change::Status));
    assert_eq!(change(Some(&placed), &read("new", 2, 2)), Some(Change::Other));
    assert_eq!(change(Some(&placed), &placed), None);
}

#[test]
fn cart_that_becomes_an_order_is_placed() {
    let cart = OrderVersion { status: None, ..read("cart", 1, 1) };
    let placed = read("new", 2, 2);
    assert_eq!(change(Some(&cart), &placed), Some(Change::Placed));
    assert_eq!(change(Some(&cart), &from_webhook("new", Some(2), 2)), Some(Change::Placed));
    let still = OrderVersion { digest: "more in it".to_owned(), ..cart.clone() };
    assert_eq!(change(Some(&cart), &still), Some(Change::Other));
    let vague = OrderVersion { provisional: true, ..cart };
    assert_eq!(change(Some(&vague), &placed), Some(Change::Status), "already published on arrival");
}

fn any_read() -> impl Strategy<Value = OrderVersion> {
    (0i64..4, 0i64..5, 0i64..5_000)
        .prop_map(|(name, second, ms)| read(&name.to_string(), second, ms))
}

fn any_version() -> impl Strategy<Value = OrderVersion> {
    let from_webhook = (0i64..4, proptest::option::of(0i64..5), 0i64..5_000)
        .prop_map(|(name, second, ms)| from_webhook(&name.to_string(), second, ms));
    prop_oneof![any_read(), from_webhook]
}

proptest! {
    /// Dates of stored versions never decrease among orders read within a minute, in any order.
    #[test]
    fn order_is_never_reverted(versions in proptest::collection::vec(any_read(), 1..30)) {
        let mut known: Option<OrderVersion> = None;
        for new in versions {
            if judge(known.as_ref(), &new) == Verdict::Write {
                let before = known.as_ref().and_then(|known| known.updated_at);
                prop_assert!(before <= new.updated_at);
                known = Some(new);
            }
        }
    }

    /// The order in which reads arrive does not affect the final version.
    #[test]
    fn final_version_is_independent_of_arrival_order(
        reads in proptest::collection::vec(any_read(), 1..8),
        shift in 0usize..8,
    ) {
        let last_of = |reads: &[OrderVersion]| {
            let mut known: Option<OrderVersion> = None;
            for new in reads {
                if judge(known.as_ref(), new) == Verdict::Write {
                    known = Some(new.clone());
                }
            }
            known.unwrap().updated_at
        };
        let mut rotated = reads.clone();
        rotated.rotate_left(shift % reads.len());
        prop_assert_eq!(last_of(&reads), last_of(&rotated));
    }

    /// A webhook's data never blocks an order that is read from the API afterwards.
    #[test]
    fn read_back_order_is_always_accepted(known in any_version(), status in 0i64..4, second in 0i64..5) {
        let known = OrderVersion { provisional: true, ..known };
        let after = read(&status.to_string(), second, known.read_at.unwrap() + 1);
        prop_assert_ne!(judge(Some(&known), &after), Verdict::Leave);
    }
}
