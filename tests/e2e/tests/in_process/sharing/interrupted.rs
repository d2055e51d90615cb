//! Sharing changes and erasures that are cut short.

use e2e::DynamoFault;

use super::*;

#[tokio::test]
async fn unpublished_sharing_change_is_retried_by_schedule() {
    let (app, shop) = connected(2, 30, 2).await;
    let sharing = Sharing::new(&app.services);
    app.aws.refuse_events(usize::MAX);
    assert!(sharing.stop_sharing(&id(), FIRST, Resource::Orders).await.is_err());
    app.aws.refuse_events(0);
    assert!(!store(&app).await.shares(Resource::Orders));
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Orders).await);
    assert_only_shared_is_there(&app, &shop).await;

    app.aws.refuse_events(usize::MAX);
    assert!(sharing.share(&id(), FIRST, Resource::Orders).await.is_err());
    app.aws.refuse_events(0);
    app.run_schedule().await.unwrap();
    deliver(&app).await;
    assert!(store(&app).await.shares(Resource::Orders));
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn failed_sharing_change_can_be_repeated() {
    for operation in ["PutItem", "TransactWriteItems"] {
        let (app, shop) = connected(2, 30, 2).await;
        let sharing = Sharing::new(&app.services);
        app.aws.apply_fault(operation, "", DynamoFault::Denied, (0, 1));
        assert!(sharing.stop_sharing(&id(), FIRST, Resource::Orders).await.is_err(), "{operation}");
        stop_sharing(&app, Resource::Orders).await;
        deliver(&app).await;
        assert_only_shared_is_there(&app, &shop).await;
    }
}

#[tokio::test]
async fn failed_erasure_is_resumed_by_the_next() {
    let (app, shop) = connected(2, 60, 2).await;
    stop_sharing(&app, Resource::Orders).await;
    let event = app.aws.take_events().remove(0);
    app.aws.apply_fault("TransactWriteItems", "", DynamoFault::Denied, (1, 1));
    assert!(app.sync(&event).await.is_err());
    assert_eq!(count(&app, Resource::Orders).await, 35);
    app.sync(&event).await.unwrap();
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn conflicting_transactions_do_not_fail_erasure() {
    let (app, shop) = connected(2, 60, 2).await;
    app.aws.apply_fault("TransactWriteItems", "", DynamoFault::Conflict, (0, 3));
    stop_sharing(&app, Resource::Orders).await;
    app.aws.apply_fault("TransactWriteItems", "", DynamoFault::Conflict, (1, 2));
    deliver(&app).await;
    assert_eq!(app.aws.cancel_faults(), 0);
    assert_only_shared_is_there(&app, &shop).await;
}

#[tokio::test]
async fn late_erasure_keeps_records_shared_again() {
    let (app, shop) = connected(2, 60, 2).await;
    stop_sharing(&app, Resource::Orders).await;
    let erase = app.aws.take_events().remove(0);
    app.sync_within(&erase, Duration::ZERO).await.unwrap();
    let rest = app.aws.take_events().remove(0);
    assert_eq!(count(&app, Resource::Orders).await, 35);
    share(&app, Resource::Orders).await;
    deliver(&app).await;
    for late in [&erase, &rest] {
        app.sync(late).await.unwrap();
        assert_only_shared_is_there(&app, &shop).await;
    }
}

#[tokio::test]
async fn concurrent_erasure_keeps_newly_read_records() {
    for delay_ms in [0, 3, 10, 30, 60] {
        let (app, shop) = connected(0, 300, 0).await;
        stop_sharing(&app, Resource::Orders).await;
        let erase = app.aws.take_events().remove(0);
        let sharing = async {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            share(&app, Resource::Orders).await;
            deliver(&app).await;
        };
        let (erased, ()) = tokio::join!(app.sync(&erase), sharing);
        erased.unwrap();
        deliver(&app).await;
        assert_only_shared_is_there(&app, &shop).await;
    }
}
