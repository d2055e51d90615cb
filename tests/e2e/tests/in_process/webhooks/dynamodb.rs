//! Orders while DynamoDB fails some writes.

use super::*;
use e2e::DynamoFault;
use shopcall_core::domain::RunId;
use shopcall_core::domain::random;

/// Number of orders without a webhook.
const UNDELIVERED: usize = 40;

/// A shop with orders that only a run can find, and the event that requests the run.
async fn with_unpublished() -> (Connected, PublishedEvent) {
    let shop = Connected::small().await;
    for _ in 0..UNDELIVERED {
        shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    }
    let detail = json!({
        "store_id": "shoprenter:demo", "generation": 1, "resource": "orders",
        "mode": "incremental", "run_id": RunId::from_random(random::bytes()),
    });
    (shop, PublishedEvent { detail_type: "SyncRequested".to_owned(), detail })
}

/// Orders with a published event, sorted.
fn published_ids(shop: &Connected) -> Vec<String> {
    let events = shop.app.aws.take_events();
    let id = |detail: &&Value| detail["order_id"].as_str().unwrap().to_owned();
    let mut ids: Vec<_> = changes(&events).iter().map(id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn failed_page_publishes_written_orders_then_the_rest() {
    let (shop, run) = with_unpublished().await;
    let cache = shop.app.tables().cache.clone();
    let before = shop.cache().await.len();
    shop.app.aws.apply_fault("PutItem", &cache, DynamoFault::Denied, (20, usize::MAX));
    shop.app.sync(&run).await.unwrap_err();
    shop.app.aws.cancel_faults();
    let mut ids = published_ids(&shop);
    assert_eq!((ids.len(), shop.cache().await.len()), (20, before + 20));

    shop.app.sync(&run).await.unwrap();
    ids.extend(published_ids(&shop));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), shop.cache().await.len()), (UNDELIVERED, before + UNDELIVERED));
}

#[tokio::test]
async fn order_with_unconfirmed_write_is_published_once() {
    let (shop, run) = with_unpublished().await;
    let cache = shop.app.tables().cache.clone();
    shop.app.aws.apply_fault("PutItem", &cache, DynamoFault::LostAnswer, (5, 3));
    shop.app.sync(&run).await.unwrap();
    assert_eq!(shop.app.aws.cancel_faults(), 0);
    let ids = published_ids(&shop);
    let mut once = ids.clone();
    once.dedup();
    assert_eq!((ids.len(), once.len()), (UNDELIVERED, UNDELIVERED));
}

#[tokio::test]
async fn delivery_waits_for_conflicting_transactions_within_bounds() {
    for (conflicts, status) in [(5, 200), (6, 503)] {
        let shop = Connected::small().await;
        let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
        let body = shop.body(index);
        let transaction = "(transaction)";
        shop.app.aws.apply_fault(
            "TransactWriteItems",
            transaction,
            DynamoFault::Conflict,
            (0, conflicts),
        );
        shop.app.aws.take_usage();
        assert_eq!(status_of(&shop.post(&body).await), status, "{conflicts}");
        assert_eq!(shop.app.aws.take_usage().calls_of("TransactWriteItems"), 6);
        assert_eq!(shop.app.aws.cancel_faults(), 0);
        assert_eq!(shop.row(index).await.is_some(), status == 200);
        // If it failed, the retry succeeds.
        assert_eq!(status_of(&shop.post(&body).await), 200);
        assert!(shop.row(index).await.is_some_and(|order| !order.provisional));
    }
}
