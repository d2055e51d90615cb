//! Reading at the shop's rate limit: slots and read-ahead.

use std::sync::Arc;
use std::time::{Duration, Instant};

use e2e::{
    InProcess, Invocation, PublishedEvent, Worker, assert_limit_is_kept, differences, status_of,
};
use jiff::SignedDuration;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{
    ApiError, Deadline, Generation, Priority, RequestQueue as _, ShopAccess, StoreId,
};
use shopcall_core::storage::{RunRecord, RunStatus, SharedRateLimiter};
use shoprenter_simulator::{Fault, FaultKind, Kind, RateConfig, ShopConfig, ShopHandle, Stats};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn limiter(app: &InProcess) -> SharedRateLimiter {
    let clock = Arc::clone(&app.clock) as Arc<dyn Clock>;
    SharedRateLimiter::new(app.services.rate(), app.rate_limit(), clock)
}

fn within(seconds: u64) -> Deadline {
    Deadline::after(Duration::from_secs(seconds))
}

/// A shop without a rate limit, so that tests do not wait for slots.
fn unlimited(config: ShopConfig) -> ShopConfig {
    let rate = RateConfig { per_second: 10_000, ..RateConfig::default() };
    ShopConfig { rate, ..config }
}

/// Installs the app and returns the requests for the first runs.
async fn installed(app: &InProcess, config: ShopConfig) -> (ShopHandle, Vec<PublishedEvent>) {
    let shop = app.shop("demo", config);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    let events = app.aws.take_events();
    let requests = events.into_iter().filter(|event| event.detail_type == "SyncRequested");
    shop.reset_stats();
    (shop, requests.collect())
}

fn of<'a>(requests: &'a [PublishedEvent], resource: &str) -> &'a PublishedEvent {
    requests.iter().find(|event| event.detail["resource"] == resource).unwrap()
}

async fn last_run(app: &InProcess) -> RunRecord {
    app.services.runs().latest(&id(), 1).await.unwrap().remove(0)
}

/// Syncs all products of a shop, and checks that the table equals the shop.
async fn sync_products(
    app: &InProcess,
    config: ShopConfig,
    faults: &[Fault],
) -> (ShopHandle, Stats) {
    let products = u64::from(config.products);
    let (shop, requests) = installed(app, config).await;
    for fault in faults {
        shop.add_fault(fault.clone()).unwrap();
    }
    app.sync(of(&requests, "products")).await.unwrap();
    let stats = shop.stats();
    let run = last_run(app).await;
    assert_eq!(run.status, RunStatus::Completed, "{run:?}");
    assert_eq!((run.counts.seen, run.counts.written), (products, products), "{run:?}");
    let differences = differences(app, &shop, Kind::Products).await;
    assert!(differences.is_empty(), "{differences:#?}");
    (shop, stats)
}

#[tokio::test]
async fn slots_are_evenly_spaced_across_workers() {
    let app = Arc::new(InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "50")]).await);
    let takers: Vec<_> = (0..8)
        .map(|number| {
            let is_run = number % 2 == 0;
            let priority = if is_run { Priority::Background } else { Priority::Interactive };
            // Each with its own view of the schedule, as in separate Lambda processes.
            let queue = limiter(&app).slots(&id(), priority);
            tokio::spawn(async move {
                let mut slots = Vec::new();
                for _ in 0..5 {
                    slots.push(queue.take(within(60), Duration::ZERO).await.unwrap());
                }
                slots
            })
        })
        .collect();
    let mut slots = Vec::new();
    for taker in takers {
        slots.extend(taker.await.unwrap());
    }
    slots.sort_unstable();
    assert_eq!(slots.len(), 40);
    let interval = app.rate_limit().interval();
    for pair in slots.windows(2) {
        assert!(pair[1].duration_since(pair[0]) >= interval, "{pair:?}");
    }
}

