//! DynamoDB responses lost after the operation was carried out: the SDK repeats the request.

use std::time::Duration;

use e2e::{DynamoFault, InProcess, differences, status_of};
use shopcall_core::domain::StoreId;
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{Kind, ShopConfig};
use tokio::task::JoinSet;

/// Installs tried concurrently; most of the duration is the SDK's waiting.
const AT_ONCE: usize = 6;
/// Below the number of calls of an install and its first sync.
const FEWEST: usize = 40;
/// Below the duration of a lease, which a caller would wait for if it did not recognise its own.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Installs the app and carries out the first sync of orders, losing the response to this call;
/// false if there are fewer calls.
async fn install_losing(number: usize) -> bool {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(0, 2, 0));
    app.aws.apply_fault("", "", DynamoFault::LostAnswer, (number, 1));
    assert_eq!(status_of(&app.open(&shop).await), 200, "call {number}");
    let mut events = app.aws.take_events();
    events.retain(|event| event.detail["resource"] == "orders");
    assert_eq!(events.len(), 1, "call {number}");
    let outcome = app.sync_within(&events[0], TIMEOUT).await;
    assert!(outcome.is_ok(), "call {number}: {outcome:?}");
    let has_failed = app.aws.cancel_faults() == 0;
    let id: StoreId = "shoprenter:demo".parse().unwrap();
    let runs = app.services.runs().latest(&id, 10).await.unwrap();
    assert_eq!(runs.len(), 1, "call {number}: {runs:?}");
    assert_eq!(runs[0].status, RunStatus::Completed, "call {number}: {runs:?}");
    assert_eq!(differences(&app, &shop, Kind::Orders).await, [""; 0], "call {number}");
    has_failed
}

#[tokio::test]
async fn install_and_first_sync_survive_lost_answers() {
    let mut calls = 0;
    loop {
        let installs: JoinSet<_> = (calls..calls + AT_ONCE).map(install_losing).collect();
        let struck = installs.join_all().await;
        calls += struck.iter().filter(|has_failed| **has_failed).count();
        if struck.contains(&false) {
            break;
        }
    }
    println!("{calls} calls, each of which lost its answer once");
    assert!(calls > FEWEST);
}
