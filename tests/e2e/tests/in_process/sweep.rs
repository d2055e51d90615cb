//! The deletion sweep removes deleted records and keeps existing ones, even when the shop's lists are wrong.

mod proxy;
mod repairs;
mod safeguards;
mod time;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use e2e::{InProcess, PublishedEvent, rows, status_of};
use serde_json::{Value, json};
use shopcall_core::domain::{Counts, Generation, Product, Resource, RunId, StoreId};
use shopcall_core::storage::{Acquired, Cached, Cursor, RunRecord, RunStatus};
use shoprenter_simulator::{Kind, RateConfig, ShopConfig, ShopHandle};

use proxy::{Proxy, RequestKind};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// A shop with the app installed and one sync completed.
struct Fixture {
    app: Arc<InProcess>,
    proxy: Proxy,
    shop: ShopHandle,
    asked: Vec<PublishedEvent>,
    runs: AtomicU8,
}

impl Fixture {
    async fn open(config: ShopConfig) -> Self {
        Self::open_with(config, &[]).await
    }

    async fn open_with(config: ShopConfig, variables: &[(&str, &str)]) -> Self {
        let proxy = Proxy::start().await;
        let api_url = proxy.api_url();
        let mut variables = variables.to_vec();
        if !variables.iter().any(|(name, _)| *name == "SHOPRENTER_API_URL") {
            variables.push(("SHOPRENTER_API_URL", &api_url));
        }
        variables.push(("SHOPRENTER_RATE_LIMIT", "1000"));
        let app = InProcess::start_with(&variables).await;
        proxy.set_target(app.shoprenter.base_url());
        let rate = RateConfig { per_second: 1000, ..RateConfig::default() };
        let shop = app.shop("demo", ShopConfig { rate, ..config });
        assert_eq!(status_of(&app.open(&shop).await), 200);
        let mut asked = app.aws.take_events();
        asked.retain(|event| event.detail_type == "SyncRequested");
        Self { app: Arc::new(app), proxy, shop, asked, runs: AtomicU8::new(0) }
    }

    /// Opens a shop whose products have been read.
    async fn with_products(count: u32) -> Self {
        let fixture = Self::open(ShopConfig::sized(count, 0, 0)).await;
        let run = fixture.sync(Resource::Products, "full").await;
        assert_eq!((run.status, run.counts.written), (RunStatus::Completed, u64::from(count)));
        assert_eq!(fixture.proxy.count(RequestKind::Ids), 0, "a first sync does not sweep");
        fixture.proxy.reset();
        fixture
    }

    /// Requests another run.
    fn request(&self, resource: Resource, mode: &str) -> PublishedEvent {
        let is_it = |event: &&PublishedEvent| event.detail["resource"] == resource.as_str();
        let mut event = self.asked.iter().find(is_it).unwrap().clone();
        let number = self.runs.fetch_add(1, Ordering::SeqCst);
        event.detail["run_id"] = RunId::from_random([number; 16]).as_str().into();
        event.detail["mode"] = mode.into();
        event
    }

    /// Carries out another run; returns its log entry.
    async fn sync(&self, resource: Resource, mode: &str) -> RunRecord {
        self.app.sync(&self.request(resource, mode)).await.unwrap();
        self.last_run().await
    }

    async fn last_run(&self) -> RunRecord {
        self.app.services.runs().latest(&id(), 1).await.unwrap().remove(0)
    }

    /// Ids in the table.
    async fn stored(&self, resource: Resource) -> BTreeSet<String> {
        let pk = format!("{}#{resource}", id());
        rows(&self.app.dynamodb, &self.app.tables().cache)
            .await
            .iter()
            .filter(|row| row["pk"].as_s().unwrap() == &pk)
            .map(|row| row["id"].as_s().unwrap().clone())
            .collect()
    }

    /// Ids in the shop.
    fn listed(&self, kind: Kind) -> BTreeSet<String> {
        self.shop.list(kind, 0, 10_000).items.into_iter().map(|item| item.id).collect()
    }

