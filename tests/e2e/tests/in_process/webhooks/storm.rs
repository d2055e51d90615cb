//! Thousands of webhooks, many of them duplicated, late, out of order or lost.

use std::collections::HashMap;
use std::time::Instant;

use e2e::{AcceptedPut, differences};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use shoprenter_simulator::{Delivery, DeliveryConfig, Fault, FaultKind, SignedCall};

use super::*;
use shopcall_core::domain::StoreState;

const SHOPS: usize = 20;
/// Minimum number of deliveries.
const DELIVERIES: usize = 5_000;
/// Webhooks in flight above which the shops wait: the number that one machine answers in time.
const ON_THEIR_WAY: usize = 12;
/// Retries after the first attempt, for deliveries that a busy machine does not answer in time.
const RETRIES: u32 = 5;
const STATUSES: [u32; 6] = [1, 2, 3, 5, 7, 14];

/// Webhooks at their most unreliable.
fn stormy() -> ShopConfig {
    ShopConfig {
        delivery: DeliveryConfig {
            duplicate: 0.3,
            reorder: 0.2,
            reorder_ms: 300,
            lose: 0.1,
            retries: RETRIES,
            ..DeliveryConfig::default()
        },
        outer_ids: 0.3,
        ..quick(ShopConfig::sized(0, 12, 0))
    }
}

/// Places an order or changes an order's status.
fn change_something(shop: &ShopHandle, random: &mut StdRng) {
    let count = shop.count(Kind::Orders);
    if random.random_range(0..6) == 0 {
        shop.place_order(&json!({})).unwrap();
    } else {
        let index = u32::try_from(random.random_range(0..count)).unwrap();
        let status = STATUSES[random.random_range(0..STATUSES.len())];
        shop.set_order_status(index, status).unwrap();
    }
}

fn sent(shops: &[ShopHandle]) -> usize {
    let sent =
        |shop: &ShopHandle| shop.deliveries().iter().filter(|d| d.outcome == "delivered").count();
    shops.iter().map(sent).sum()
}

/// A state of an order that was in the table.
#[derive(Debug, Clone)]
struct State {
    status: Value,
    updated_at: Option<Timestamp>,
    provisional: bool,
}

/// An order and one of its states: the row's key and its digest.
type StateKey = (String, String, String);

fn key(item: &Value, digest: &str) -> StateKey {
    let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
    (text("pk"), text("id"), digest.to_owned())
}

fn state(item: &Value) -> State {
    let updated_at = item["updated_at"]["S"].as_str().map(|at| at.parse().unwrap());
    let provisional = item["provisional"]["BOOL"].as_bool().unwrap_or(false);
    State { status: item["status"]["M"]["names"]["M"]["hu"]["S"].clone(), updated_at, provisional }
}

/// The rows from before the storm, in DynamoDB's JSON, with the attributes compared here.
async fn states_before(app: &InProcess) -> HashMap<StateKey, State> {
    let rows = rows(&app.dynamodb, &app.tables().cache).await;
    let text = |row: &Row, name: &str| row.get(name).map(|v| v.as_s().unwrap().clone());
    rows.into_iter()
        // The shop's own row is no order.
        .filter(|row| row["pk"].as_s().unwrap().ends_with("#orders"))
        .map(|row| {
            let status = row.get("status").map(|status| {
                let names = status.as_m().unwrap()["names"].as_m().unwrap();
                json!(names["hu"].as_s().unwrap())
            });
            let key = ["pk", "id", "digest"].map(|name| text(&row, name).unwrap());
            let state = State {
                status: status.unwrap_or_default(),
                updated_at: text(&row, "updated_at").map(|at| at.parse().unwrap()),
                provisional: row.contains_key("provisional"),
            };
            (key.into(), state)
        })
        .collect()
}

/// Checks every write against the row it replaced: no order returns to an older state. Returns how
/// many events were due for each order.
fn changes_written(
    mut states: HashMap<StateKey, State>,
    puts: &[AcceptedPut],
) -> HashMap<(String, String), usize> {
    for put in puts {
        let digest = put.item["digest"]["S"].as_str().unwrap();
        states.insert(key(&put.item, digest), state(&put.item));
    }
    let mut published = HashMap::new();
    for put in puts {
        let new = state(&put.item);
        let over = put.values[":seen_digest"]["S"].as_str();
        let before = over.map(|digest| states[&key(&put.item, digest)].clone());
        let is_published = before.is_none_or(|before| {
            assert!(before.updated_at <= new.updated_at, "{before:?} was followed by {new:?}");
            // With the same digest, only the promised day of delivery is new.
            let is_change = over != put.item["digest"]["S"].as_str();
            is_change && (before.status != new.status || !before.provisional)
        });
        let (pk, id, _) = key(&put.item, "");
        *published.entry((pk, id)).or_default() += usize::from(is_published);
    }
    published.retain(|_, count| *count > 0);
    published
}

fn changes_published(events: &[PublishedEvent]) -> HashMap<(String, String), usize> {
    let mut published = HashMap::new();
    for change in changes(events) {
        let text = |name: &str| change[name].as_str().unwrap().to_owned();
        let order = (format!("{}#orders", text("store_id")), text("order_id"));
        *published.entry(order).or_default() += 1;
    }
    published
}

