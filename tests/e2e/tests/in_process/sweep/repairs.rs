//! Missing records that a sweep finds.

use shopcall_core::domain::{Counts, Mode, Resource};
use shoprenter_simulator::{Dialect, Fault, FaultKind, Kind, Quirks, ShopConfig};

use super::{Fixture, RequestKind, id};

#[tokio::test]
async fn records_missed_by_shifting_pages_are_fetched() {
    let fixture = Fixture::open(ShopConfig::sized(450, 0, 0)).await;
    let shrink = Fault::new(FaultKind::Shrink { count: 5 }).on("/api/productExtend");
    fixture.shop.add_fault(shrink.with_query("page", 0).times(1)).unwrap();
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!(run.counts.written, 445, "five products were missed");

    fixture.proxy.reset();
    let run = fixture.sync(Resource::Products, "incremental").await;
    assert_eq!(run.mode, Mode::Incremental);
    let counts = Counts { seen: 5, written: 5, deleted: 5, ..Counts::default() };
    assert_eq!(run.counts, counts);
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
    assert_eq!(
        (fixture.proxy.count(RequestKind::Ids), fixture.proxy.count(RequestKind::Record)),
        (3, 10)
    );
}

#[tokio::test]
async fn many_missing_records_make_next_run_full() {
    let fixture = Fixture::with_products(150).await;
    let cache = fixture.app.services.cache();
    let lost: Vec<_> = fixture.listed(Kind::Products).into_iter().take(120).collect();
    cache.delete(&id(), Resource::Products, &lost).await.unwrap();
    let run = fixture.sync(Resource::Products, "incremental").await;
    assert_eq!((run.mode, run.counts.written), (Mode::Incremental, 100));
    assert_eq!(fixture.cursor().await.full_at, None);

    let run = fixture.sync(Resource::Products, "incremental").await;
    assert_eq!((run.mode, run.counts.written), (Mode::Full, 20));
    assert_eq!(fixture.cursor().await.full_at, Some(run.started_at));
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}

#[tokio::test]
async fn unavailable_missing_record_does_not_stop_sweep() {
    let fixture = Fixture::with_products(30).await;
    let cache = fixture.app.services.cache();
    let lost = [fixture.product_id(3), fixture.product_id(4)];
    cache.delete(&id(), Resource::Products, &lost).await.unwrap();
    let broken = FaultKind::Status { status: 400, retry_after: None };
    let on = format!("/api/productExtend/{}", lost[0]);
    fixture.shop.add_fault(Fault::new(broken).on(&on)).unwrap();
    let run = fixture.sync(Resource::Products, "incremental").await;
    assert_eq!((run.counts.written, run.note), (1, None));
    assert_eq!(fixture.cursor().await.swept_at, Some(run.started_at));
    let mut listed = fixture.listed(Kind::Products);
    listed.remove(&lost[0]);
    assert_eq!(fixture.stored(Resource::Products).await, listed);
}

#[tokio::test]
async fn sweep_accepts_the_briefs_full_record_lists() {
    let variables = [
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ];
    let quirks = Quirks::none();
    let mut config = ShopConfig { dialect: Dialect::Brief, quirks, ..ShopConfig::sized(450, 0, 0) };
    config.delivery.lose = 1.0;
    let fixture = Fixture::open_with(config, &variables).await;
    fixture.sync(Resource::Products, "full").await;
    fixture.delete_products([0, 449]);
    let run = fixture.sync(Resource::Products, "auto").await;
    assert_eq!((run.mode, run.counts.deleted, run.note), (Mode::Full, 2, None));
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}
