//! Deliveries that are cut short, overlap, or ask for too much.

use std::time::Instant;

use e2e::DynamoFault;
use jiff::SignedDuration;
use shopcall_core::storage::keys;
use shoprenter_simulator::{Fault, FaultKind};

use super::*;

/// What was asked of runs since the last time.
fn asked_for(app: &InProcess) -> Vec<Value> {
    let events = app.aws.take_events();
    let asked = events.into_iter().filter(|event| event.detail_type == "SyncRequested");
    asked.map(|event| event.detail["resource"].clone()).collect()
}

fn down() -> Fault {
    Fault::new(FaultKind::Status { status: 503, retry_after: None }).on("/api/orderExtend")
}

#[tokio::test]
async fn whatever_hangs_the_shop_is_answered_and_a_repetition_cures_it() {
    for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "PutEvents"] {
        let shop = Connected::small().await;
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        let body = shop.body(index);
        shop.app.aws.strike(operation, "", DynamoFault::Hang, (0, usize::MAX));
        let began = Instant::now();
        assert_eq!(status_of(&shop.post(&body).await), 503, "{operation}");
        // A call that hangs is repeated until ten seconds are over.
        assert!(began.elapsed() < Duration::from_secs(9), "{operation}");
        shop.app.aws.end_strikes();
        assert_eq!(changes(&shop.app.aws.take_events()).len(), 0, "{operation}");

        assert_eq!(status_of(&shop.post(&body).await), 200, "{operation}");
        assert!(shop.row(index).await.is_some(), "{operation}");
        assert_eq!(changes(&shop.app.aws.take_events()).len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_worked_on() {
    let shop = Connected::small().await;
    let installs = shop.app.tables().installs.clone();
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    shop.app.aws.strike("UpdateItem", &installs, DynamoFault::LostAnswer, (0, 1));
    assert_eq!(status_of(&shop.post(&shop.body(index)).await), 200);
    assert_eq!(shop.app.aws.end_strikes(), 0);
    assert!(shop.row(index).await.is_some());
    assert_eq!(changes(&shop.app.aws.take_events()).len(), 1);
}

#[tokio::test]
async fn whichever_answer_is_lost_a_delivery_writes_and_tells_once() {
    let shop = Connected::small().await;
    for number in 0.. {
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        let body = shop.body(index);
        shop.app.aws.strike("", "", DynamoFault::LostAnswer, (number, 1));
        // Asking again may take more time than a delivery has; then it comes again itself.
        let first = shop.post(&body).await;
        let is_struck = shop.app.aws.end_strikes() == 0;
        assert_eq!(status_of(&shop.post(&body).await), 200, "call {number}");
        assert!(shop.row(index).await.is_some(), "call {number}");
        assert_eq!(told(&shop), 1, "call {number}: {first}");
        if !is_struck {
            assert!(number > 5, "a delivery makes more calls than {number}");
            return;
        }
    }
}

/// Until a delivery of the order at `index` has written and is about to tell, where PutEvents hangs
/// once.
async fn about_to_tell(shop: &Connected, index: u32) {
    shop.row_that(index, "the first has written", |_| true).await;
    let is_at_it = || async { (shop.app.aws.left_to_strike() == 0).then_some(()) };
    eventually("the first is about to tell", PATIENCE, is_at_it).await;
}

fn told(shop: &Connected) -> usize {
    changes(&shop.app.aws.take_events()).len()
}

#[tokio::test]
async fn whoever_overtakes_a_delivery_leaves_the_telling_to_it_until_it_gives_up() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let (first, mut second) = (shop.body(index), shop.body(index));
    second["orders"]["order"][0]["comment"] = json!("another digest");
    shop.app.aws.strike("PutEvents", "", DynamoFault::Hang, (0, 1));
    let overtake = async {
        about_to_tell(&shop, index).await;
        assert_eq!(status_of(&shop.post(&second).await), 200);
        told(&shop)
    };
    let (answer, by_the_second) = tokio::join!(shop.post(&first), overtake);
    assert_eq!((status_of(&answer), by_the_second), (503, 0));
    for (body, times) in [(&second, 1), (&first, 0), (&second, 0)] {
        assert_eq!(status_of(&shop.post(body).await), 200);
        assert_eq!(told(&shop), times);
    }
}

#[tokio::test]
async fn what_a_delivery_wrote_that_died_is_told_by_the_next() {
    let shop = Connected::small().await;
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    let body = shop.body(index);
    shop.app.aws.strike("PutEvents", "", DynamoFault::Hang, (0, 1));
    tokio::select! {
        answer = shop.post(&body) => panic!("it is answered: {answer}"),
        () = about_to_tell(&shop, index) => {}
    }
    assert_eq!(told(&shop), 0);
    shop.app.clock.advance(SignedDuration::from_secs(6));
    for times in [1, 0] {
        assert_eq!(status_of(&shop.post(&body).await), 200);
        assert_eq!(told(&shop), times);
    }
}

#[tokio::test]
async fn runs_are_asked_for_once_a_minute_and_never_for_a_paused_shop() {
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
    assert_eq!(asked_for(&shop.app), ["orders"], "what the bus did not take does not count");
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
async fn an_order_that_the_api_does_not_have_yet_is_read_later() {
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
async fn an_order_whose_number_the_api_skips_is_read_later() {
    let shop = Connected::small().await;
    let indexes: Vec<_> =
        (0..2).map(|_| shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap()).collect();
    let number = shop.shop.record(Kind::Orders, indexes[0]).unwrap()["inner_id"].to_string();
    shop.shop.delete(Kind::Orders, indexes[0]).unwrap();
    let body = json!({ "orders": { "order": { "innerId": number } } });
    assert_eq!(status_of(&shop.post(&body).await), 200);
    assert_eq!(asked_for(&shop.app), ["orders"]);
}