/// Waits until at most this many webhooks are in flight.
async fn wait_for_deliveries(shops: &[ShopHandle], bound: usize) {
    const LOOKS: usize = 6_000;
    for _ in 0..LOOKS {
        if shops.iter().map(|shop| shop.state().pending_deliveries).sum::<usize>() <= bound {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the webhooks are not delivered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_equal_shop_after_storm_and_sync() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "300")]).await;
    let mut shops = Vec::new();
    for number in 0..SHOPS {
        shops.push(connect(&app, &format!("storm-{number}"), stormy()).await);
    }
    let states = states_before(&app).await;
    app.aws.record_puts();
    app.aws.take_usage();
    let mut random = StdRng::seed_from_u64(7);
    let began = Instant::now();
    let mut made = 0;
    for _ in 0..DELIVERIES {
        if sent(&shops) >= DELIVERIES {
            break;
        }
        for shop in &shops {
            change_something(shop, &mut random);
            made += 1;
            wait_for_deliveries(&shops, ON_THEIR_WAY).await;
        }
    }
    wait_for_deliveries(&shops, 0).await;
    let elapsed = began.elapsed();
    let deliveries: Vec<_> = shops.iter().flat_map(ShopHandle::deliveries).collect();
    let of = |outcome: &str| deliveries.iter().filter(|d| d.outcome == outcome).count();
    let is_given_up = |d: &&Delivery| d.outcome == "failed" && d.attempt == RETRIES;
    assert_eq!(deliveries.iter().filter(is_given_up).count(), 0, "each delivery is answered 200");
    let calls = app.aws.take_usage().dynamodb_calls();

    let mut events = app.aws.take_events();
    let by_webhooks = changes(&events).len();
    app.clock.advance(SignedDuration::from_hours(2));
    app.run_schedule().await.unwrap();
    for event in app.aws.take_events() {
        if event.detail["resource"] == "orders" && event.detail_type == "SyncRequested" {
            app.sync(&event).await.unwrap();
        }
    }
    events.extend(app.aws.take_events());
    // Rows of orders have a digest; pointers to them have none.
    let is_order =
        |put: &AcceptedPut| put.table == app.tables().cache && put.item["digest"]["S"].is_string();
    let puts: Vec<_> = app.aws.take_puts().into_iter().filter(is_order).collect();

    for shop in &shops {
        assert_eq!(differences(&app, shop, Kind::Orders).await, Vec::<String>::new());
        for truth in shop.records(Kind::Orders, 0, 10_000) {
            let index = u32::try_from(truth["index"].as_u64().unwrap()).unwrap();
            let order = row(&app, shop, index).await.unwrap();
            assert!(!order.provisional);
            crate::orders_and_customers::assert_order(&order, &truth);
            let status = truth["status"].as_u64().map(status_name);
            assert_eq!(status_of_order(&order), status);
        }
    }
    let provisional = puts.iter().filter(|put| state(&put.item).provisional).count();
    let written = changes_written(states, &puts);
    let published = changes_published(&events);
    assert_eq!(published, written, "each change is published once");
    let total: usize = published.values().sum();
    println!(
        "storm: {made} changes in {SHOPS} shops, {} deliveries ({} lost, {} attempts failed) answered \
         in {:.1} s, {} a second; {} rows written, {provisional} of them provisional; {total} OrderChanged, \
         {by_webhooks} by webhooks and {} by the sync; {:.1} DynamoDB calls a delivery",
        of("delivered"),
        of("lost"),
        of("failed"),
        elapsed.as_secs_f64(),
        of("delivered") as u64 * 1_000 / u64::try_from(elapsed.as_millis()).unwrap().max(1),
        puts.len(),
        total - by_webhooks,
        calls as f64 / of("delivered") as f64,
    );
    assert!(of("delivered") >= DELIVERIES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uninstall_during_storm_stops_all_writes() {
    let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "300")]).await;
    for number in 0..4 {
        let name = format!("leaving-{number}");
        let shop = connect(&app, &name, stormy()).await;
        let address = address(&shop);
        let mut random = StdRng::seed_from_u64(number);
        // During the uninstall, many orders are being read back.
        shop.add_fault(Fault::new(FaultKind::Slow { ms: 500 }).on("/api/orderExtend")).unwrap();
        (0..40).for_each(|_| change_something(&shop, &mut random));
        let later = SignedCall { skew_seconds: 1, ..SignedCall::default() };
        let url = app.uninstall_url(&shop, &later).await;
        // Counted from the moment the store is uninstalled, not from the end of the uninstall call.
        let from_then_on = async {
            let is_over = || async {
                let store = app.services.stores().get(&store(&name)).await.unwrap().unwrap();
                (store.state == StoreState::Uninstalled).then_some(())
            };
            at_once("the store is uninstalled", is_over).await;
            (orders_of(&app, &name).await, shop.state().pending_deliveries)
        };
        let (answer, (before, in_flight)) = tokio::join!(app.get(&url), from_then_on);
        assert_eq!(status_of(&answer), 200);
        (0..20).for_each(|_| change_something(&shop, &mut random));
        delivered(&shop).await;
        run_syncs(&app).await;
        assert!(!before.is_empty());
        assert_eq!(orders_of(&app, &name).await, before);
        let body = form(&json!({ "orders": { "order": { "innerId": "1" } } }));
        assert_eq!(status_of(&app.deliver(&address, FORM, body.as_bytes()).await), 403);
        println!("uninstall: {in_flight} deliveries were in flight and wrote nothing");
    }
}

/// Polls without pausing, so that no intermediate state is missed.
async fn at_once<F: Future<Output = Option<()>>>(what: &str, look: impl Fn() -> F) {
    for _ in 0..20_000 {
        if look().await.is_some() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("not in time: {what}");
}

async fn orders_of(app: &InProcess, name: &str) -> Vec<Row> {
    let all = sorted(rows(&app.dynamodb, &app.tables().cache).await);
    let pk = format!("shoprenter:{name}#orders");
    all.into_iter().filter(|row| row["pk"].as_s().unwrap() == &pk).collect()
}