#[tokio::test]
async fn slot_past_the_deadline_is_not_taken() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "0.01")]).await;
    let (limiter, rate) = (limiter(&app), app.services.rate());
    let queue = limiter.slots(&id(), Priority::Background);
    let first = queue.take(within(10), Duration::ZERO).await.unwrap();
    let schedule = rate.read(&id()).await.unwrap();
    assert_eq!(schedule.unwrap().next, first + SignedDuration::from_millis(103_500));

    for priority in [Priority::Background, Priority::Interactive] {
        let late = limiter.slots(&id(), priority).take(within(10), Duration::ZERO).await;
        assert!(matches!(late, Err(ApiError::OutOfTime)), "{late:?}");
    }
    assert_eq!(rate.read(&id()).await.unwrap(), schedule, "no slot was taken");
}

#[tokio::test]
async fn request_that_opens_a_connection_leaves_a_gap() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "0.1")]).await;
    let (queue, rate) = (limiter(&app).slots(&id(), Priority::Background), app.services.rate());
    let interval = app.rate_limit().interval();
    for (pause, gap) in [(0, 100), (12, 0), (30, 100)] {
        app.clock.advance(SignedDuration::from_secs(pause));
        let began = app.clock.now() - SignedDuration::from_millis(1);
        queue.wait(within(20), Duration::ZERO).await.unwrap();
        let next = rate.read(&id()).await.unwrap().unwrap().next;
        let slot = next - interval - SignedDuration::from_millis(gap);
        assert!((began..=app.clock.now()).contains(&slot), "after {pause} s: {slot}");
    }
}

#[tokio::test]
async fn lookup_succeeds_while_runs_use_whole_limit() {
    let app = Arc::new(InProcess::limited().await);
    let (shop, requests) = installed(&app, ShopConfig::sized(600, 600, 600)).await;
    let began = Instant::now();
    // Each in its own process, as in Lambda.
    let runs: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let function = format!("{}-sync", request.detail["resource"].as_str().unwrap());
                let worker = Worker::start(&function, app.environment()).await;
                let outcome = worker.invoke(&request.delivered(), Duration::from_secs(120)).await;
                assert!(matches!(outcome, Invocation::Answered(_)), "{outcome:?}");
            })
        })
        .collect();
    let secret = app.services.secrets.get(app.clock.now()).await.unwrap();
    let access = ShopAccess {
        store: id(),
        generation: Generation(1),
        credentials: Arc::clone(&secret.credentials),
        priority: Priority::Interactive,
        deadline: within(20),
    };
    let look_up = app.services.platforms.open_admin(access).await.unwrap();
    for _ in 0..3 {
        look_up.primary_domain().await.unwrap();
    }
    for run in runs {
        run.await.unwrap();
    }
    assert_limit_is_kept(&shop.stats(), began.elapsed());
    for kind in [Kind::Products, Kind::Orders, Kind::Customers] {
        let differences = differences(&app, &shop, kind).await;
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

#[tokio::test]
async fn slow_answers_cause_read_ahead_up_to_end() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "20")]).await;
    let slow = Fault::new(FaultKind::Slow { ms: 400 }).on("/api");
    let config = unlimited(ShopConfig::sized(1_400, 0, 0));
    let (_, stats) = sync_products(&app, config, &[slow]).await;
    assert!((2..=3).contains(&stats.concurrent_peak), "{stats:?}");
    assert_eq!(stats.count("GET api/productExtend"), 7, "{stats:?}");
}

#[tokio::test]
async fn quick_answers_with_unknown_end_waste_no_request() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "0.5")]).await;
    let (shop, requests) = installed(&app, unlimited(ShopConfig::sized(0, 0, 600))).await;
    app.sync(of(&requests, "customers")).await.unwrap();
    let stats = shop.stats();
    assert_eq!(stats.count("GET api/customerExtend"), 3, "{stats:?}");
    assert_eq!((last_run(&app).await.counts.seen, stats.concurrent_peak), (600, 1));
}

#[tokio::test]
async fn refused_page_is_retried_without_repeating_others() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "20")]).await;
    let faults = [
        Fault::new(FaultKind::Slow { ms: 200 }).on("/api/productExtend"),
        Fault::new(FaultKind::Status { status: 503, retry_after: None })
            .on("/api/productExtend")
            .with_query("page", 2)
            .times(2),
    ];
    let (_, stats) = sync_products(&app, unlimited(ShopConfig::sized(1_000, 0, 0)), &faults).await;
    assert_eq!(stats.count("GET api/productExtend"), 7, "{stats:?}");
}
