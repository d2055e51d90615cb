//! A run whose worker is killed at any point is completed by the next worker.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use e2e::{InProcess, Invocation, PublishedEvent, Row, Side, Worker, differences, rows, status_of};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use shopcall_core::domain::random;
use shopcall_core::domain::{Mode, StoreId};
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{Churn, Kind, RateConfig, ShopConfig, ShopHandle, TokenConfig};

const PRODUCTS: u32 = 900;
const KILLS: usize = 50;
/// Well above the need: a run is killed once or twice on average.
const MAX_RUNS: u32 = 200;
const MAX_ATTEMPTS: u32 = 40;
/// Approximate number of calls before a run's first page.
const BEGINNING: u64 = 12;
const TIME_LIMIT: Duration = Duration::from_secs(120);

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// Point at which a worker is killed.
enum Point {
    /// At one of its calls to AWS.
    Call(u64, Side),
    /// At a time after its start.
    Time(Duration),
}

/// Number of workers killed at each kind of point.
#[derive(Default)]
struct Deaths {
    before_first_page: usize,
    on_a_page: usize,
    in_the_sweep: usize,
    after_the_end: usize,
}

impl Deaths {
    fn total(&self) -> usize {
        self.before_first_page + self.on_a_page + self.in_the_sweep + self.after_the_end
    }
}

struct Scene {
    app: InProcess,
    shop: ShopHandle,
    request: PublishedEvent,
    worker: Option<Worker>,
    deaths: Deaths,
    draw: StdRng,
    /// Calls and duration of the last undisturbed run, from which points are drawn.
    usual_calls: u64,
    usual_time: Duration,
}

impl Scene {
    async fn start(seed: u64) -> Self {
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
        let config = ShopConfig {
            rate: RateConfig { per_second: 1_000, ..RateConfig::default() },
            // Workers are also killed while they fetch a token.
            token: TokenConfig { lifetime_seconds: 2, ..TokenConfig::default() },
            ..ShopConfig::sized(PRODUCTS, 0, 0)
        };
        let shop = app.shop("demo", config);
        assert_eq!(status_of(&app.open(&shop).await), 200);
        let events = app.aws.take_events();
        let request =
            events.into_iter().find(|event| event.detail["resource"] == "products").unwrap();
        let draw = StdRng::seed_from_u64(seed);
        let (usual_calls, usual_time) = (0, Duration::ZERO);
        let (worker, deaths) = (None, Deaths::default());
        Self { app, shop, request, worker, deaths, draw, usual_calls, usual_time }
    }

    fn ask_for_run(&mut self, number: u32) -> Mode {
        let is_full = self.draw.random_bool(0.5);
        self.request.detail["run_id"] = format!("{number:032}").into();
        self.request.detail["mode"] = if is_full { "full" } else { "incremental" }.into();
        if is_full { Mode::Full } else { Mode::Incremental }
    }

    /// Changes the shop; deletions are added for runs that sweep, which are full ones.
    fn change_the_shop(&mut self, mode: Mode) {
        let deletions = self.draw.random_range(0..30);
        let churn = Churn {
            add: self.draw.random_range(0..5),
            update: self.draw.random_range(0..500),
            delete: if mode == Mode::Full { deletions } else { 0 },
            seed: self.draw.random_range(0..u64::from(u32::MAX)),
        };
        self.shop.churn(Kind::Products, churn).unwrap();
    }

    fn draw_point(&mut self) -> Point {
        match self.draw.random_range(0..6) {
            5 => Point::Call(self.draw.random_range(0..BEGINNING), Side::After),
            0 | 1 => Point::Call(self.draw.random_range(0..self.usual_calls), Side::Before),
            2 | 3 => Point::Call(self.draw.random_range(0..self.usual_calls), Side::After),
            _ => Point::Time(self.draw.random_range(Duration::ZERO..self.usual_time)),
        }
    }

    /// Delivers the event until a worker completes, killing workers that reach their point.
    async fn run_to_its_end(&mut self) {
        for _ in 0..MAX_ATTEMPTS {
            let point = (self.deaths.total() < KILLS).then(|| self.draw_point());
            if self.attempt(point).await {
                return;
            }
            self.note_death().await;
            self.let_leases_run_out().await;
        }
        panic!("the run does not end: {:?}", self.request);
    }

