//! Shops that change while they are read, change their clocks for summer and winter time, or
//! disappear.

use std::time::Duration;

use e2e::{InProcess, PublishedEvent, differences, eventually, status_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::random;
use shopcall_core::domain::{Attention, Counts, Mode, StoreId, StoreState};
use shopcall_core::storage::{RunRecord, RunStatus};
use shoprenter_simulator::{Fault, FaultKind, Kind, RateConfig, ShopConfig, ShopHandle};

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

struct ChangingShop {
    app: InProcess,
    shop: ShopHandle,
    request: PublishedEvent,
}

impl ChangingShop {
    async fn start(products: u32) -> Self {
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
        let rate = RateConfig { per_second: 1_000, ..RateConfig::default() };
        let config = ShopConfig { rate, ..ShopConfig::sized(products, 0, 0) };
        let shop = app.shop("demo", config);
        assert_eq!(status_of(&app.open(&shop).await), 200);
        let events = app.aws.take_events();
        let request = events.into_iter().find(|event| event.detail["resource"] == "products");
        Self { app, shop, request: request.unwrap() }
    }

    async fn sync(&self, mode: &str) -> RunRecord {
        let mut event = self.request.clone();
        event.detail["run_id"] = random::hex::<16>().into();
        event.detail["mode"] = mode.into();
        self.app.sync(&event).await.unwrap();
        self.app.services.runs().latest(&id(), 1).await.unwrap().remove(0)
    }

    fn set_clock(&self, to: &str) {
        let to: Timestamp = to.parse().unwrap();
        self.app.clock.advance(to.duration_since(self.app.clock.now()));
    }

    fn change_at(&self, index: u32, price: &str, updated: &str) {
        let change = json!({ "price": price, "updated": updated });
        self.shop.update(Kind::Products, index, &change).unwrap();
    }

    async fn assert_table_equals_shop(&self) {
        assert_eq!(differences(&self.app, &self.shop, Kind::Products).await, [""; 0]);
    }
}

#[tokio::test]
async fn changes_during_read_are_stored_by_next_sync() {
    let fixture = ChangingShop::start(650).await;
    let hold = Fault::new(FaultKind::Hold).on("/api/productExtend").with_query("page", 1);
    fixture.shop.add_fault(hold).unwrap();
    let changes = async {
        // While the second page is requested: in pages before and after it.
        eventually("the second page is asked for", Duration::from_secs(30), || async {
            (fixture.shop.faults()[0].harmed > 0).then_some(())
        })
        .await;
        for index in [0, 10, 199, 200, 400, 649] {
            fixture.shop.update(Kind::Products, index, &json!({ "price": "4711" })).unwrap();
        }
        fixture.shop.delete(Kind::Products, 5).unwrap();
        fixture.shop.add(Kind::Products, &json!({ "sku": "UJ-1" })).unwrap();
        fixture.shop.clear_faults();
    };
    let (first, ()) = tokio::join!(fixture.sync("full"), changes);
    assert_eq!((first.status, first.mode), (RunStatus::Completed, Mode::Full));
    assert!(!differences(&fixture.app, &fixture.shop, Kind::Products).await.is_empty());

    let next = fixture.sync("incremental").await;
    assert_eq!((next.status, next.mode), (RunStatus::Completed, Mode::Incremental));
    assert_eq!((next.counts.deleted, next.counts.quarantined), (1, 0));
    assert_eq!((next.reason, next.note), (None, None));
    fixture.assert_table_equals_shop().await;
}

#[tokio::test]
async fn no_change_is_missed_in_repeated_autumn_hour() {
    let fixture = ChangingShop::start(30).await;
    // On 2026-10-25 the clocks of Budapest go from 03:00 back to 02:00 at 01:00 UTC.
    fixture.set_clock("2026-10-25T00:50:00Z");
    assert_eq!(fixture.sync("full").await.mode, Mode::Full);
    // 02:55 the first time and 02:02 the second: earlier on the shop's clock than the last sync.
    fixture.change_at(3, "101", "2026-10-25T00:55:00Z");
    fixture.change_at(4, "102", "2026-10-25T01:02:00Z");
    fixture.set_clock("2026-10-25T01:05:00Z");
    let run = fixture.sync("incremental").await;
    assert_eq!((run.status, run.mode), (RunStatus::Completed, Mode::Incremental));
    assert_eq!(run.counts, Counts { seen: 2, written: 2, ..Counts::default() });
    fixture.assert_table_equals_shop().await;
}

#[tokio::test]
async fn no_change_is_missed_at_spring_clock_change() {
    let fixture = ChangingShop::start(30).await;
    // On 2026-03-29 they go from 02:00 forward to 03:00 at 01:00 UTC.
    fixture.set_clock("2026-03-29T00:58:00Z");
    assert_eq!(fixture.sync("full").await.mode, Mode::Full);
    fixture.change_at(3, "101", "2026-03-29T00:59:00Z");
    fixture.change_at(4, "102", "2026-03-29T01:01:00Z");
    fixture.set_clock("2026-03-29T01:10:00Z");
    let run = fixture.sync("incremental").await;
    assert_eq!((run.status, run.mode), (RunStatus::Completed, Mode::Incremental));
    fixture.assert_table_equals_shop().await;
    assert!(run.counts.written >= 2, "{run:?}");
}

#[tokio::test]
async fn vanished_shop_keeps_rows_and_needs_attention() {
    let fixture = ChangingShop::start(30).await;
    assert_eq!(fixture.sync("full").await.counts.written, 30);
    for path in ["/api", "/app/token"] {
        let gone = FaultKind::Status { status: 404, retry_after: None };
        fixture.shop.add_fault(Fault::new(gone).on(path)).unwrap();
    }
    // The old token is still valid, but the API no longer knows the shop.
    let run = fixture.sync("full").await;
    assert_eq!(run.status, RunStatus::Failed);
    assert_eq!(run.counts, Counts::default());
    assert!(run.reason.unwrap().starts_with("the platform does not know "));

    // Once it has expired, no new token can be obtained.
    fixture.app.clock.advance(SignedDuration::from_hours(2));
    let run = fixture.sync("full").await;
    assert_eq!((run.status, run.counts), (RunStatus::Failed, Counts::default()));
    let store = fixture.app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::NeedsAttention);
    assert_eq!(store.attention, Some(Attention::ClientRefused));
    fixture.assert_table_equals_shop().await;
    let failed = fixture.app.aws.take_events();
    let failures = failed.iter().filter(|event| event.detail_type == "SyncFailed");
    let reasons: Vec<_> =
        failures.map(|event| event.detail["reason"].as_str().unwrap().to_owned()).collect();
    assert_eq!(reasons, ["not_found", "client_refused"]);
}
