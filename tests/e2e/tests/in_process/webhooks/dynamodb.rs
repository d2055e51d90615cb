//! What becomes of orders while DynamoDB does not take every write.

use super::*;
use e2e::DynamoFault;
use shopcall_core::domain::RunId;
use shopcall_core::domain::random;

/// Orders of which no webhook tells.
const UNTOLD: usize = 40;

/// A shop with orders that only a run can find, and the event that asks for it.
async fn with_untold() -> (Connected, PublishedEvent) {
    let shop = Connected::small().await;
    for _ in 0..UNTOLD {
        shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    }
    let detail = json!({
        "store_id": "shoprenter:demo", "generation": 1, "resource": "orders",
        "mode": "incremental", "run_id": RunId::from_random(random::bytes()),
    });
    (shop, PublishedEvent { detail_type: "SyncRequested".to_owned(), detail })
}

/// The orders that were told of, sorted.
fn told(shop: &Connected) -> Vec<String> {
    let events = shop.app.aws.take_events();
    let id = |detail: &&Value| detail["order_id"].as_str().unwrap().to_owned();
    let mut ids: Vec<_> = changes(&events).iter().map(id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn what_is_written_before_a_page_fails_is_told_and_the_rest_is_told_later() {
    let (shop, run) = with_untold().await;
    let cache = shop.app.tables().cache.clone();
    let before = shop.cache().await.len();
    shop.app.aws.strike("PutItem", &cache, DynamoFault::Denied, (20, usize::MAX));
    shop.app.sync(&run).await.unwrap_err();
    shop.app.aws.end_strikes();
    let mut ids = told(&shop);
    assert_eq!((ids.len(), shop.cache().await.len()), (20, before + 20));

    shop.app.sync(&run).await.unwrap();
    ids.extend(told(&shop));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), shop.cache().await.len()), (UNTOLD, before + UNTOLD));
}

#[tokio::test]
async fn an_order_whose_write_is_never_confirmed_is_told_once() {
    let (shop, run) = with_untold().await;
    let cache = shop.app.tables().cache.clone();
    shop.app.aws.strike("PutItem", &cache, DynamoFault::LostAnswer, (5, 3));
    shop.app.sync(&run).await.unwrap();
    assert_eq!(shop.app.aws.end_strikes(), 0);
    let ids = told(&shop);
    let mut once = ids.clone();
    once.dedup();
    assert_eq!((ids.len(), once.len()), (UNTOLD, UNTOLD));
}

#[tokio::test]
async fn a_delivery_waits_for_other_transactions_and_not_for_ever() {
    for (conflicts, status) in [(5, 200), (6, 503)] {
        let shop = Connected::small().await;
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        let body = shop.body(index);
        let transaction = "(transaction)";
        shop.app.aws.strike(
            "TransactWriteItems",
            transaction,
            DynamoFault::Conflict,
            (0, conflicts),
        );
        shop.app.aws.take_usage();
        assert_eq!(status_of(&shop.post(&body).await), status, "{conflicts}");
        assert_eq!(shop.app.aws.take_usage().calls_of("TransactWriteItems"), 6);
        assert_eq!(shop.app.aws.end_strikes(), 0);
        assert_eq!(shop.row(index).await.is_some(), status == 200);
        // Where it did not succeed, the repetition does.
        assert_eq!(status_of(&shop.post(&body).await), 200);
        assert!(shop.row(index).await.is_some_and(|order| !order.provisional));
    }
}
