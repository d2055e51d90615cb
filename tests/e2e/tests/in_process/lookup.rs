//! Caller lookup: the customers and orders of a telephone number.

mod refusals;

use aws_sdk_dynamodb::types::AttributeValue;
use e2e::{InProcess, body_of, header_of, records, status_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shopcall_core::domain::{Country, Generation, Order, Resource, ShopContext, StoreId};
use shoprenter_simulator::{Kind, RateConfig, ShopConfig, ShopHandle, SignedCall};

use crate::orders_and_customers::assert_order;
use crate::recorded_data::Log;
use crate::sharing::{connect, deliver, share, stop_sharing};

const BEARER: (&str, &str) = ("authorization", "Bearer shopcall-bearer");
const PATH: &str = "/stores/shoprenter:demo/lookup";
const NUMBER: &str = "+36201234567";
const OTHER: &str = "+36307654321";

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// Sends the query as given; returns the status and the body.
async fn ask(app: &InProcess, query: &str) -> (u64, Value) {
    let answer = app.lookup("GET", &format!("{PATH}?{query}"), &[BEARER]).await;
    let is_problem = status_of(&answer) >= 400;
    let expected = if is_problem { "application/problem+json" } else { "application/json" };
    assert_eq!(header_of(&answer, "content-type"), expected, "{answer}");
    assert_eq!(header_of(&answer, "cache-control"), "no-store");
    (status_of(&answer), serde_json::from_str(body_of(&answer)).unwrap())
}

/// Looks the number up.
async fn known(app: &InProcess) -> Value {
    let (status, found) = ask(app, "phone=%2B36201234567").await;
    assert_eq!((status, &found["phone"]), (200, &json!(NUMBER)), "{found}");
    found
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap()).collect()
}

/// A shop in which no record has these tests' numbers yet; every order is completed, by a guest.
async fn shop(orders: u32) -> (InProcess, ShopHandle) {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
    let rate = RateConfig { per_second: 10_000, ..RateConfig::default() };
    let sized = ShopConfig::sized(1, orders, 4);
    let config = ShopConfig { abandoned_carts: 0.0, guests: 1.0, rate, ..sized };
    let shop = app.shop("demo", config);
    (app, shop)
}

fn number(shop: &ShopHandle, kind: Kind, index: u32, typed: &str, number: &str) -> Value {
    let patch = json!({ "phone": typed, "phone_e164": number });
    shop.update(kind, index, &patch).unwrap();
    shop.record(kind, index).unwrap()
}

/// Opens the app and carries out the first syncs.
async fn read_all(app: &InProcess, shop: &ShopHandle) {
    assert_eq!(status_of(&app.open(shop).await), 200);
    deliver(app).await;
}

#[tokio::test]
async fn known_caller_gets_ten_latest_orders_newest_first() {
    let (app, shop) = shop(16).await;
    let customer = number(&shop, Kind::Customers, 1, "06 20 123-4567", NUMBER);
    for index in 1..16 {
        number(&shop, Kind::Orders, index, "(0620) 123 4567", NUMBER);
    }
    shop.update(Kind::Orders, 14, &json!({ "status": null })).unwrap();
    read_all(&app, &shop).await;

    let found = known(&app).await;

    assert_eq!(ids(&found["customers"]), [customer["id"].as_str().unwrap()]);
    let name = &found["customers"][0]["name"];
    assert_eq!((&name["family"], &name["given"]), (&customer["family"], &customer["given"]));
    assert_eq!(name["full"], full(&customer, ["family", "given"]));
    let expected = (1..16).rev().filter(|index| *index != 14).take(10);
    let truths: Vec<_> = expected.map(|index| shop.record(Kind::Orders, index).unwrap()).collect();
    let orders: Vec<Order> = serde_json::from_value(found["orders"].clone()).unwrap();
    assert_eq!(orders.len(), 10);
    for (order, truth) in orders.iter().zip(&truths) {
        assert_eq!(order.id, truth["id"].as_str().unwrap());
        assert_order(order, truth);
    }
    assert!(found["orders"][0].get("raw").is_none(), "raw is not returned");
}

fn full(truth: &Value, parts: [&str; 2]) -> String {
    parts.map(|part| truth[part].as_str().unwrap()).join(" ")
}

