//! Content of the page, and the cost of keeping it current.

use e2e::{InProcess, body_of, header_of, records, status_of};
use serde_json::json;
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{
    Currency, Generation, Mode, Money, Order, OrderStatus, Resource, RunId, StoreState,
};
use shopcall_core::storage::{Acquired, Cached, Checkpoint, RunRecord};
use shoprenter_simulator::{DEFAULT_SCOPES, Fault, FaultKind, Kind, ShopConfig};

use super::{Page, carry_out, connected, id, load_page, opened, reload_page, store};

const FIRST: Generation = Generation(1);

/// Whether a card shows this number of records.
fn has_count(page: &Page, count: &str) -> bool {
    page.html().contains(&format!("<p class=\"count\">{count}</p>"))
}

/// Leaves a running sync of products that has written three of seven pages.
async fn in_progress(app: &InProcess) {
    in_progress_with_id(app, 9).await;
}

/// Leaves a running sync with an id that consists of this digit.
async fn in_progress_with_id(app: &InProcess, digit: u8) {
    let (now, run_id) = (app.clock.now(), RunId::from_random([digit; 16]));
    let leases = app.services.leases();
    let acquired = leases.acquire(&id(), Resource::Products, FIRST, &run_id, now).await.unwrap();
    let Acquired::Lease(lease, None) = acquired else { panic!("{acquired:?}") };
    let record = RunRecord::begun(id(), FIRST, run_id, (Resource::Products, Mode::Full), now);
    assert!(app.services.runs().put(&record, lease.fence).await.unwrap());
    let checkpoint =
        Checkpoint { next_page: 3, page_count: Some(7), ..Checkpoint::begin(record, true) };
    assert!(leases.checkpoint(&lease, &checkpoint, now).await.unwrap());
}

#[tokio::test]
async fn page_shows_record_counts_after_install() {
    let (app, _shop, page) = opened(ShopConfig::sized(13, 7, 5)).await;
    assert!(["13", "7", "5"].iter().all(|count| !has_count(&page, count)), "{}", page.html());
    carry_out(&app).await;
    let page = reload_page(&app, &page).await;
    assert!(["13", "7", "5"].iter().all(|count| has_count(&page, count)), "{}", page.html());
}

#[tokio::test]
async fn running_sync_shows_its_progress() {
    let (app, _shop, page) = opened(ShopConfig::sized(3, 0, 0)).await;
    assert!(!page.html().contains("value=\"3\" max=\"7\""));
    in_progress(&app).await;
    let page = reload_page(&app, &page).await;
    assert!(page.html().contains("data-running") && page.html().contains("value=\"3\" max=\"7\""));
}

#[tokio::test]
async fn dead_run_is_not_shown_beside_running_one() {
    let (app, _shop, page) = opened(ShopConfig::sized(3, 0, 0)).await;
    in_progress_with_id(&app, 8).await;
    app.clock.advance(jiff::SignedDuration::from_mins(2));
    in_progress_with_id(&app, 9).await;
    let page = reload_page(&app, &page).await;
    for state in ["Folyamatban", "Megszakadt"] {
        assert_eq!(page.html().matches(state).count(), 1, "{state}: {}", page.html());
    }
}

#[tokio::test]
async fn unchanged_page_returns_304_without_counting() {
    let (app, _shop, page) = connected(3, 2, 2).await;
    let page = reload_page(&app, &page).await;
    app.aws.take_usage();
    let answer = load_page(&app, &page.session, &[("if-none-match", page.etag())]).await;
    assert_eq!((status_of(&answer), body_of(&answer)), (304, ""));
    assert_eq!(header_of(&answer, "etag"), page.etag());
    let usage = app.aws.take_usage();
    assert_eq!((usage.calls_of("Query"), usage.dynamodb_calls()), (2, 2), "{usage:?}");

    let list = format!("\"other\", {}", page.etag().strip_prefix("W/").unwrap());
    assert_eq!(status_of(&load_page(&app, &page.session, &[("if-none-match", &list)]).await), 304);
    let other = [("if-none-match", "W/\"other\"")];
    assert_eq!(status_of(&load_page(&app, &page.session, &other).await), 200);
}

