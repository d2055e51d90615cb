//! What a sweep finds missing.

use shopcall_core::domain::{Counts, Mode, Resource};
use shoprenter_simulator::{Dialect, Fault, FaultKind, Kind, Quirks, ShopConfig};

use super::{Asked, Stand, id};

#[tokio::test]
async fn what_slipped_through_while_pages_shifted_is_fetched() {
    let stand = Stand::open(ShopConfig::sized(450, 0, 0)).await;
    let shrink = Fault::new(FaultKind::Shrink { count: 5 }).on("/api/productExtend");
    stand.shop.add_fault(shrink.with_query("page", 0).times(1)).unwrap();
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!(run.counts.written, 445, "five have slipped through");

    stand.proxy.reset();
    let run = stand.sync(Resource::Products, "incremental").await;
    assert_eq!(run.mode, Mode::Incremental);
    let counts = Counts { seen: 5, written: 5, deleted: 5, ..Counts::default() };
    assert_eq!(run.counts, counts);
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
    assert_eq!((stand.proxy.count(Asked::Ids), stand.proxy.count(Asked::Record)), (3, 10));
}

#[tokio::test]
async fn where_too_much_is_missing_the_next_run_reads_everything() {
    let stand = Stand::with_products(150).await;
    let cache = stand.app.services.cache();
    let lost: Vec<_> = stand.listed(Kind::Products).into_iter().take(120).collect();
    cache.delete(&id(), Resource::Products, &lost).await.unwrap();
    let run = stand.sync(Resource::Products, "incremental").await;
    assert_eq!((run.mode, run.counts.written), (Mode::Incremental, 100));
    assert_eq!(stand.cursor().await.full_at, None);

    let run = stand.sync(Resource::Products, "incremental").await;
    assert_eq!((run.mode, run.counts.written), (Mode::Full, 20));
    assert_eq!(stand.cursor().await.full_at, Some(run.started_at));
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
}

#[tokio::test]
async fn a_missing_record_that_cannot_be_had_keeps_no_sweep_from_its_end() {
    let stand = Stand::with_products(30).await;
    let cache = stand.app.services.cache();
    let lost = [stand.product_id(3), stand.product_id(4)];
    cache.delete(&id(), Resource::Products, &lost).await.unwrap();
    let broken = FaultKind::Status { status: 400, retry_after: None };
    let on = format!("/api/productExtend/{}", lost[0]);
    stand.shop.add_fault(Fault::new(broken).on(&on)).unwrap();
    let run = stand.sync(Resource::Products, "incremental").await;
    assert_eq!((run.counts.written, run.note), (1, None));
    assert_eq!(stand.cursor().await.swept_at, Some(run.started_at));
    let mut listed = stand.listed(Kind::Products);
    listed.remove(&lost[0]);
    assert_eq!(stand.stored(Resource::Products).await, listed);
}

#[tokio::test]
async fn the_briefs_lists_of_whole_records_serve_too() {
    let variables = [
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ];
    let quirks = Quirks::none();
    let config = ShopConfig { dialect: Dialect::Brief, quirks, ..ShopConfig::sized(450, 0, 0) };
    let stand = Stand::open_with(config, &variables).await;
    stand.sync(Resource::Products, "full").await;
    stand.delete_products([0, 449]);
    let run = stand.sync(Resource::Products, "auto").await;
    assert_eq!((run.mode, run.counts.deleted, run.note), (Mode::Full, 2, None));
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
}
