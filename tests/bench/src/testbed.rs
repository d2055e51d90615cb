//! Common setup of the benchmarks: a shop with the app installed, and its workers.

use std::time::Duration;

use e2e::{InProcess, Invocation, PublishedEvent, Worker, differences, status_of};
use shopcall_core::domain::Resource;
use shoprenter_simulator::{Kind, RateConfig, ShopConfig, ShopHandle};

use crate::functions;

/// Maximum number of invocations per run.
const MAX_INVOCATIONS: usize = 50;
/// Rate limit in requests a second that is never reached.
const LIFTED: u32 = 1_000;
/// Maximum time limit of a Lambda function.
pub(crate) const LONGEST: Duration = Duration::from_secs(900);

pub(crate) struct Testbed {
    pub(crate) app: InProcess,
    pub(crate) shop: ShopHandle,
    requests: Vec<PublishedEvent>,
}

impl Testbed {
    /// Shop with ShopRenter's own limit.
    pub(crate) async fn limited(config: ShopConfig) -> Self {
        Self::start(InProcess::limited().await, config).await
    }

    /// Shop without a rate limit, and functions configured for it.
    pub(crate) async fn unlimited(config: ShopConfig) -> Self {
        let limit = LIFTED.to_string();
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", &limit)]).await;
        let rate = RateConfig { per_second: LIFTED, ..RateConfig::default() };
        Self::start(app, ShopConfig { rate, ..config }).await
    }

    async fn start(app: InProcess, config: ShopConfig) -> Self {
        let shop = app.shop("bench", config);
        assert_eq!(status_of(&app.open(&shop).await), 200);
        let events = app.aws.take_events();
        let requests =
            events.into_iter().filter(|event| event.detail_type == "SyncRequested").collect();
        shop.reset_stats();
        app.aws.take_usage();
        Self { app, shop, requests }
    }

    /// Request for the first run after the install.
    pub(crate) fn first_run(&self, resource: Resource) -> PublishedEvent {
        let of = |event: &&PublishedEvent| event.detail["resource"] == resource.as_str();
        self.requests.iter().find(of).unwrap().clone()
    }

    /// Request for another full run.
    pub(crate) fn another_run(&self, resource: Resource, number: u32) -> PublishedEvent {
        let mut event = self.first_run(resource);
        event.detail["run_id"] = format!("{number:032}").into();
        event.detail["mode"] = "full".into();
        event
    }

    /// Starts a fresh process of a resource's function.
    pub(crate) async fn worker(&self, resource: Resource) -> Worker {
        functions::start(&format!("{resource}-sync"), self.app.environment()).await
    }

    /// Invokes the worker with the request and then with its own continuation requests until the
    /// run has ended; returns the number of invocations.
    pub(crate) async fn run_to_end(
        &self,
        worker: &Worker,
        request: PublishedEvent,
        time_limit: Duration,
    ) -> usize {
        let mut next = Some(request);
        let mut invocations = 0;
        while let Some(event) = next {
            invocations += 1;
            assert!(invocations <= MAX_INVOCATIONS, "the run does not end");
            let outcome = worker.invoke(&event.delivered(), time_limit).await;
            assert!(matches!(outcome, Invocation::Answered(_)), "{outcome:?}\n{}", worker.log());
            let events = self.app.aws.take_events();
            assert!(events.iter().all(|event| event.detail_type != "SyncFailed"), "{events:?}");
            next = events.into_iter().find(|event| event.detail_type == "SyncRequested");
        }
        invocations
    }

    /// Fails unless the table matches the shop exactly.
    pub(crate) async fn assert_equal(&self, kinds: &[Kind]) {
        for kind in kinds {
            let found = differences(&self.app, &self.shop, *kind).await;
            let first: Vec<_> = found.iter().take(5).collect();
            assert!(found.is_empty(), "{} differences in {kind:?}: {first:#?}", found.len());
        }
    }

    /// Name of the Cache table.
    pub(crate) fn cache(&self) -> &str {
        &self.app.tables().cache
    }
}