    fn product_id(&self, index: u32) -> String {
        self.shop.record(Kind::Products, index).unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn delete_products(&self, indexes: impl IntoIterator<Item = u32>) {
        for index in indexes {
            self.shop.delete(Kind::Products, index).unwrap();
        }
    }

    async fn cursor(&self) -> Cursor {
        let run = RunId::from_random([255; 16]);
        let (leases, now) = (self.app.services.leases(), jiff::Timestamp::now());
        let acquired = leases.acquire(&id(), Resource::Products, Generation(1), &run, now).await;
        let Acquired::Lease(lease, _) = acquired.unwrap() else { panic!("a run is in progress") };
        leases.release(&lease, None).await.unwrap();
        lease.cursor.unwrap()
    }

    /// Removes ids from the shop's lists in transit.
    fn hide(&self, hidden: Vec<String>) {
        self.proxy.change_lists(move |mut list| {
            let is_hidden = |item: &Value| {
                let href = item["href"].as_str().unwrap();
                hidden.iter().any(|id| href.ends_with(id.as_str()))
            };
            list["items"].as_array_mut().unwrap().retain(|item| !is_hidden(item));
            async { list }
        });
    }
}

#[tokio::test]
async fn only_deleted_records_are_removed() {
    let fixture = Fixture::open(ShopConfig::sized(40, 41, 201)).await;
    let kinds = [
        (Resource::Products, Kind::Products, 40),
        (Resource::Orders, Kind::Orders, 41),
        (Resource::Customers, Kind::Customers, 201),
    ];
    for (resource, kind, count) in kinds {
        fixture.sync(resource, "full").await;
        for index in [0, 7, count - 1] {
            fixture.shop.delete(kind, index).unwrap();
        }
        fixture.proxy.reset();
        fixture.app.aws.take_events();
        let run = fixture.sync(resource, "full").await;
        let left = u64::from(count) - 3;
        let counts = Counts { seen: left, unchanged: left, deleted: 3, ..Counts::default() };
        assert_eq!((run.status, run.counts, run.note), (RunStatus::Completed, counts, None));
        assert_eq!(fixture.stored(resource).await, fixture.listed(kind));
        assert_eq!(fixture.proxy.count(RequestKind::Record), 3, "each deletion is confirmed");
        let done = fixture.app.aws.take_events().pop().unwrap();
        assert_eq!(done.detail_type, "SyncCompleted");
        assert_eq!(done.detail["counts"]["deleted"], 3);
    }
}

#[tokio::test]
async fn incremental_runs_sweep_once_a_day() {
    let fixture = Fixture::with_products(30).await;
    let mut swept = Vec::new();
    for _ in 0..3 {
        fixture.sync(Resource::Products, "incremental").await;
        swept.push(fixture.proxy.count(RequestKind::Ids));
        fixture.proxy.reset();
        fixture.app.clock.advance(jiff::SignedDuration::from_hours(13));
    }
    assert_eq!(swept, [1, 0, 1]);
}

#[tokio::test]
async fn unchanged_shop_writes_nothing() {
    let fixture = Fixture::with_products(30).await;
    let table = async || {
        let mut all = rows(&fixture.app.dynamodb, &fixture.app.tables().cache).await;
        // A full run reads what the shop publishes about itself again.
        all.retain(|row| row["pk"].as_s().unwrap().ends_with("#products"));
        all
    };
    let before = table().await;
    let run = fixture.sync(Resource::Products, "full").await;
    let counts = Counts { seen: 30, unchanged: 30, ..Counts::default() };
    assert_eq!((run.counts, run.note), (counts, None));
    assert_eq!(table().await, before);
    assert_eq!(
        (fixture.proxy.count(RequestKind::Ids), fixture.proxy.count(RequestKind::Record)),
        (1, 0)
    );
    let cursor = fixture.cursor().await;
    assert_eq!((cursor.swept_at, cursor.full_at), (Some(run.started_at), Some(run.started_at)));
}

#[tokio::test]
async fn emptied_shop_has_no_rows() {
    let fixture = Fixture::with_products(7).await;
    fixture.delete_products(0..7);
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!(run.counts, Counts { deleted: 7, ..Counts::default() });
    assert_eq!(fixture.stored(Resource::Products).await, BTreeSet::new());
}

/// Writes a row for a product that the shop does not have.
async fn plant(fixture: &Fixture, id_of_it: &str) {
    let cache = fixture.app.services.cache();
    let mut row: Cached<Product> = cache.get(&id(), &fixture.product_id(1)).await.unwrap().unwrap();
    id_of_it.clone_into(&mut row.record.id);
    row.record.inner_id = None;
    let one = std::slice::from_ref(&row);
    assert_eq!(cache.put(&id(), one, jiff::Timestamp::UNIX_EPOCH).await.unwrap().written, 1);
    assert_eq!(
        cache.put(&id(), one, jiff::Timestamp::UNIX_EPOCH).await.unwrap().written,
        0,
        "an unchanged row is not written"
    );
}

#[tokio::test]
async fn records_without_order_number_are_swept() {
    let fixture = Fixture::with_products(30).await;
    plant(&fixture, "bm8tbnVtYmVy").await;
    plant(&fixture, "cHJvZHVjdA==").await;
    assert_eq!(fixture.stored(Resource::Products).await.len(), 32);
    let run = fixture.sync(Resource::Products, "incremental").await;
    assert_eq!(run.counts.deleted, 2);
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}

#[tokio::test]
async fn row_of_undecodable_record_is_kept() {
    let fixture = Fixture::with_products(30).await;
    let before = fixture.stored(Resource::Products).await;
    fixture.shop.update(Kind::Products, 3, &json!({ "poison": "not_an_object" })).unwrap();
    let added = fixture.shop.add(Kind::Products, &json!({ "poison": "no_id" })).unwrap();
    for mode in ["full", "incremental"] {
        let run = fixture.sync(Resource::Products, mode).await;
        assert_eq!((run.counts.quarantined, run.counts.deleted), (2, 0), "each once");
        assert_eq!(fixture.stored(Resource::Products).await, before);
    }
    assert!(!before.contains(&fixture.product_id(added)));
}
