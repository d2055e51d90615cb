//! An answer of DynamoDB that is lost on its way: what was asked for has been done, and the SDK asks
//! again.

use std::time::Duration;

use e2e::{DynamoFault, InProcess, differences, status_of};
use shopcall_core::domain::StoreId;
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{Kind, ShopConfig};
use tokio::task::JoinSet;

/// Installs that are tried at a time; most of what each takes is the SDK's waiting.
const AT_ONCE: usize = 6;
/// Fewer calls than an install and its first sync make.
const FEWEST: usize = 40;
/// Less than a lease lasts, which is what whoever does not know its own would wait for.
const PATIENCE: Duration = Duration::from_secs(60);

/// An install and its first sync of orders, of which the call of that number loses its answer;
/// false where there are not so many calls.
async fn install_losing(number: usize) -> bool {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(0, 2, 0));
    app.aws.strike("", "", DynamoFault::LostAnswer, (number, 1));
    assert_eq!(status_of(&app.open(&shop).await), 200, "call {number}");
    let mut events = app.aws.take_events();
    events.retain(|event| event.detail["resource"] == "orders");
    assert_eq!(events.len(), 1, "call {number}");
    let outcome = app.sync_within(&events[0], PATIENCE).await;
    assert!(outcome.is_ok(), "call {number}: {outcome:?}");
    let is_struck = app.aws.end_strikes() == 0;
    let id: StoreId = "shoprenter:demo".parse().unwrap();
    let runs = app.services.runs().latest(&id, 10).await.unwrap();
    assert_eq!(runs.len(), 1, "call {number}: {runs:?}");
    assert_eq!(runs[0].status, RunStatus::Completed, "call {number}: {runs:?}");
    assert_eq!(differences(&app, &shop, Kind::Orders).await, [""; 0], "call {number}");
    is_struck
}

#[tokio::test]
async fn whichever_answer_is_lost_an_install_and_its_first_sync_go_on_at_once() {
    let mut calls = 0;
    loop {
        let installs: JoinSet<_> = (calls..calls + AT_ONCE).map(install_losing).collect();
        let struck = installs.join_all().await;
        calls += struck.iter().filter(|is_struck| **is_struck).count();
        if struck.contains(&false) {
            break;
        }
    }
    println!("{calls} calls, each of which lost its answer once");
    assert!(calls > FEWEST);
}
