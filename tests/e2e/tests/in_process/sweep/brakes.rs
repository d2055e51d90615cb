//! What must not be deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shopcall_core::domain::{Counts, Order, Resource};
use shopcall_core::storage::{Cached, RunStatus};
use shoprenter_simulator::{Fault, FaultKind, Kind, ShopConfig};

use super::{Asked, Stand, id};

#[tokio::test]
async fn an_incomplete_list_deletes_nothing() {
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
    let stand = Stand::with_products(450).await;
    stand.delete_products([0, 1, 2]);
    for (why, change) in cases {
        stand.proxy.meddle(move |mut list| {
            change(&mut list);
            async { list }
        });
        let run = stand.sync(Resource::Products, "full").await;
        assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0), "{why}");
        assert_eq!(run.note, Some(format!("the sweep was given up: of the list, {why}")));
        assert_eq!(stand.stored(Resource::Products).await.len(), 450, "{why}");
        assert_eq!(stand.proxy.count(Asked::Record), 0, "{why}");
        assert_eq!(stand.cursor().await.swept_at, None, "it stays due");
        stand.proxy.reset();
    }
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (3, None));
}

#[tokio::test]
async fn a_list_that_breaks_off_deletes_nothing() {
    let cases = [
        (
            FaultKind::Status { status: 500, retry_after: None },
            "the sweep was given up: the platform is unavailable (500)",
        ),
        (
            FaultKind::Cut,
            "the sweep was given up: the platform could not be reached: the connection broke",
        ),
        (
            FaultKind::Oversized,
            "the sweep was given up: an answer of the platform is larger than 33554432 bytes",
        ),
    ];
    let runs = cases.map(|(fault, note)| async move {
        // Past the proxy, which makes answers whole or none.
        let direct = [("SHOPRENTER_API_URL", "{simulator}/{shop}/api")];
        let stand = Stand::open_with(ShopConfig::sized(450, 0, 0), &direct).await;
        stand.sync(Resource::Products, "full").await;
        stand.delete_products([0, 1, 2]);
        let fault = Fault::new(fault).on("/api/productExtend");
        stand.shop.add_fault(fault.with_query("page", 1).without_query("full")).unwrap();
        let run = stand.sync(Resource::Products, "full").await;
        assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0), "{note}");
        assert_eq!(run.note.as_deref(), Some(note));
        assert_eq!(stand.stored(Resource::Products).await.len(), 450, "{note}");
    });
    for run in runs.map(tokio::spawn) {
        run.await.unwrap();
    }
}

#[tokio::test]
async fn a_list_that_shrinks_while_it_is_read_deletes_nothing() {
    let stand = Stand::with_products(450).await;
    let shrink = Fault::new(FaultKind::Shrink { count: 250 }).on("/api/productExtend");
    let shrink = shrink.with_query("page", 0).without_query("full").times(1);
    stand.shop.add_fault(shrink).unwrap();
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0));
    assert_eq!(stand.stored(Resource::Products).await.len(), 450);

    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (250, None));
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
}

#[tokio::test]
async fn many_go_only_after_a_second_list() {
    let stand = Stand::with_products(100).await;
    stand.delete_products(0..20);
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!(run.counts.deleted, 20);
    assert_eq!((stand.proxy.count(Asked::Ids), stand.proxy.count(Asked::Record)), (1, 20));

    stand.proxy.reset();
    stand.delete_products(30..60);
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!(run.counts.deleted, 30);
    assert_eq!((stand.proxy.count(Asked::Ids), stand.proxy.count(Asked::Record)), (2, 20));
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
}

#[tokio::test]
async fn a_list_that_lies_deletes_nothing() {
    let stand = Stand::with_products(30).await;
    let before = stand.stored(Resource::Products).await;
    stand.proxy.meddle(|mut list| {
        (list["items"], list["next"], list["pageCount"]) = (json!([]), Value::Null, json!("0"));
        async { list }
    });
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.status, run.counts.deleted), (RunStatus::Completed, 0));
    let note = "nothing was deleted: the shop has records that it does not list";
    assert_eq!(run.note.as_deref(), Some(note));
    assert_eq!(stand.stored(Resource::Products).await, before);
    assert_eq!((stand.proxy.count(Asked::Ids), stand.proxy.count(Asked::Record)), (2, 20));
}

