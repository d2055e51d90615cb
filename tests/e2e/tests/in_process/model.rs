//! After any sequence of changes and syncs, one undisturbed sync makes the table equal to the shop.

use std::time::Duration;

use e2e::{InProcess, PublishedEvent, differences, status_of};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rust_decimal::Decimal;
use shopcall_core::domain::random;
use shopcall_core::domain::{Order, StoreId};
use shopcall_core::storage::{Cached, RunStatus};
use shoprenter_simulator::{Churn, Kind, RateConfig, ShopConfig, ShopHandle};

const KINDS: [Kind; 3] = [Kind::Products, Kind::Orders, Kind::Customers];
/// Limit on follow-up events of one event: queued runs and continuations.
const MAX_FOLLOW_UPS: usize = 50;

/// A step of a sequence.
#[derive(Debug, Clone)]
enum Step {
    /// The shop changes.
    Change(Kind, u32, u32, u32, u64),
    /// A sync is requested and carried out.
    Sync(Kind, &'static str),
    /// A sync is requested, and its worker is killed after this many milliseconds.
    Crash(Kind, &'static str, u64),
    /// An event is delivered again, regardless of its age.
    Again(Index),
    /// An event is delivered twice concurrently.
    Twice(Kind, &'static str),
    /// An order is written outside the engine, as by a webhook: an existing one, or one that the shop
    /// does not have.
    Write(Index, bool),
    /// Time passes: leases expire, sweeps become due.
    Minutes(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let kind = || select(&KINDS[..]);
    let mode = || select(&["full", "incremental", "auto"][..]);
    prop_oneof![
        4 => (kind(), 0u32..6, 0u32..40, 0u32..12, any::<u64>())
            .prop_map(|(kind, add, update, delete, seed)| Step::Change(kind, add, update, delete, seed)),
        3 => (kind(), mode()).prop_map(|(kind, mode)| Step::Sync(kind, mode)),
        3 => (kind(), mode(), 0u64..150).prop_map(|(kind, mode, ms)| Step::Crash(kind, mode, ms)),
        2 => any::<Index>().prop_map(Step::Again),
        1 => (kind(), mode()).prop_map(|(kind, mode)| Step::Twice(kind, mode)),
        2 => (any::<Index>(), any::<bool>()).prop_map(|(which, is_known)| Step::Write(which, is_known)),
        1 => select(&[2i64, 20, 1500][..]).prop_map(Step::Minutes),
    ]
}

struct World {
    app: InProcess,
    shop: ShopHandle,
    first: Vec<PublishedEvent>,
    history: Vec<PublishedEvent>,
}

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Products => "products",
        Kind::Orders => "orders",
        Kind::Customers => "customers",
    }
}

impl World {
    async fn start() -> Self {
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
        let rate = RateConfig { per_second: 1_000, ..RateConfig::default() };
        let shop = app.shop("demo", ShopConfig { rate, ..ShopConfig::sized(230, 210, 40) });
        assert_eq!(status_of(&app.open(&shop).await), 200);
        let mut first = app.aws.take_events();
        first.retain(|event| event.detail_type == "SyncRequested");
        Self { app, shop, history: first.clone(), first }
    }

    fn request(&mut self, kind: Kind, mode: &str) -> PublishedEvent {
        let of_kind = |event: &&PublishedEvent| event.detail["resource"] == name(kind);
        let mut event = self.first.iter().find(of_kind).unwrap().clone();
        event.detail["run_id"] = random::hex::<16>().into();
        event.detail["mode"] = mode.into();
        self.history.push(event.clone());
        event
    }

    /// Carries out published events until none are left.
    async fn follow_up(&self) {
        for _ in 0..MAX_FOLLOW_UPS {
            let mut asked = self.app.aws.take_events();
            asked.retain(|event| event.detail_type == "SyncRequested");
            if asked.is_empty() {
                return;
            }
            for event in asked {
                self.app.sync(&event).await.unwrap();
            }
        }
        panic!("the follow-ups do not end");
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Change(kind, add, update, delete, seed) => {
                let churn = Churn { add: *add, update: *update, delete: *delete, seed: *seed };
                self.shop.churn(*kind, churn).unwrap();
            }
            Step::Sync(kind, mode) => {
                let event = self.request(*kind, mode);
                self.app.sync(&event).await.unwrap();
            }
            Step::Crash(kind, mode, ms) => {
                let event = self.request(*kind, mode);
                let work = self.app.sync(&event);
                let _ = tokio::time::timeout(Duration::from_millis(*ms), work).await;
                self.app.clock.advance(SignedDuration::from_secs(100));
            }
            Step::Again(which) => {
                let event = which.get(&self.history).clone();
                self.app.sync(&event).await.unwrap();
            }
            Step::Twice(kind, mode) => {
                let event = self.request(*kind, mode);
                let (one, other) = tokio::join!(self.app.sync(&event), self.app.sync(&event));
                one.unwrap();
                other.unwrap();
            }
            Step::Write(which, is_known) => self.write_an_order(*which, *is_known).await,
            Step::Minutes(minutes) => {
                self.app.clock.advance(SignedDuration::from_mins(*minutes));
            }
        }
        self.follow_up().await;
    }

    async fn write_an_order(&self, which: Index, is_known: bool) {
        let truths = self.shop.records(Kind::Orders, 0, 1_000);
        let truth = which.get(&truths);
        let cache = self.app.services.cache();
        let known = cache.get::<Order>(&id(), truth["id"].as_str().unwrap()).await.unwrap();
        let Some(mut row) = known else { return };
        if is_known {
            if let Some(total) = &mut row.record.total_gross {
                total.amount += Decimal::ONE;
            }
        } else {
            row.record.id = format!("{}-gone", row.record.id);
        }
        let written: [Cached<Order>; 1] = [row];
        cache.put(&id(), &written, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    }

    /// Carries out an undisturbed full sync of everything; returns the remaining differences.
    async fn quiet_sync(&mut self) -> Vec<String> {
        self.app.clock.advance(SignedDuration::from_mins(11));
        self.follow_up().await;
        let mut wrong = Vec::new();
        for kind in KINDS {
            let event = self.request(kind, "full");
            self.app.sync(&event).await.unwrap();
            self.follow_up().await;
            let runs = self.app.services.runs().latest(&id(), 100).await.unwrap();
            let run = runs.iter().find(|run| event.detail["run_id"] == run.run_id.as_str());
            if run.is_none_or(|run| run.status != RunStatus::Completed) {
                wrong.push(format!("the quiet run is {run:?}"));
            }
            wrong.extend(differences(&self.app, &self.shop, kind).await);
        }
        wrong
    }
}

#[test]
fn one_undisturbed_sync_makes_table_equal_shop() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cases = std::env::var("MODEL_CASES").map_or(8, |cases| cases.parse().unwrap());
    let config =
        Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let story = proptest::collection::vec(step(), 1..16);
    let outcome = TestRunner::new(config).run(&story, |steps| {
        let wrong = runtime.block_on(async {
            let mut world = World::start().await;
            for step in &steps {
                world.take(step).await;
            }
            world.quiet_sync().await
        });
        let nothing: [String; 0] = [];
        (wrong == nothing).then_some(()).ok_or_else(|| TestCaseError::fail(format!("{wrong:#?}")))
    });
    outcome.unwrap();
}
