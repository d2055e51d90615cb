//! Safeguards against wrong deletions.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shopcall_core::domain::{Counts, Order, Resource};
use shopcall_core::storage::{Cached, RunStatus};
use shoprenter_simulator::{Fault, FaultKind, Kind, ShopConfig};

use super::{Fixture, RequestKind, id};

#[tokio::test]
async fn incomplete_list_deletes_nothing() {
    fn second(list: &Value) -> bool {
        list["page"] == "1"
    }
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 5] = [
        ("a page had no items", |list| {
            if second(list) {
                list["items"] = json!([]);
            }
        }),
        ("a page had no items", |list| {
            if second(list) {
                list["items"] = json!([]);
                list["next"] = Value::Null;
            }
        }),
        ("it had fewer pages than it said", |list| {
            if second(list) {
                list["next"] = Value::Null;
            }
        }),
        ("a page was not the one that was asked for", |list| list["page"] = json!("0")),
        ("an item had no id", |list| {
            if second(list) {
                list["items"][17] = json!({});
            }
        }),
    ];
    let fixture = Fixture::with_products(450).await;
    fixture.delete_products([0, 1, 2]);
    for (why, change) in cases {
        fixture.proxy.change_lists(move |mut list| {
            change(&mut list);
            async { list }
        });
        let run = fixture.sync(Resource::Products, "full").await;
        assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0), "{why}");
        assert_eq!(
            run.note,
            Some(format!("the sweep was abandoned: the list is incomplete: {why}"))
        );
        assert_eq!(fixture.stored(Resource::Products).await.len(), 450, "{why}");
        assert_eq!(fixture.proxy.count(RequestKind::Record), 0, "{why}");
        assert_eq!(fixture.cursor().await.swept_at, None, "the sweep stays due");
        fixture.proxy.reset();
    }
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (3, None));
}

#[tokio::test]
async fn failed_list_deletes_nothing() {
    let cases = [
        (
            FaultKind::Status { status: 500, retry_after: None },
            "the sweep was abandoned: the platform is unavailable (500)",
        ),
        (
            FaultKind::Cut,
            "the sweep was abandoned: the platform could not be reached: the connection broke",
        ),
        (
            FaultKind::Oversized,
            "the sweep was abandoned: the platform's answer is larger than 33554432 bytes",
        ),
    ];
    let runs = cases.map(|(fault, note)| async move {
        // Bypasses the proxy, which delivers answers whole or not at all.
        let direct = [("SHOPRENTER_API_URL", "{simulator}/{shop}/api")];
        let fixture = Fixture::open_with(ShopConfig::sized(450, 0, 0), &direct).await;
        fixture.sync(Resource::Products, "full").await;
        fixture.delete_products([0, 1, 2]);
        let fault = Fault::new(fault).on("/api/productExtend");
        fixture.shop.add_fault(fault.with_query("page", 1).without_query("full")).unwrap();
        let run = fixture.sync(Resource::Products, "full").await;
        assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0), "{note}");
        assert_eq!(run.note.as_deref(), Some(note));
        assert_eq!(fixture.stored(Resource::Products).await.len(), 450, "{note}");
    });
    for run in runs.map(tokio::spawn) {
        run.await.unwrap();
    }
}

#[tokio::test]
async fn list_shrinking_during_read_deletes_nothing() {
    let fixture = Fixture::with_products(450).await;
    let shrink = Fault::new(FaultKind::Shrink { count: 250 }).on("/api/productExtend");
    let shrink = shrink.with_query("page", 0).without_query("full").times(1);
    fixture.shop.add_fault(shrink).unwrap();
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0));
    assert_eq!(fixture.stored(Resource::Products).await.len(), 450);

    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (250, None));
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}

#[tokio::test]
async fn many_deletions_need_a_second_list() {
    let fixture = Fixture::with_products(100).await;
    fixture.delete_products(0..20);
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!(run.counts.deleted, 20);
    assert_eq!(
        (fixture.proxy.count(RequestKind::Ids), fixture.proxy.count(RequestKind::Record)),
        (1, 20)
    );

    fixture.proxy.reset();
    fixture.delete_products(30..60);
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!(run.counts.deleted, 30);
    assert_eq!(
        (fixture.proxy.count(RequestKind::Ids), fixture.proxy.count(RequestKind::Record)),
        (2, 20)
    );
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}

