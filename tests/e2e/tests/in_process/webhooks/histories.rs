//! Histories of orders that a webhook reports.

use jiff::SignedDuration;
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

/// Comments of an order's history, newest first.
fn comments(order: &Order) -> Vec<&str> {
    let history = order.history.iter().flatten();
    history.filter_map(|entry| entry.comment.as_deref()).collect()
}

fn noted(status: u32, comments: &[&str]) -> Value {
    let note = |(hour, comment): (usize, &&str)| {
        let added = format!("2026-07-01T{:02}:00:00Z", 6 + hour);
        json!({ "status": status, "comment": comment, "added": added })
    };
    let notes: Vec<_> = comments.iter().enumerate().map(note).collect();
    json!({ "status": status, "updated": "2026-07-02T10:00:00Z", "history": notes })
}

#[tokio::test]
async fn reported_order_gets_its_history_at_once() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &noted(2, &["Becsomagoltuk"])).unwrap();
    assert_eq!(status_of(&shop.post(&shop.body(index)).await), 200);
    assert_eq!(comments(&shop.row(index).await.unwrap()), ["Becsomagoltuk"]);
}

#[tokio::test]
async fn new_comment_alone_is_kept_without_an_event() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &noted(2, &["Becsomagoltuk"])).unwrap();
    shop.post(&shop.body(index)).await;
    shop.app.aws.take_events();

    shop.shop.update(Kind::Orders, index, &noted(2, &["Becsomagoltuk", "Feladtuk"])).unwrap();
    let mut body = shop.body(index);
    body["orders"]["order"][0]["orderHistory"]["dateAdded"] = json!("2026-07-02 13:00:00");
    shop.post(&body).await;

    assert_eq!(comments(&shop.row(index).await.unwrap()), ["Feladtuk", "Becsomagoltuk"]);
    assert_eq!(changes(&shop.app.aws.take_events()).len(), 0);
}

#[tokio::test]
async fn history_that_takes_too_long_is_read_by_a_run() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &noted(2, &["Becsomagoltuk"])).unwrap();
    let slow = Fault::new(FaultKind::Hang).on("/api/orderHistories");
    let fault = shop.shop.add_fault(slow).unwrap();
    assert_eq!(status_of(&shop.post(&shop.body(index)).await), 200);
    let order = shop.row(index).await.unwrap();
    assert_eq!((order.provisional, &order.history), (false, &None));

    assert!(shop.shop.remove_fault(fault));
    shop.shop.update(Kind::Orders, index, &json!({})).unwrap();
    shop.app.clock.advance(SignedDuration::from_secs(1));
    run_syncs(&shop.app).await;

    assert_eq!(comments(&shop.row(index).await.unwrap()), ["Becsomagoltuk"]);
}