#[tokio::test]
async fn of_a_few_that_a_list_lacks_those_that_exist_stay() {
    let stand = Stand::with_products(30).await;
    stand.hide(vec![stand.product_id(4), stand.product_id(5)]);
    stand.delete_products([6]);
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (1, None));
    assert_eq!(stand.stored(Resource::Products).await, stand.listed(Kind::Products));
}

#[tokio::test]
async fn a_record_that_cannot_be_asked_for_keeps_its_row() {
    let stand = Stand::with_products(30).await;
    let asked_for = stand.product_id(5);
    stand.delete_products([4, 5]);
    let broken = FaultKind::Status { status: 400, retry_after: None };
    let on = format!("/api/productExtend/{asked_for}");
    stand.shop.add_fault(Fault::new(broken).on(&on)).unwrap();
    let run = stand.sync(Resource::Products, "full").await;
    assert_eq!((run.counts.deleted, run.note), (1, None));
    let mut left = stand.listed(Kind::Products);
    left.insert(asked_for);
    assert_eq!(stand.stored(Resource::Products).await, left);
}

/// As a webhook would: the order is in the table, and not in the list that was read before.
async fn arrive(stand: &Stand) -> BTreeSet<String> {
    let cache = stand.app.services.cache();
    let known = stand.shop.record(Kind::Orders, 39).unwrap()["id"].as_str().unwrap().to_owned();
    let mut order: Cached<Order> = cache.get(&id(), &known).await.unwrap().unwrap();
    let placed = stand.shop.add(Kind::Orders, &json!({ "status": 1 })).unwrap();
    let truth = stand.shop.record(Kind::Orders, placed).unwrap();
    order.record.id = truth["id"].as_str().unwrap().to_owned();
    order.record.inner_id = Some(truth["inner_id"].to_string());
    cache.put(&id(), &[order]).await.unwrap();
    stand.listed(Kind::Orders)
}

#[tokio::test]
async fn an_order_that_comes_while_a_sweep_is_at_work_stays() {
    for deleted in [2, 30] {
        let stand = std::sync::Arc::new(Stand::open(ShopConfig::sized(0, 40, 0)).await);
        stand.sync(Resource::Orders, "full").await;
        for index in 0..deleted {
            stand.shop.delete(Kind::Orders, index).unwrap();
        }
        stand.proxy.meddle({
            let stand = std::sync::Arc::downgrade(&stand);
            move |list| {
                let stand = stand.upgrade().unwrap();
                async move {
                    arrive(&stand).await;
                    list
                }
            }
        });
        let run = stand.sync(Resource::Orders, "full").await;
        let lists = u64::try_from(stand.proxy.count(Asked::Ids)).unwrap();
        assert_eq!(lists, if deleted == 2 { 1 } else { 2 });
        let (seen, deleted) = (40 - u64::from(deleted), u64::from(deleted));
        assert_eq!(run.counts, Counts { seen, unchanged: seen, deleted, ..Counts::default() });
        assert_eq!(stand.stored(Resource::Orders).await, stand.listed(Kind::Orders));
    }
}

#[tokio::test]
async fn an_order_that_came_before_the_list_and_is_not_in_it_stays() {
    let stand = Stand::open(ShopConfig::sized(0, 40, 0)).await;
    stand.sync(Resource::Orders, "full").await;
    let before = stand.listed(Kind::Orders);
    let orders = arrive(&stand).await;
    stand.hide(orders.difference(&before).cloned().collect());
    let run = stand.sync(Resource::Orders, "incremental").await;
    assert_eq!((run.counts.deleted, run.note), (0, None));
    assert_eq!(stand.stored(Resource::Orders).await, orders);
}