#[tokio::test]
async fn any_store_change_changes_the_etag() {
    let (app, _shop, page) = opened(ShopConfig::sized(3, 2, 2)).await;
    let mut tags = vec![page.etag().to_owned()];
    in_progress(&app).await;
    tags.push(reload_page(&app, &page).await.etag().to_owned());
    app.clock.advance(jiff::SignedDuration::from_mins(2));
    tags.push(reload_page(&app, &page).await.etag().to_owned());
    carry_out(&app).await;
    tags.push(reload_page(&app, &page).await.etag().to_owned());
    let english = load_page(&app, &page.session, &[("accept-language", "en")]).await;
    tags.push(header_of(&english, "etag").to_owned());
    let all: std::collections::BTreeSet<_> = tags.iter().collect();
    assert_eq!(all.len(), tags.len(), "{tags:?}");
}

#[tokio::test]
async fn repeated_page_loads_reuse_the_counts() {
    let (app, _shop, page) = connected(3, 2, 2).await;
    reload_page(&app, &page).await;
    app.aws.take_usage();
    for _ in 0..5 {
        reload_page(&app, &page).await;
    }
    let usage = app.aws.take_usage();
    let cache = ("Query".to_owned(), app.tables().cache.clone());
    assert_eq!(usage.calls.get(&cache), Some(&5), "only the newest order is read");
}

#[tokio::test]
async fn expensive_count_is_capped() {
    let (app, _shop, _) = connected(5, 0, 0).await;
    let cache = app.services.cache();
    for (most, rows, is_more) in [(2, 2, true), (4, 4, true), (6, 5, false)] {
        let count = cache.count(&id(), Resource::Products, most).await.unwrap();
        assert_eq!((count.rows, count.is_more), (rows, is_more), "at most {most}");
    }
}

#[tokio::test]
async fn times_use_the_shops_time_zone() {
    let config = ShopConfig { timezone: "Asia/Tokyo".to_owned(), ..ShopConfig::sized(1, 1, 1) };
    let (app, _shop, page) = opened(config).await;
    carry_out(&app).await;
    let page = reload_page(&app, &page).await;
    let runs = app.services.runs().latest(&id(), 1).await.unwrap();
    let local = runs[0].started_at.in_tz("Asia/Tokyo").unwrap();
    let local = local.strftime("%Y. %m. %d. %H:%M").to_string();
    assert!(page.html().contains(&local), "{local} is not in {}", page.html());
}

#[tokio::test]
async fn newest_order_ignores_later_abandoned_carts() {
    let config = ShopConfig { abandoned_carts: 0.0, ..ShopConfig::sized(0, 3, 0) };
    let (app, shop, page) = opened(config).await;
    carry_out(&app).await;
    let number = |index: u32| shop.raw(Kind::Orders, index).unwrap()["innerId"].clone();
    let newest = shop.add(Kind::Orders, &json!({ "status": 5 })).unwrap();
    let cart = shop.add(Kind::Orders, &json!({ "status": null })).unwrap();
    assert_ne!(number(newest), number(cart));
    super::act(&app, &page, &[("action", "sync")]).await;
    carry_out(&app).await;
    assert_eq!(records(&app.dynamodb, &app.tables().cache).await.len(), 5);
    let page = reload_page(&app, &page).await;
    let shown = format!("#<bdi>{}</bdi>", number(newest).as_str().unwrap());
    assert!(page.html().contains(&shown), "{shown} is not in {}", page.html());
}

