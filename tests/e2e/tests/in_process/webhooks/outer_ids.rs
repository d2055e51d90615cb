//! Orders that a shop has given outer ids: the API's `id` is then the outer one, while a webhook's
//! `innerResourceId` has the inner one.

use std::collections::BTreeMap;

use e2e::differences;
use jiff::SignedDuration;
use shoprenter_simulator::{Fault, FaultKind, OuterIdForm};

use super::*;

/// A shop some of whose ten orders have outer ids.
async fn connected(outer_ids: f64) -> Connected {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "50")]).await;
    let config = ShopConfig { outer_ids, ..quick(ShopConfig::sized(0, 10, 0)) };
    let shop = connect(&app, "demo", config).await;
    Connected { app, shop }
}

fn unavailable() -> Fault {
    Fault::new(FaultKind::Status { status: 503, retry_after: None }).on("/api/orderExtend")
}

impl Connected {
    async fn orders(&self) -> Vec<Row> {
        let is_order = |row: &Row| row["pk"].as_s().unwrap().ends_with("#orders");
        self.cache().await.into_iter().filter(is_order).collect()
    }

    /// Number of rows by order number.
    async fn rows_by_number(&self) -> BTreeMap<String, usize> {
        let mut numbers = BTreeMap::new();
        for row in self.orders().await {
            let number = row["inner_id"].as_s().unwrap().clone();
            *numbers.entry(number).or_default() += 1;
        }
        numbers
    }

    /// Asserts that the table has exactly the shop's orders, each in one row.
    async fn assert_one_row_each(&self) {
        let numbers = self.rows_by_number().await;
        assert!(numbers.values().all(|rows| *rows == 1), "{numbers:?}");
        assert_eq!(differences(&self.app, &self.shop, Kind::Orders).await, Vec::<String>::new());
    }

    async fn run_orders(&self) -> Vec<PublishedEvent> {
        self.app.clock.advance(SignedDuration::from_hours(2));
        self.app.run_schedule().await.unwrap();
        run_syncs(&self.app).await
    }

    /// Gives an order an outer id without changing its date.
    fn give_all_outer_ids(&self, share: f64) {
        self.shop.configure(|config| config.outer_ids = share).unwrap();
    }
}

#[tokio::test]
async fn delivery_of_inner_id_updates_the_outer_ids_row() {
    let shop = connected(1.0).await;
    shop.assert_one_row_each().await;
    shop.shop.set_order_status(3, 5).unwrap();
    let order =
        shop.row_that(3, "the status", |order| status_of_order(order) == Some("Teljesítve")).await;
    assert!(!order.provisional && order.id.starts_with("ERP-"));
    shop.delivered().await;
    assert_eq!(shop.shop.stats().count("GET api/orderExtend/{id}"), 1);
    shop.assert_one_row_each().await;
}

#[tokio::test]
async fn provisional_order_has_its_outer_id() {
    for form in [OuterIdForm::Path, OuterIdForm::Bare] {
        let shop = connected(1.0).await;
        shop.shop.configure(|config| config.delivery.outer_id_form = form).unwrap();
        shop.shop.add_fault(unavailable()).unwrap();
        let index = shop.shop.place_order(&json!({ "status": 2 })).unwrap();
        let order = shop.row_that(index, "the order is there", |_| true).await;
        assert!(order.provisional, "{form:?}");
        shop.delivered().await;
        shop.shop.clear_faults();
        run_syncs(&shop.app).await;
        assert!(!shop.row(index).await.unwrap().provisional);
        shop.assert_one_row_each().await;
    }
}

#[tokio::test]
async fn provisional_row_of_inner_id_is_replaced_by_run() {
    let shop = connected(1.0).await;
    shop.shop.add_fault(unavailable()).unwrap();
    let index = shop.shop.add(Kind::Orders, &json!({ "status": 2 })).unwrap();
    // Its payload has no outer id.
    assert_eq!(status_of(&shop.post(&shop.body(index)).await), 200);
    let inner = shop.shop.record(Kind::Orders, index).unwrap()["id"].clone();
    let ids: Vec<_> =
        shop.orders().await.iter().map(|row| row["id"].as_s().unwrap().clone()).collect();
    assert!(ids.iter().any(|id| inner == **id), "{ids:?}");
    shop.shop.clear_faults();
    let events = run_syncs(&shop.app).await;
    let published = changes(&events);
    assert_eq!(published.len(), 1, "the delivery's own event: {published:?}");
    assert!(!shop.row(index).await.unwrap().provisional);
    shop.assert_one_row_each().await;
}

#[tokio::test]
async fn provisional_order_keeps_the_row_of_its_number() {
    let shop = connected(1.0).await;
    shop.shop.add_fault(unavailable()).unwrap();
    let mut body = shop.body(4);
    let before = shop.row(4).await.unwrap();
    let is_sent = status_of_order(&before) == Some("Kiszállítás alatt");
    let other = if is_sent { "Teljesítve" } else { "Kiszállítás alatt" };
    let history = &mut body["orders"]["order"][0]["orderHistory"];
    history["dateAdded"] = json!("2099-01-01 10:00:00");
    history["statusText"] = json!(other);
    assert_eq!(status_of(&shop.post(&body).await), 200);
    let order = shop.row(4).await.unwrap();
    assert_eq!(status_of_order(&order), Some(other));
    assert!(order.provisional && order.id.starts_with("ERP-"));
    assert!(shop.rows_by_number().await.values().all(|rows| *rows == 1));
}

#[tokio::test]
async fn order_given_an_outer_id_later_keeps_one_row() {
    let shop = connected(0.0).await;
    shop.shop.update(Kind::Orders, 2, &json!({ "outer_id": "SAP-7_b.1" })).unwrap();
    shop.run_orders().await;
    assert_eq!(shop.row(2).await.unwrap().id, "SAP-7_b.1");
    shop.assert_one_row_each().await;
    let taken_back = json!({ "outer_id": null, "updated": "2099-01-01T00:00:00Z" });
    shop.shop.update(Kind::Orders, 2, &taken_back).unwrap();
    shop.run_orders().await;
    shop.assert_one_row_each().await;
}

#[tokio::test]
async fn sweep_moves_rows_of_renamed_orders() {
    for share in [0.15, 1.0] {
        let shop = connected(0.0).await;
        shop.give_all_outer_ids(share);
        // The second run is a day later, when a sweep is due again.
        for _ in 0..2 {
            shop.app.clock.advance(SignedDuration::from_hours(25));
            shop.run_orders().await;
            let numbers = shop.rows_by_number().await;
            assert_eq!(numbers.len(), 10, "no order is missing: {numbers:?}");
        }
        shop.assert_one_row_each().await;
    }
}

#[tokio::test]
async fn number_alone_finds_the_order() {
    let shop = connected(1.0).await;
    shop.shop.update(Kind::Orders, 6, &json!({ "status": 3 })).unwrap();
    let number = shop.shop.record(Kind::Orders, 6).unwrap()["inner_id"].to_string();
    let body = json!({ "orders": { "order": [{ "innerId": number }] } });
    assert_eq!(status_of(&shop.post(&body).await), 200);
    let order = shop.row(6).await.unwrap();
    assert_eq!(status_of_order(&order), Some("Kiszállítás alatt"));
    shop.assert_one_row_each().await;
}