#[tokio::test]
async fn every_number_of_a_customer_and_order_is_found() {
    let (app, shop) = shop(3).await;
    let address = |typed| json!({ "phone": typed, "city": "Eger" });
    let patch = json!({
        "phone": "06 30 765 4321, 06 1 234 5678/12 mellék",
        "addresses": [address("0620 1234567 Kati"), address("+43 670 1234567")],
    });
    shop.update(Kind::Customers, 1, &patch).unwrap();
    let typed = json!({ "phone": "06 30 765 4321/06 20 123 4567" });
    shop.update(Kind::Orders, 1, &typed).unwrap();
    read_all(&app, &shop).await;
    let [customer, order] =
        [Kind::Customers, Kind::Orders].map(|kind| shop.record(kind, 1).unwrap());
    for (phone, has_order) in [
        ("%2B36307654321", true),
        ("%2B3612345678", false),
        ("%2B36201234567", true),
        ("%2B436701234567", false),
    ] {
        let (status, found) = ask(&app, &format!("phone={phone}")).await;
        assert_eq!(status, 200);
        assert_eq!(ids(&found["customers"]), [customer["id"].as_str().unwrap()], "{phone}");
        let orders = if has_order { vec![order["id"].as_str().unwrap()] } else { vec![] };
        assert_eq!(ids(&found["orders"]), orders, "{phone}");
        assert_eq!(found["customers"][0]["extensions"], json!({ "+3612345678": "12" }));
    }
    // A number that is removed is no longer found, and its pointer is gone.
    shop.update(Kind::Customers, 1, &json!({ "addresses": [address("+43 670 1234567")] })).unwrap();
    shop.update(Kind::Orders, 1, &json!({ "phone": "06 30 765 4321" })).unwrap();
    sync_again(&app).await;
    let found = known(&app).await;
    assert!(ids(&found["customers"]).is_empty() && ids(&found["orders"]).is_empty());
    assert_eq!(pointers(&app, Resource::Customers, &customer["id"]).await, 2);
    assert_eq!(pointers(&app, Resource::Orders, &order["id"]).await, 0);
}

#[tokio::test]
async fn erased_customers_leave_no_pointers() {
    let (app, shop) = shop(1).await;
    let patch = json!({ "phone": "06 30 765 4321, 06 20 123 4567", "addresses": [] });
    shop.update(Kind::Customers, 1, &patch).unwrap();
    let id = shop.record(Kind::Customers, 1).unwrap()["id"].clone();
    read_all(&app, &shop).await;
    assert_eq!(pointers(&app, Resource::Customers, &id).await, 1);
    stop_sharing(&app, Resource::Customers).await;
    deliver(&app).await;
    assert_eq!(pointers(&app, Resource::Customers, &id).await, 0);
}

/// Requests a full run of everything and carries it out.
async fn sync_again(app: &InProcess) {
    let body = json!({ "store_id": id().to_string(), "mode": "full" }).to_string();
    assert_eq!(status_of(&app.post_sync(&body, &[BEARER]).await), 202);
    deliver(app).await;
}

/// The number of rows that point to a record.
async fn pointers(app: &InProcess, resource: Resource, record: &Value) -> usize {
    let pk = format!("{}#{resource}#phones", id());
    let query = app.dynamodb.query().table_name(&app.tables().cache);
    let answer = query
        .key_condition_expression("pk = :pk AND begins_with(id, :id)")
        .expression_attribute_values(":pk", AttributeValue::S(pk))
        .expression_attribute_values(
            ":id",
            AttributeValue::S(format!("{} ", record.as_str().unwrap())),
        )
        .consistent_read(true)
        .send();
    answer.await.unwrap().items().len()
}

