use std::time::{Duration, Instant};

use serde_json::json;
use shoprenter_simulator::{Fault, FaultKind, Kind};

use crate::{Bench, send};

fn status(status: u16) -> Fault {
    Fault::new(FaultKind::Status { status, retry_after: None })
}

#[tokio::test]
async fn status_fault_is_limited_to_path_and_times() {
    let bench = Bench::sized(5, 5, 0);
    bench.shop.add_fault(status(503).on("/api/orderExtend").times(1)).expect("a fault");
    assert_eq!(bench.read("productExtend").await.0, 200);
    assert_eq!(bench.read("orderExtend").await.0, 503);
    assert_eq!(bench.read("orderExtend").await.0, 200);
    assert_eq!(bench.shop.stats().requests["GET api/orderExtend"][&503], 1);

    bench.shop.add_fault(status(500).on("/app/token")).expect("a fault");
    assert_eq!(bench.post("/bolt/app/token", &json!({})).await.0, 500);
    bench.shop.clear_faults();
    assert_eq!(bench.post("/bolt/app/token", &json!({})).await.0, 400);
}

#[tokio::test]
async fn slow_fault_delays_and_hang_never_responds() {
    let bench = Bench::sized(5, 0, 0);
    bench.shop.add_fault(Fault::new(FaultKind::Slow { ms: 150 }).times(1)).expect("a fault");
    let start = Instant::now();
    assert_eq!(bench.read("productExtend").await.0, 200);
    assert!(start.elapsed() >= Duration::from_millis(150));
    bench.shop.add_fault(Fault::new(FaultKind::Hang).times(1)).expect("a fault");
    let hung = bench.api("productExtend").timeout(Duration::from_millis(200)).send().await;
    assert!(hung.expect_err("no answer").is_timeout());
    let end = Instant::now() + Duration::from_secs(5);
    while bench.shop.stats().concurrent > 0 && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(bench.shop.stats().concurrent, 0);
}

#[tokio::test]
async fn held_response_is_sent_when_fault_ends() {
    let bench = Bench::sized(5, 0, 0);
    let hold = Fault::new(FaultKind::Hold).on("/api/productExtend").with_query("page", 0);
    let id = bench.shop.add_fault(hold).expect("a fault");
    assert_eq!(bench.read("productExtend?limit=2&page=1").await.0, 200);
    let held = bench.read("productExtend?limit=2&page=0");
    tokio::pin!(held);
    let mut looks = 0;
    while bench.shop.faults()[0].harmed == 0 && looks < 500 {
        let early = tokio::time::timeout(Duration::from_millis(10), &mut held).await;
        assert!(early.is_err(), "answered while it was held");
        looks += 1;
    }
    assert_eq!(bench.read("productExtend?limit=2&page=2").await.0, 200);
    assert!(bench.shop.remove_fault(id));
    assert_eq!(held.await.0, 200);
}

#[tokio::test]
async fn body_faults_truncate_corrupt_or_change_type() {
    let bench = Bench::sized(50, 0, 0);
    let next = async |kind| {
        bench.shop.add_fault(Fault::new(kind).times(1)).expect("a fault");
        send(bench.api("productExtend?full=1")).await
    };
    assert!(next(FaultKind::Cut).await.bytes().await.is_err());
    let malformed = next(FaultKind::MalformedJson).await.bytes().await.expect("a body");
    assert!(serde_json::from_slice::<serde_json::Value>(&malformed).is_err());
    let typed = next(FaultKind::WrongContentType).await;
    assert_eq!(typed.headers()["content-type"], "text/html");
    assert!(next(FaultKind::Xml).await.text().await.expect("a text").starts_with("<?xml"));

    let mut endless = next(FaultKind::Oversized).await;
    let mut read = 0;
    while read < 20_000_000 {
        read += endless.chunk().await.expect("a chunk").expect("more").len();
    }
}

#[tokio::test]
async fn redirect_fault_names_another_host() {
    let bench = Bench::sized(5, 0, 0);
    let to = "https://elsewhere.example".to_owned();
    bench.shop.add_fault(Fault::new(FaultKind::Redirect { to }).times(1)).expect("a fault");
    let response = send(bench.api("productExtend")).await;
    assert_eq!(response.status(), 308);
    assert_eq!(response.headers()["location"], "https://elsewhere.example/api/productExtend");
}

#[tokio::test]
async fn token_revocation_applies_to_the_current_request() {
    let bench = Bench::sized(5, 0, 0);
    bench.shop.add_fault(Fault::new(FaultKind::RevokeTokens).times(1)).expect("a fault");
    assert_eq!(bench.read("productExtend").await.0, 401);
}

#[tokio::test]
async fn shrinking_collection_makes_a_reader_skip_records() {
    let bench = Bench::sized(40, 0, 0);
    let shrink = Fault::new(FaultKind::Shrink { count: 5 }).on("/api/productExtend").times(1);
    bench.shop.add_fault(shrink).expect("a fault");
    let (_, first) = bench.read("productExtend?limit=20").await;
    let (_, second) = bench.read("productExtend?limit=20&page=1").await;
    let length = |page: &serde_json::Value| page["items"].as_array().map(Vec::len);
    assert_eq!((length(&first), length(&second)), (Some(20), Some(15)));
    assert_eq!(bench.shop.count(Kind::Products), 35);
}