#[tokio::test]
async fn wrong_list_deletes_nothing() {
    let fixture = Fixture::with_products(30).await;
    let before = fixture.stored(Resource::Products).await;
    fixture.proxy.change_lists(|mut list| {
        (list["items"], list["next"], list["pageCount"]) = (json!([]), Value::Null, json!("0"));
        async { list }
    });
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0));
    let note = "nothing was deleted: the shop has records that it does not list";
    assert_eq!(run.note.as_deref(), Some(note));
    assert_eq!(fixture.stored(Resource::Products).await, before);
    assert_eq!(
        (fixture.proxy.count(RequestKind::Ids), fixture.proxy.count(RequestKind::Record)),
        (2, 20)
    );
}

#[tokio::test]
async fn unlisted_records_that_still_exist_are_kept() {
    let fixture = Fixture::with_products(30).await;
    fixture.hide(vec![fixture.product_id(4), fixture.product_id(5)]);
    fixture.delete_products([6]);
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (1, None));
    assert_eq!(fixture.stored(Resource::Products).await, fixture.listed(Kind::Products));
}

#[tokio::test]
async fn unconfirmed_record_keeps_its_row() {
    let fixture = Fixture::with_products(30).await;
    let asked_for = fixture.product_id(5);
    fixture.delete_products([4, 5]);
    let broken = FaultKind::Status { status: 400, retry_after: None };
    let on = format!("/api/productExtend/{asked_for}");
    fixture.shop.add_fault(Fault::new(broken).on(&on)).unwrap();
    let run = fixture.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (1, None));
    let mut left = fixture.listed(Kind::Products);
    left.insert(asked_for);
    assert_eq!(fixture.stored(Resource::Products).await, left);
}

/// Writes an order as a webhook would: in the table, but not in the list that was read before.
async fn arrive(fixture: &Fixture) -> BTreeSet<String> {
    let cache = fixture.app.services.cache();
    let known = fixture.shop.record(Kind::Orders, 39).unwrap()["id"].as_str().unwrap().to_owned();
    let mut order: Cached<Order> = cache.get(&id(), &known).await.unwrap().unwrap();
    let placed = fixture.shop.add(Kind::Orders, &json!({ "status": 1 })).unwrap();
    let truth = fixture.shop.record(Kind::Orders, placed).unwrap();
    order.record.id = truth["id"].as_str().unwrap().to_owned();
    order.record.inner_id = Some(truth["inner_id"].to_string());
    cache.put(&id(), &[order], jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    fixture.listed(Kind::Orders)
}

#[tokio::test]
async fn order_arriving_during_sweep_is_kept() {
    for deleted in [2, 30] {
        let fixture = std::sync::Arc::new(Fixture::open(ShopConfig::sized(0, 40, 0)).await);
        fixture.sync(Resource::Orders, "full").await;
        for index in 0..deleted {
            fixture.shop.delete(Kind::Orders, index).unwrap();
        }
        fixture.proxy.change_lists({
            let fixture = std::sync::Arc::downgrade(&fixture);
            move |list| {
                let fixture = fixture.upgrade().unwrap();
                async move {
                    arrive(&fixture).await;
                    list
                }
            }
        });
        let run = fixture.sync(Resource::Orders, "full").await;
        let lists = u64::try_from(fixture.proxy.count(RequestKind::Ids)).unwrap();
        assert_eq!(lists, if deleted == 2 { 1 } else { 2 });
        let (seen, deleted) = (40 - u64::from(deleted), u64::from(deleted));
        assert_eq!(run.counts, Counts { seen, unchanged: seen, deleted, ..Counts::default() });
        assert_eq!(fixture.stored(Resource::Orders).await, fixture.listed(Kind::Orders));
    }
}

#[tokio::test]
async fn new_order_missing_from_list_is_kept() {
    let fixture = Fixture::open(ShopConfig::sized(0, 40, 0)).await;
    fixture.sync(Resource::Orders, "full").await;
    let before = fixture.listed(Kind::Orders);
    let orders = arrive(&fixture).await;
    fixture.hide(orders.difference(&before).cloned().collect());
    let run = fixture.sync(Resource::Orders, "incremental").await;
    assert_eq!((run.counts.deleted, run.note), (0, None));
    assert_eq!(fixture.stored(Resource::Orders).await, orders);
}