#[tokio::test]
async fn withheld_or_internal_number_returns_200_nobody() {
    let (app, shop) = shop(1).await;
    read_all(&app, &shop).await;
    for caller in
        ["", "anonymous", "Unavailable", "1001", "112", "%2B36", "sip%3Avalaki%40bolt.example"]
    {
        let (status, found) = ask(&app, &format!("phone={caller}")).await;
        assert_eq!((status, &found["phone"]), (200, &Value::Null), "{caller}");
        assert_eq!((&found["customers"], &found["orders"]), (&json!([]), &json!([])), "{caller}");
    }
    stop_sharing(&app, Resource::Orders).await;
    let found = ask(&app, "phone=anonymous").await.1;
    assert_eq!((&found["customers"], &found["orders"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn foreign_caller_without_plus_is_found() {
    let (app, shop) = shop(2).await;
    let austrian = json!({ "phone": "0670 123 4567", "payment": { "country": "AT" } });
    shop.update(Kind::Orders, 1, &austrian).unwrap();
    read_all(&app, &shop).await;
    for caller in ["436701234567", "%2B436701234567", "00436701234567"] {
        let (status, found) = ask(&app, &format!("phone={caller}")).await;
        assert_eq!((status, &found["phone"]), (200, &json!("+436701234567")), "{caller}");
        assert_eq!(ids(&found["orders"]).len(), 1, "{caller}");
    }
    let stranger = ask(&app, "phone=%2B36701234567").await.1;
    assert!(ids(&stranger["orders"]).is_empty());
}

#[tokio::test]
async fn order_in_euros_says_what_is_due_in_euros() {
    for totals_in_order_currency in [false, true] {
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
        let config = ShopConfig {
            abandoned_carts: 0.0,
            foreign_currency: 1.0,
            totals_in_order_currency,
            rate: RateConfig { per_second: 10_000, ..RateConfig::default() },
            ..ShopConfig::sized(1, 2, 2)
        };
        let shop = app.shop("demo", config);
        let later = json!({ "paid_later": true, "status": 1, "coupon": "NYAR10", "invoice": 7 });
        shop.update(Kind::Orders, 1, &later).unwrap();
        let truth = number(&shop, Kind::Orders, 1, NUMBER, NUMBER);
        read_all(&app, &shop).await;
        let order = &known(&app).await["orders"][0];
        let total = json!({ "amount": truth["total"], "currency": "EUR" });
        assert_eq!(order["total_gross"], total, "{totals_in_order_currency}");
        assert_eq!(order["due_on_delivery"], total);
        assert_eq!(order["payment_time"], "on_delivery");
        assert_eq!((&order["coupon"], &order["invoice"]), (&json!("NYAR10"), &json!("SZ-7")));
        let goods = &order["totals"][0];
        assert_eq!((&goods["kind"], &goods["amount"]), (&json!("goods"), &total));
    }
}

#[tokio::test]
async fn names_are_said_in_the_shops_language() {
    for (language, parts) in [("hu", ["family", "given"]), ("en", ["given", "family"])] {
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
        let config = ShopConfig {
            languages: vec![language.to_owned()],
            abandoned_carts: 0.0,
            rate: RateConfig { per_second: 10_000, ..RateConfig::default() },
            ..ShopConfig::sized(1, 2, 2)
        };
        let shop = app.shop("demo", config);
        let customer = number(&shop, Kind::Customers, 1, NUMBER, NUMBER);
        let order = number(&shop, Kind::Orders, 1, NUMBER, NUMBER);
        read_all(&app, &shop).await;
        let found = known(&app).await;
        let (caller, bought) = (&found["customers"][0], &found["orders"][0]);
        assert_eq!(caller["name"]["full"], full(&customer, parts));
        assert_eq!(caller["addresses"][0]["name"]["full"], full(&customer["addresses"][0], parts));
        assert_eq!(bought["buyer"]["full"], full(&order, parts));
        assert_eq!(bought["shipping"]["name"]["full"], full(&order["shipping"], parts));
    }
}

#[tokio::test]
async fn number_is_found_in_any_notation() {
    let (app, shop) = shop(2).await;
    number(&shop, Kind::Customers, 1, "+36 20 123 4567", NUMBER);
    number(&shop, Kind::Orders, 1, "0036201234567", NUMBER);
    read_all(&app, &shop).await;
    let expected = known(&app).await;
    assert_eq!((ids(&expected["customers"]).len(), ids(&expected["orders"]).len()), (1, 1));
    for query in [
        "phone=+36201234567",
        "phone=36201234567",
        "phone=0036%2020%20123%204567",
        "phone=06+20+123+4567",
        "phone=%2B36%20%2820%29%20123-4567",
        "%70hone=06201234567",
    ] {
        assert_eq!(ask(&app, query).await, (200, expected.clone()), "{query}");
    }
}

#[tokio::test]
async fn number_without_country_uses_the_shops_country() {
    let (app, shop) = shop(1).await;
    read_all(&app, &shop).await;
    let context = ShopContext { country: Country::parse("SK").unwrap(), ..ShopContext::default() };
    app.services.contexts().save(&id(), Generation(1), &context).await.unwrap();
    for (typed, number) in [("0905+123+456", "+421905123456"), ("%2B36201234567", NUMBER)] {
        let (status, found) = ask(&app, &format!("phone={typed}")).await;
        assert_eq!((status, &found["phone"]), (200, &json!(number)), "{typed}");
    }
}

#[tokio::test]
async fn customers_other_orders_are_found_by_email_address() {
    let (app, shop) = shop(20).await;
    let caller = number(&shop, Kind::Customers, 1, NUMBER, NUMBER);
    let neighbour = number(&shop, Kind::Customers, 2, OTHER, OTHER);
    shop.update(Kind::Customers, 1, &json!({ "email": "valaki@bolt.example" })).unwrap();
    let order = |index, typed, customer_id: &Value| {
        let patch = json!({ "email": "valaki@bolt.example", "customer_id": customer_id });
        shop.update(Kind::Orders, index, &patch).unwrap();
        number(&shop, Kind::Orders, index, typed, typed)["id"].as_str().unwrap().to_owned()
    };
    let by_number = order(1, NUMBER, &neighbour["id"]);
    order(2, OTHER, &neighbour["id"]);
    let by_address = order(3, OTHER, &caller["id"]);
    for guest in 4..20 {
        order(guest, OTHER, &Value::Null);
    }
    read_all(&app, &shop).await;

    let found = known(&app).await;

    assert_eq!(ids(&found["customers"]), [caller["id"].as_str().unwrap()]);
    assert_eq!(ids(&found["orders"]), [by_address, by_number]);
}

#[tokio::test]
async fn former_number_does_not_find_the_record() {
    let (app, shop) = shop(2).await;
    number(&shop, Kind::Orders, 1, NUMBER, NUMBER);
    read_all(&app, &shop).await;
    // Simulates a lagging index: its entry still exists, the row has another number.
    let row = app.dynamodb.update_item().table_name(&app.tables().cache);
    let id = known(&app).await["orders"][0]["id"].as_str().unwrap().to_owned();
    let row = row.key("pk", AttributeValue::S("shoprenter:demo#orders".to_owned()));
    let row = row.key("id", AttributeValue::S(id)).update_expression("SET phone = :other");
    let other = AttributeValue::S(OTHER.to_owned());
    row.expression_attribute_values(":other", other).send().await.unwrap();
    assert!(ids(&known(&app).await["orders"]).is_empty());
}

#[tokio::test]
async fn unreadable_row_does_not_hide_others() {
    let (app, shop) = shop(3).await;
    for index in 1..3 {
        number(&shop, Kind::Orders, index, NUMBER, NUMBER);
    }
    read_all(&app, &shop).await;
    let whole = known(&app).await;
    let [newest, oldest] = ids(&whole["orders"])[..] else { panic!("{whole}") };
    let row = app.dynamodb.update_item().table_name(&app.tables().cache);
    let row = row.key("pk", AttributeValue::S("shoprenter:demo#orders".to_owned()));
    let row =
        row.key("id", AttributeValue::S(newest.to_owned())).update_expression("REMOVE generation");
    row.send().await.unwrap();
    assert_eq!(ids(&known(&app).await["orders"]), [oldest]);
}

#[tokio::test]
async fn unknown_caller_returns_200() {
    let (app, shop) = shop(3).await;
    read_all(&app, &shop).await;
    let found = known(&app).await;
    assert_eq!((&found["customers"], &found["orders"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn last_synced_at_moves_on_without_writes() {
    let (app, shop) = shop(3).await;
    read_all(&app, &shop).await;
    let table = &app.tables().cache;
    let before = (records(&app.dynamodb, table).await, known(&app).await["last_synced_at"].clone());
    assert_eq!(before.0.len(), 8);
    assert!(before.0.iter().all(|row| row["last_synced_at"].as_s().is_ok()));

    app.clock.advance(SignedDuration::from_mins(15));
    app.post_sync(r#"{"store_id":"shoprenter:demo","mode":"full"}"#, &[BEARER]).await;
    deliver(&app).await;
    let after = (records(&app.dynamodb, table).await, known(&app).await["last_synced_at"].clone());
    let at = |synced: &Value, kind: &str| synced[kind].as_str().unwrap().parse::<Timestamp>();
    for kind in ["customers", "orders"] {
        let moved = at(&after.1, kind).unwrap() - at(&before.1, kind).unwrap();
        assert!(moved.get_seconds() >= 15 * 60, "{kind}: {moved}");
    }
    let sorted = |mut rows: Vec<e2e::Row>| {
        rows.sort_by_key(|row| format!("{:?}{:?}", row["pk"], row["id"]));
        rows
    };
    assert_eq!(sorted(after.0), sorted(before.0), "no row is written again");
}

#[tokio::test]
async fn order_from_webhook_appears_in_next_lookup() {
    let (app, shop) = shop(2).await;
    read_all(&app, &shop).await;
    assert!(ids(&known(&app).await["orders"]).is_empty());
    let order = number(&shop, Kind::Orders, 1, NUMBER, NUMBER);
    let webhook = shop.webhooks().into_iter().find(|it| it.event == "order_confirm").unwrap();
    let delivery = json!({ "orders": { "order": [{
        "innerId": order["inner_id"].to_string(),
        "innerResourceId": format!("orders/{}", order["id"].as_str().unwrap()),
    }] } });
    let answer =
        app.deliver(&webhook.url, "application/json", delivery.to_string().as_bytes()).await;
    assert_eq!(status_of(&answer), 200, "{answer}");
    assert_eq!(ids(&known(&app).await["orders"]), [order["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn unshared_records_are_hidden_before_being_erased() {
    let (app, shop) = shop(2).await;
    let customer = number(&shop, Kind::Customers, 1, NUMBER, NUMBER);
    number(&shop, Kind::Orders, 1, NUMBER, NUMBER);
    shop.update(Kind::Orders, 1, &json!({ "customer_id": customer["id"] })).unwrap();
    read_all(&app, &shop).await;
    stop_sharing(&app, Resource::Customers).await;
    let found = known(&app).await;
    assert_eq!((&found["customers"], ids(&found["orders"]).len()), (&Value::Null, 1));
    stop_sharing(&app, Resource::Orders).await;
    let nothing =
        json!({ "phone": NUMBER, "customers": null, "orders": null, "last_synced_at": {} });
    assert_eq!(known(&app).await, nothing);
    share(&app, Resource::Customers).await;
    deliver(&app).await;
    let found = known(&app).await;
    assert_eq!((ids(&found["customers"]).len(), &found["orders"]), (1, &Value::Null));
}

#[tokio::test]
async fn rows_of_an_earlier_install_are_hidden() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await;
    let shop = connect(&app, "demo", ShopConfig::sized(1, 2, 2)).await;
    number(&shop, Kind::Customers, 1, NUMBER, NUMBER);
    let at = |skew_seconds| SignedCall { skew_seconds, ..SignedCall::default() };
    assert_eq!(status_of(&app.get(&app.uninstall_url(&shop, &at(1)).await).await), 200);
    let (status, problem) = ask(&app, "phone=%2B36201234567").await;
    assert_eq!((status, &problem["type"]), (404, &json!("urn:shopcall:problem:unknown-store")));
    shop.set_installed(true);
    assert_eq!(status_of(&app.get(&app.open_url(&shop, &at(2)).await).await), 200);
    assert!(ids(&known(&app).await["customers"]).is_empty(), "no customer is read yet");
    deliver(&app).await;
    assert_eq!(ids(&known(&app).await["customers"]).len(), 1);
}

#[tokio::test]
async fn unprocessed_keys_are_read_again() {
    let (app, shop) = shop(6).await;
    for index in 0..6 {
        number(&shop, Kind::Orders, index, NUMBER, NUMBER);
    }
    read_all(&app, &shop).await;
    app.aws.leave_unprocessed(1);
    assert_eq!(ids(&known(&app).await["orders"]).len(), 6);
    assert_eq!(app.aws.left_unprocessed(), 0, "DynamoDB left no key unprocessed");
}

#[tokio::test]
async fn lookup_logs_no_personal_data() {
    let (app, shop) = shop(2).await;
    let customer = number(&shop, Kind::Customers, 1, NUMBER, NUMBER);
    number(&shop, Kind::Orders, 1, NUMBER, NUMBER);
    read_all(&app, &shop).await;
    let log = Log::listen();
    known(&app).await;
    ask(&app, "phone=06201234567x").await;
    let text = log.text();
    // The SDK logs what it reads at a level that no function enables.
    let ours = |line: &&str| line.contains(" lookup") || line.contains(" shopcall_core");
    let text = text.lines().filter(ours).collect::<Vec<_>>().join("\n");
    assert!(text.contains("a caller was looked up"), "{text}");
    for personal in ["201234567", customer["family"].as_str().unwrap()] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    assert_eq!(app.aws.take_events(), []);
}