    /// Delivers the event once; false if the worker was killed.
    async fn attempt(&mut self, point: Option<Point>) -> bool {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start("products-sync", self.app.environment()).await,
        };
        let (calls, side, time) = match point {
            Some(Point::Call(calls, side)) => (calls, side, TIME_LIMIT),
            Some(Point::Time(time)) => (u64::MAX, Side::Before, time),
            None => (u64::MAX, Side::Before, TIME_LIMIT),
        };
        let stop = self.app.aws.stop_after(calls, side);
        let event = self.request.delivered();
        let outcome = tokio::select! {
            outcome = worker.invoke(&event, TIME_LIMIT) => outcome,
            () = async { tokio::select! {
                () = stop.reached() => {}
                () = tokio::time::sleep(time) => {}
            }} => {
                worker.kill();
                return false;
            }
        };
        assert!(matches!(outcome, Invocation::Answered(_)), "{outcome:?}\n{}", worker.log());
        self.worker = Some(worker);
        true
    }

    async fn lease(&self) -> Option<Row> {
        let all = rows(&self.app.dynamodb, &self.app.tables().stores).await;
        all.into_iter().find(|row| row["kind"].as_s().unwrap() == "sync#products")
    }

    async fn note_death(&mut self) {
        let lease = self.lease().await.unwrap_or_default();
        let run_id = self.request.detail["run_id"].as_str().unwrap();
        let is_own = |value: Option<&AttributeValue>| {
            value.and_then(|value| value.as_s().ok()).is_some_and(|own| own == run_id)
        };
        let checkpoint = lease.get("checkpoint").and_then(|checkpoint| checkpoint.as_m().ok());
        let phase = checkpoint.and_then(|checkpoint| checkpoint.get("phase"));
        let record = checkpoint.and_then(|checkpoint| checkpoint.get("record")?.as_m().ok());
        if is_own(lease.get("finished_run")) {
            self.deaths.after_the_end += 1;
        } else if !is_own(record.and_then(|record| record.get("run_id"))) {
            self.deaths.before_first_page += 1;
        } else if phase.is_none_or(|phase| phase.as_s().unwrap() == "reading") {
            self.deaths.on_a_page += 1;
        } else {
            self.deaths.in_the_sweep += 1;
        }
    }

    /// Simulates 90 seconds passing.
    async fn let_leases_run_out(&self) {
        let tables = self.app.tables();
        let store = ("store_id", AttributeValue::S(id().to_string()));
        let kind = ("kind", AttributeValue::S("sync#products".to_owned()));
        for (table, key) in
            [(&tables.stores, vec![store.clone(), kind]), (&tables.tokens, vec![store])]
        {
            let update = self.app.dynamodb.update_item().table_name(table);
            let key = key.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let update = update
                .set_key(Some(key))
                .update_expression("SET lease_until = :past")
                .condition_expression("attribute_exists(lease_until)")
                .expression_attribute_values(":past", AttributeValue::N("0".to_owned()));
            if let Err(error) = update.send().await {
                assert!(error.into_service_error().is_conditional_check_failed_exception());
            }
        }
    }

    async fn assert_complete(&self, mode: Mode) {
        let run = self.app.services.runs().latest(&id(), 1).await.unwrap().remove(0);
        assert_eq!(Some(run.run_id.as_str()), self.request.detail["run_id"].as_str());
        assert_eq!(run.status, RunStatus::Completed, "{run:?}");
        let events = self.app.aws.take_events();
        assert!(events.iter().any(|event| event.detail_type == "SyncCompleted"), "{events:?}");
        if mode == Mode::Full {
            let products = self.shop.count(Kind::Products) as u64;
            assert_eq!(run.counts.seen, products, "a page is counted once: {run:?}");
        }
        assert_eq!(differences(&self.app, &self.shop, Kind::Products).await, [""; 0]);
    }
}

/// The seed in `KILL_SEED`, to repeat a failure, or a random one.
fn seed() -> u64 {
    let given = std::env::var("KILL_SEED").ok();
    given.map_or_else(random::number, |seed| seed.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn table_equals_shop_wherever_workers_are_killed() {
    let seed = seed();
    println!("KILL_SEED={seed}");
    let mut scene = Scene::start(seed).await;
    let missing = differences(&scene.app, &scene.shop, Kind::Products).await;
    assert_eq!(missing.len(), PRODUCTS as usize, "the table is empty before the first run");

    scene.app.aws.take_usage();
    let began = Instant::now();
    assert!(scene.attempt(None).await);
    scene.usual_time = began.elapsed();
    scene.usual_calls = scene.app.aws.take_usage().total_calls();
    scene.assert_complete(Mode::Full).await;

    let mut runs = 1;
    while scene.deaths.total() < KILLS {
        runs += 1;
        assert!(runs < MAX_RUNS, "workers end before they can be killed");
        let mode = scene.ask_for_run(runs);
        scene.change_the_shop(mode);
        scene.run_to_its_end().await;
        scene.assert_complete(mode).await;
    }
    let Deaths { before_first_page, on_a_page, in_the_sweep, after_the_end } = scene.deaths;
    println!(
        "{KILLS} kills: {before_first_page} before the first page, {on_a_page} on a page, \
         {in_the_sweep} in the sweep, {after_the_end} after the end; the table equal to the shop after each of {runs} runs"
    );
}