#[tokio::test]
async fn shop_provided_names_are_escaped() {
    let (app, _shop, page) = connected(0, 0, 0).await;
    let hostile = "</bdi><script>alert(1)</script>\u{202e}\"'";
    let names = ["hu", "en"].map(|language| (language.to_owned(), hostile.to_owned()));
    let order = Order {
        id: "a".to_owned(),
        inner_id: Some("77".to_owned()),
        status: Some(OrderStatus { id: None, names: names.into(), is_cancelled: false }),
        total_gross: Some(Money { amount: 12.into(), currency: Currency::parse("HUF").unwrap() }),
        ..Order::default()
    };
    let cached = Cached { generation: FIRST, record: order, raw: None };
    app.services.cache().put(&id(), &[cached], jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    let page = reload_page(&app, &page).await;
    assert!(page.html().contains("alert(1)") && page.html().contains("<bdi>77</bdi>"));
    assert!(!page.html().contains("<script>"), "{}", page.html());
}

#[tokio::test]
async fn page_renders_when_rows_cannot_be_read() {
    let (app, _shop, page) = connected(3, 2, 2).await;
    app.clock.advance(jiff::SignedDuration::from_mins(1));
    let cache = &app.tables().cache;
    app.aws.apply_fault("Query", cache, e2e::DynamoFault::Denied, (0, 4));
    let page = reload_page(&app, &page).await;
    assert_eq!(app.aws.faults_left(), 0);
    assert!(!page.html().contains("class=\"count\"") && page.html().contains("sync-now"));
}

#[tokio::test]
async fn slow_lookup_leaves_the_other_values_intact() {
    let (app, _shop, page) = connected(3, 2, 2).await;
    app.clock.advance(jiff::SignedDuration::from_mins(1));
    // Three of the four values are found, regardless of which, and however often the last is retried.
    app.aws.apply_fault("Query", &app.tables().cache, e2e::DynamoFault::Hang, (3, 100));
    let page = reload_page(&app, &page).await;
    assert!(app.aws.cancel_faults() < 100);
    let shown = ["class=\"count\"", "#<bdi>"].map(|part| page.html().matches(part).count());
    assert_eq!(shown[0] + shown[1], 3, "{}", page.html());
}

#[tokio::test]
async fn missing_permission_is_shown_until_granted() {
    let all: std::collections::BTreeSet<_> = DEFAULT_SCOPES.map(str::to_owned).into();
    let mut scopes = all.clone();
    scopes.remove("order.order:read");
    let (app, shop, page) = opened(ShopConfig { scopes, ..ShopConfig::sized(3, 2, 2) }).await;
    assert!(!page.html().contains("/approveScopes"), "no request has been refused yet");
    carry_out(&app).await;
    assert!(reload_page(&app, &page).await.html().contains("/approveScopes"));
    // On a second opening without the permission, it is known before the run detects it again.
    let page = Page::of(app.open(&shop).await);
    assert!(page.html().contains("/approveScopes"));
    assert!(reload_page(&app, &page).await.html().contains("/approveScopes"));

    shop.configure(|config| config.scopes = all).unwrap();
    let page = Page::of(app.open(&shop).await);
    assert!(!page.html().contains("/approveScopes"));
    assert_eq!(carry_out(&app).await, ["orders", "orders"]);
    assert!(store(&app).await.missing_permissions.is_empty());
}

#[tokio::test]
async fn page_reports_that_the_shop_refuses_app() {
    let (app, shop, page) = connected(3, 2, 2).await;
    let refusal = FaultKind::Status { status: 401, retry_after: None };
    shop.add_fault(Fault::new(refusal).on("/app/token")).unwrap();
    shop.revoke_tokens();
    super::act(&app, &page, &[("action", "sync")]).await;
    carry_out(&app).await;
    assert_eq!(store(&app).await.state, StoreState::NeedsAttention);
    for page in [reload_page(&app, &page).await, Page::of(app.open(&shop).await)] {
        assert!(page.html().contains("A ShopRenter nem engedi be"), "{}", page.html());
    }
    shop.clear_faults();
    let page = Page::of(app.open(&shop).await);
    assert!(!page.html().contains("A ShopRenter nem engedi be"));
}

#[tokio::test]
async fn page_names_missing_data_and_its_permission() {
    let (app, shop, page) = opened(ShopConfig::sized(2, 0, 0)).await;
    let missing = ["cms.information:read", "payment.paymentMethod:read"];
    shop.configure(|config| config.scopes.retain(|scope| !missing.contains(&scope.as_str())))
        .unwrap();
    assert!(!page.html().contains("/approveScopes"), "nothing has been read yet");
    carry_out(&app).await;

    let page = reload_page(&app, &page).await;
    for said in [
        "A bolt néhány adata hiányzik",
        "<p>Nyitvatartás, feltételek és más oldalak (cms.information:read)</p>",
        "<p>Fizetési módok (payment.paymentMethod:read)</p>",
        "/approveScopes",
    ] {
        assert!(page.html().contains(said), "{said}: {}", page.html());
    }
    assert!(!page.html().contains("shipping.shippingMethod"), "{}", page.html());

    shop.configure(|config| config.scopes.extend(missing.map(str::to_owned))).unwrap();
    super::act(&app, &page, &[("action", "sync")]).await;
    carry_out(&app).await;
    let page = Page::of(app.open(&shop).await);
    assert!(!page.html().contains("/approveScopes"), "{}", page.html());
}
