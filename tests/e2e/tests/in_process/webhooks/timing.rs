//! Deliveries that are cut short, overlap, or request too many runs.

use std::time::Instant;

use e2e::DynamoFault;
use jiff::SignedDuration;
use shopcall_core::storage::keys;
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

/// Runs requested since the last call.
fn asked_for(app: &InProcess) -> Vec<Value> {
    let events = app.aws.take_events();
    let asked = events.into_iter().filter(|event| event.detail_type == "SyncRequested");
    asked.map(|event| event.detail["resource"].clone()).collect()
}

fn down() -> Fault {
    Fault::new(FaultKind::Status { status: 503, retry_after: None }).on("/api/orderExtend")
}

#[tokio::test]
async fn hanging_call_is_answered_and_cured_by_retry() {
    for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "PutEvents"] {
        let shop = Connected::small().await;
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        let body = shop.body(index);
        shop.app.aws.apply_fault(operation, "", DynamoFault::Hang, (0, usize::MAX));
        let began = Instant::now();
        assert_eq!(status_of(&shop.post(&body).await), 503, "{operation}");
        // A hanging call is retried until ten seconds have passed.
        assert!(began.elapsed() < Duration::from_secs(9), "{operation}");
        shop.app.aws.cancel_faults();
        assert_eq!(changes(&shop.app.aws.take_events()).len(), 0, "{operation}");

        assert_eq!(status_of(&shop.post(&body).await), 200, "{operation}");
        assert!(shop.row(index).await.is_some(), "{operation}");
        assert_eq!(changes(&shop.app.aws.take_events()).len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn claim_with_lost_answer_is_processed() {
    let shop = Connected::small().await;
    let installs = shop.app.tables().installs.clone();
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    shop.app.aws.apply_fault("UpdateItem", &installs, DynamoFault::LostAnswer, (0, 1));
    assert_eq!(status_of(&shop.post(&shop.body(index)).await), 200);
    assert_eq!(shop.app.aws.cancel_faults(), 0);
    assert!(shop.row(index).await.is_some());
    assert_eq!(changes(&shop.app.aws.take_events()).len(), 1);
}

#[tokio::test]
async fn delivery_with_lost_answer_writes_and_publishes_once() {
    let shop = Connected::small().await;
    for number in 0.. {
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        let body = shop.body(index);
        shop.app.aws.apply_fault("", "", DynamoFault::LostAnswer, (number, 1));
        // Retries may take more time than a delivery has; then ShopRenter delivers again.
        let first = shop.post(&body).await;
        let has_failed = shop.app.aws.cancel_faults() == 0;
        assert_eq!(status_of(&shop.post(&body).await), 200, "call {number}");
        assert!(shop.row(index).await.is_some(), "call {number}");
        assert_eq!(published(&shop), 1, "call {number}: {first}");
        if !has_failed {
            assert!(number > 5, "a delivery makes more calls than {number}");
            return;
        }
    }
}

/// Runs until the delivery of the order at `index` has written and is about to publish; PutEvents
/// then hangs once.
async fn about_to_publish(shop: &Connected, index: u32) {
    shop.row_that(index, "the first has written", |_| true).await;
    let is_publishing = || async { (shop.app.aws.faults_left() == 0).then_some(()) };
    eventually("the first is about to publish", TIMEOUT, is_publishing).await;
}

fn published(shop: &Connected) -> usize {
    changes(&shop.app.aws.take_events()).len()
}

#[tokio::test]
async fn newer_delivery_defers_event_to_one_in_progress() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let (first, mut second) = (shop.body(index), shop.body(index));
    second["orders"]["order"][0]["comment"] = json!("another digest");
    shop.app.aws.apply_fault("PutEvents", "", DynamoFault::Hang, (0, 1));
    let overtake = async {
        about_to_publish(&shop, index).await;
        assert_eq!(status_of(&shop.post(&second).await), 200);
        published(&shop)
    };
    let (answer, by_the_second) = tokio::join!(shop.post(&first), overtake);
    assert_eq!((status_of(&answer), by_the_second), (503, 0));
    for (body, times) in [(&second, 1), (&first, 0), (&second, 0)] {
        assert_eq!(status_of(&shop.post(body).await), 200);
        assert_eq!(published(&shop), times);
    }
}

#[tokio::test]
async fn next_delivery_publishes_change_of_crashed_one() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let body = shop.body(index);
    shop.app.aws.apply_fault("PutEvents", "", DynamoFault::Hang, (0, 1));
    tokio::select! {
        answer = shop.post(&body) => panic!("the delivery was answered: {answer}"),
        () = about_to_publish(&shop, index) => {}
    }
    assert_eq!(published(&shop), 0);
    shop.app.clock.advance(SignedDuration::from_secs(6));
    for times in [1, 0] {
        assert_eq!(status_of(&shop.post(&body).await), 200);
        assert_eq!(published(&shop), times);
    }
}

#[tokio::test]
async fn runs_are_requested_once_a_minute_unless_paused() {
    let shop = Connected::small().await;
    shop.shop.add_fault(down()).unwrap();
    let place = async || {
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        assert_eq!(status_of(&shop.post(&shop.body(index)).await), 200);
        assert!(shop.row(index).await.unwrap().provisional);
    };
    shop.app.aws.refuse_events(usize::MAX);
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    assert_eq!(status_of(&shop.post(&shop.body(index)).await), 503);
    shop.app.aws.refuse_events(0);
    place().await;
    assert_eq!(asked_for(&shop.app), ["orders"], "unpublished requests do not count");
    place().await;
    place().await;
    assert_eq!(asked_for(&shop.app), Vec::<Value>::new());
    shop.app.clock.advance(SignedDuration::from_secs(61));
    place().await;
    assert_eq!(asked_for(&shop.app), ["orders"]);

    shop.app.clock.advance(SignedDuration::from_secs(61));
    let update = shop.app.dynamodb.update_item().table_name(&shop.app.tables().stores);
    let pause = update.set_key(Some(keys::store(&store("demo"))));
    let pause = pause.update_expression("SET paused = :yes");
    let yes = aws_sdk_dynamodb::types::AttributeValue::Bool(true);
    pause.expression_attribute_values(":yes", yes).send().await.unwrap();
    place().await;
    assert_eq!(asked_for(&shop.app), Vec::<Value>::new());
}

#[tokio::test]
async fn order_missing_from_api_is_read_later() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let body = shop.body(index);
    let lag = FaultKind::Status { status: 404, retry_after: None };
    shop.shop.add_fault(Fault::new(lag).on("/api/orderExtend")).unwrap();
    assert_eq!(status_of(&shop.post(&body).await), 200);
    assert_eq!(shop.row(index).await, None);
    shop.shop.clear_faults();
    run_syncs(&shop.app).await;
    assert!(!shop.row(index).await.unwrap().provisional);
}

#[tokio::test]
async fn order_number_skipped_by_api_is_read_later() {
    let shop = Connected::small().await;
    let indexes: Vec<_> =
        (0..2).map(|_| shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap()).collect();
    let number = shop.shop.record(Kind::Orders, indexes[0]).unwrap()["inner_id"].to_string();
    shop.shop.delete(Kind::Orders, indexes[0]).unwrap();
    let body = json!({ "orders": { "order": { "innerId": number } } });
    assert_eq!(status_of(&shop.post(&body).await), 200);
    assert_eq!(asked_for(&shop.app), ["orders"]);
}
