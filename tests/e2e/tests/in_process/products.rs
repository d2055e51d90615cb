//! A products run, from its event to the rows.

use std::time::{Duration, Instant};

use e2e::{
    InProcess, PublishedEvent, Row, assert_limit_is_kept, eventually, rows, status_of, unzipped,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use shopcall_core::domain::{
    Currency, Mode, Money, Product, ProductStatus, Stock, StoreId, StoreState,
};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::{Cached, RunRecord, RunStatus};
use shoprenter_simulator::{
    Dialect, Fault, FaultKind, Kind, Quirks, ShopConfig, ShopHandle, SignedCall,
};

/// Well above any duration here, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn products(count: u32) -> ShopConfig {
    ShopConfig::sized(count, 0, 0)
}

/// Installs the app; returns the request for the first products run.
async fn installed(app: &InProcess, config: ShopConfig) -> (ShopHandle, PublishedEvent) {
    let shop = app.shop("demo", config);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    let events = app.aws.take_events();
    let first = events.into_iter().find(|event| event.detail["resource"] == "products");
    (shop, first.unwrap())
}

async fn last_run(app: &InProcess) -> RunRecord {
    app.services.runs().latest(&id(), 1).await.unwrap().remove(0)
}

async fn cached(app: &InProcess, product_id: &str) -> Cached<Product> {
    app.services.cache().get(&id(), product_id).await.unwrap().unwrap()
}

/// Rows of products; another row says what the shop publishes about itself.
async fn product_rows(app: &InProcess) -> Vec<Row> {
    let mut all = rows(&app.dynamodb, &app.tables().cache).await;
    all.retain(|row| row["pk"].as_s().unwrap().ends_with("#products"));
    all
}

async fn row_count(app: &InProcess) -> usize {
    product_rows(app).await.len()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// Compares a row with the simulator's product, field by field.
fn assert_is(row: &Cached<Product>, truth: &Value) {
    let product = &row.record;
    let context = &product.id;
    assert_eq!(product.id, truth["id"].as_str().unwrap());
    assert_eq!(product.inner_id.as_deref(), Some(truth["inner_id"].to_string().as_str()));
    assert_eq!(product.sku.as_deref(), text(&truth["sku"]), "{context}");
    let amount = |value: &Value| text(value).map(|text| text.parse::<Decimal>().unwrap());
    let price = product.price.unwrap();
    assert_eq!(Some(price.amount), amount(&truth["gross"]), "{context}");
    assert_eq!(price.currency.as_str(), truth["currency"].as_str().unwrap());
    let special = product.special_prices.first().map(|special| special.price.amount);
    assert_eq!(special, amount(&truth["special"]), "{context}");
    let stocks: Vec<_> =
        truth["stocks"].as_array().unwrap().iter().flat_map(Value::as_u64).collect();
    // The simulator's shops count two warehouses.
    let stocks = [stocks[0], stocks[1], 0, 0].map(Decimal::from);
    assert_eq!(product.stock, Some(Stock { warehouses: stocks }), "{context}");
    assert_eq!(product.orderable, truth["orderable"].as_bool().unwrap(), "{context}");
    let status = match truth["status"].as_u64().unwrap() {
        0 => ProductStatus::Off,
        1 => ProductStatus::On,
        _ => ProductStatus::Discontinued,
    };
    assert_eq!(product.status, status, "{context}");
    let link = text(&truth["url_alias"]).map(|alias| format!("https://www.demo.example/{alias}"));
    assert_eq!(product.link, link, "{context}");
    assert_details(product, truth);
    let instant = |value: &Value| text(value).map(|text| text.parse::<jiff::Timestamp>().unwrap());
    assert_eq!(product.created_at, instant(&truth["created"]), "{context}");
    assert_eq!(product.updated_at, instant(&truth["updated"]), "{context}");
    assert_eq!(product.categories.len(), truth["categories"].as_array().unwrap().len());
    for (language, texts) in truth["texts"].as_object().unwrap() {
        let Some(name) = text(&texts["name"]) else { continue };
        let kept = &product.texts[language];
        assert_eq!(kept.name, name, "{context}");
        let description = kept.description.as_deref().unwrap_or_default();
        for tag in ["</", "<p", "<b", "<script", "<style", "&lt;", "&nbsp;"] {
            assert!(!description.contains(tag), "{context}: {description}");
        }
        assert_eq!(description.is_empty(), text(&texts["description"]).is_none(), "{context}");
    }
    let raw: Value = serde_json::from_str(&unzipped(row.raw.as_deref().unwrap())).unwrap();
    assert_eq!(raw["id"], truth["id"]);
}

/// Compares what the shop keeps in other collections, and what depends on them.
fn assert_details(product: &Product, truth: &Value) {
    let context = &product.id;
    let manufacturer = truth["manufacturer"].as_u64().map(|number| format!("Gyártó {number} Kft."));
    assert_eq!(product.manufacturer_name, manufacturer, "{context}");
    let categories = truth["categories"].as_array().unwrap().iter();
    let categories: Vec<_> = categories.map(|number| format!("Kategória {number}")).collect();
    assert_eq!(product.category_names.get("hu").cloned().unwrap_or_default(), categories);
    let is_variant = truth["parent"].is_u64();
    assert_eq!(product.parent.is_some(), is_variant, "{context}");
    let minimum = truth["minimum"].as_u64().map(Decimal::from);
    let only_multiples = truth["only_multiples"].as_bool().unwrap();
    assert_eq!(product.order_minimum, minimum, "{context}");
    assert_eq!(product.order_multiple, minimum.filter(|_| only_multiples), "{context}");
    let pieces = |warehouse: usize| truth["stocks"][warehouse].as_u64().unwrap();
    let availability = match (pieces(0), pieces(1)) {
        (0, 0) => "Előrendelhető",
        (0, _) => "Külső raktáron",
        _ => "Raktáron",
    };
    assert_eq!(product.availability["hu"], availability, "{context}");
    let attributes = truth["attributes"].as_object().unwrap();
    assert_eq!(product.attributes.len(), attributes.len(), "{context}");
    for attribute in &product.attributes {
        assert!(attribute.labels.contains_key("hu"), "{context}: {}", attribute.name);
        match &attributes[&attribute.name] {
            Value::String(number) => {
                assert_eq!(attribute.number, number.parse().ok(), "{context}");
            }
            texts => assert_eq!(json!(attribute.values), *texts, "{context}"),
        }
    }
}

#[tokio::test]
async fn special_price_is_kept_with_its_period() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, ShopConfig { specials: 0.0, ..products(3) }).await;
    let special = |index: u32, offer: Value| {
        let patch = json!({ "special": "10", "offer": offer });
        shop.update(Kind::Products, index, &patch).unwrap();
    };
    special(0, json!({ "from": "2020-01-01", "to": "2199-01-01" }));
    special(1, json!({ "from": "2020-01-01", "to": "2020-02-01" }));
    special(2, json!({ "from": "2198-12-01", "to": "2199-01-01" }));
    app.sync(&event).await.unwrap();
    let told = async |index: u32, moment: &str| {
        let id = shop.record(Kind::Products, index).unwrap()["id"].as_str().unwrap().to_owned();
        let price = cached(&app, &id).await.record.special_price_at(moment.parse().unwrap());
        price.map(|price| price.amount)
    };
    let ten = Some(Decimal::TEN);
    assert_eq!(told(0, "2198-12-31T22:59:59Z").await, ten);
    assert_eq!(told(0, "2198-12-31T23:00:00Z").await, None, "it has ended");
    assert_eq!(told(1, "2020-01-15T12:00:00Z").await, None, "it had ended when it was read");
    assert_eq!(told(2, "2198-11-30T22:59:59Z").await, None, "it has not begun");
    assert_eq!(told(2, "2198-11-30T23:00:00Z").await, ten);
}

#[tokio::test]
async fn refused_names_cost_only_themselves() {
    let app = InProcess::start().await;
    let mut config = ShopConfig { quirks: Quirks::none(), ..products(20) };
    config.scopes.retain(|scope| !scope.starts_with("product.") || scope == "product.product:read");
    config.scopes.remove("store.domain:read");
    let (shop, event) = installed(&app, config).await;
    app.sync(&event).await.unwrap();
    assert_eq!(last_run(&app).await.status, RunStatus::Completed);
    for truth in shop.records(Kind::Products, 0, 20) {
        let product = cached(&app, truth["id"].as_str().unwrap()).await.record;
        assert!(product.availability.is_empty() && product.category_names.is_empty());
        assert_eq!(product.attributes.len(), truth["attributes"].as_object().unwrap().len());
        let link = format!("https://demo.shoprenter.hu/{}", truth["url_alias"].as_str().unwrap());
        assert_eq!(product.link, Some(link));
    }
}

#[tokio::test]
async fn raw_is_the_whole_answer_as_gzip() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(60)).await;
    app.sync(&event).await.unwrap();
    for row in product_rows(&app).await {
        let sent = shop.raw(Kind::Products, row["id"].as_s().unwrap().as_str()).unwrap();
        let raw: Value =
            serde_json::from_str(&unzipped(row["raw"].as_b().unwrap().as_ref())).unwrap();
        assert_eq!(raw, sent);
    }
    assert_eq!(row_count(&app).await, 60);
}

#[tokio::test]
async fn first_sync_stores_every_product_field() {
    let app = InProcess::start().await;
    let config =
        ShopConfig { languages: ["hu", "en", "de"].map(str::to_owned).to_vec(), ..products(450) };
    let (shop, event) = installed(&app, config).await;
    app.sync(&event).await.unwrap();

    for truth in shop.records(Kind::Products, 0, 450) {
        assert_is(&cached(&app, truth["id"].as_str().unwrap()).await, &truth);
    }
    assert_eq!(row_count(&app).await, 450);
    let run = last_run(&app).await;
    assert_eq!(run.status, RunStatus::Completed);
    assert_eq!((run.counts.seen, run.counts.written, run.counts.quarantined), (450, 450, 0));
    let stats = shop.stats();
    assert_eq!(stats.count("GET api/productExtend"), 3);
    assert_eq!(stats.count("GET api/languages"), 1);
    for names in ["categoryExtend", "manufacturers", "stockStatusDescriptions"] {
        assert_eq!(stats.count(&format!("GET api/{names}")), 1, "{names}");
    }
    let done = app.aws.take_events();
    assert_eq!(done.len(), 1);
    assert_eq!(done[0].detail_type, "SyncCompleted");
    assert_eq!(done[0].detail["counts"]["written"], 450);
}

#[tokio::test]
async fn second_sync_writes_only_changes() {
    let app = InProcess::start().await;
    let (shop, first) = installed(&app, products(400)).await;
    app.sync(&first).await.unwrap();
    let again = |number: u8| {
        let mut event = first.clone();
        event.detail["run_id"] = format!("{number:032}").into();
        event
    };
    app.sync(&again(1)).await.unwrap();
    let run = last_run(&app).await;
    assert_eq!((run.counts.written, run.counts.unchanged), (0, 400));

    shop.update(Kind::Products, 17, &json!({ "price": "4321" })).unwrap();
    shop.add(Kind::Products, &json!({})).unwrap();
    app.sync(&again(2)).await.unwrap();
    let run = last_run(&app).await;
    assert_eq!((run.counts.written, run.counts.unchanged), (2, 399));
    let truth = shop.record(Kind::Products, 17).unwrap();
    assert_is(&cached(&app, truth["id"].as_str().unwrap()).await, &truth);
}

#[tokio::test]
async fn incremental_sync_reads_only_changes() {
    let app = InProcess::start().await;
    let (shop, first) = installed(&app, products(450)).await;
    let asked = |number: u8, mode: &str| {
        let mut event = first.clone();
        event.detail["run_id"] = format!("{number:032}").into();
        event.detail["mode"] = mode.into();
        event
    };
    app.sync(&asked(1, "incremental")).await.unwrap();
    assert_eq!(last_run(&app).await.mode, Mode::Full, "there is no cursor yet");

    for index in [3, 300] {
        shop.update(Kind::Products, index, &json!({ "price": "777" })).unwrap();
    }
    shop.reset_stats();
    app.sync(&asked(2, "incremental")).await.unwrap();
    let run = last_run(&app).await;
    assert_eq!(run.mode, Mode::Incremental);
    assert_eq!((run.counts.seen, run.counts.written), (2, 2));
    let requests = shop.stats().count("GET api/productExtend");
    assert_eq!(requests, 1 + 3, "the changes, and once a day all ids");
    for index in [3, 300] {
        let truth = shop.record(Kind::Products, index).unwrap();
        assert_is(&cached(&app, truth["id"].as_str().unwrap()).await, &truth);
    }

    // The window overlaps the previous one: the changes are read again and cost no write.
    app.sync(&asked(3, "incremental")).await.unwrap();
    let run = last_run(&app).await;
    assert_eq!((run.counts.seen, run.counts.written), (2, 0));

    app.clock.advance(jiff::SignedDuration::from_hours(7 * 24 + 1));
    app.sync(&asked(4, "incremental")).await.unwrap();
    assert_eq!(last_run(&app).await.mode, Mode::Full, "a week has passed");
}

#[tokio::test]
async fn catalogue_full_of_quirks_is_read() {
    let app = InProcess::start().await;
    let quirks = Quirks {
        absent: 0.3,
        odd_empties: 1.0,
        missing_fields: 0.3,
        bare_numbers: 0.5,
        zero_dates: 0.3,
        spaced_dates: 0.5,
        bare_descriptions: 1.0,
        unknown_fields: 1.0,
        wrapped: 0.5,
        ..Quirks::default()
    };
    let (shop, event) = installed(&app, ShopConfig { quirks, ..products(201) }).await;
    app.sync(&event).await.unwrap();
    for truth in shop.records(Kind::Products, 0, 201) {
        assert_is(&cached(&app, truth["id"].as_str().unwrap()).await, &truth);
    }
}

#[tokio::test]
async fn unusable_fields_cost_no_record() {
    let app = InProcess::start().await;
    let quirks = Quirks { poison: 0.2, ..Quirks::none() };
    let (shop, event) = installed(&app, ShopConfig { quirks, ..products(200) }).await;
    app.sync(&event).await.unwrap();
    let truths = shop.records(Kind::Products, 0, 200);
    let is =
        |truth: &Value, poison: &[&str]| poison.contains(&truth["poison"].as_str().unwrap_or(""));
    let without_id = |truth: &&Value| is(truth, &["no_id", "not_an_object"]);
    let (bad, kept): (Vec<_>, Vec<_>) = truths.iter().partition(without_id);
    assert!((5..40).contains(&bad.len()), "{}", bad.len());
    for mut truth in kept.into_iter().cloned() {
        let mut row = cached(&app, truth["id"].as_str().unwrap()).await;
        if is(&truth, &["wrong_type"]) {
            assert!(row.record.texts.is_empty());
            truth["texts"] = json!({});
        }
        if is(&truth, &["bad_number"]) {
            assert_eq!(row.record.price, None);
            let currency = Currency::parse(truth["currency"].as_str().unwrap()).unwrap();
            let amount = truth["gross"].as_str().unwrap().parse().unwrap();
            row.record.price = Some(Money { amount, currency });
        }
        assert_is(&row, &truth);
    }
    let run = last_run(&app).await;
    assert_eq!(run.status, RunStatus::Completed);
    assert_eq!(run.counts.quarantined, bad.len() as u64);
    assert_eq!(run.counts.seen, 200);
}

#[tokio::test]
async fn token_revoked_during_run_is_replaced_once() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(450)).await;
    let revoke = Fault::new(FaultKind::RevokeTokens).on("/api/productExtend");
    shop.add_fault(revoke.with_query("page", 1).times(1)).unwrap();
    app.sync(&event).await.unwrap();
    assert_eq!(row_count(&app).await, 450);
    assert_eq!(shop.stats().tokens_issued, 2);
}

#[tokio::test]
async fn refused_new_token_fails_run_and_needs_attention() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(3)).await;
    shop.add_fault(Fault::new(FaultKind::RevokeTokens).on("/api/productExtend")).unwrap();
    app.sync(&event).await.unwrap();
    assert_eq!(last_run(&app).await.status, RunStatus::Failed);
    assert_eq!(shop.stats().tokens_issued, 2);
    assert_eq!(shop.stats().count("GET api/productExtend"), 2);
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::NeedsAttention);
}

#[tokio::test]
async fn transient_faults_are_survived() {
    let faults = [
        FaultKind::Status { status: 429, retry_after: Some("1".to_owned()) },
        FaultKind::Status { status: 500, retry_after: None },
        FaultKind::Status { status: 503, retry_after: None },
        FaultKind::Status { status: 504, retry_after: None },
        FaultKind::Cut,
        FaultKind::MalformedJson,
        FaultKind::Xml,
        FaultKind::WrongContentType,
        FaultKind::Slow { ms: 700 },
    ];
    let runs = faults.map(|fault| async move {
        let app = InProcess::start().await;
        let (shop, event) = installed(&app, products(210)).await;
        shop.add_fault(Fault::new(fault.clone()).on("/api/productExtend").times(1)).unwrap();
        app.sync(&event).await.unwrap();
        assert_eq!(row_count(&app).await, 210, "{fault:?}");
        assert_eq!(last_run(&app).await.status, RunStatus::Completed, "{fault:?}");
    });
    for run in runs.map(tokio::spawn) {
        run.await.unwrap();
    }
}

#[tokio::test]
async fn persistent_fault_is_retried_then_returned_to_lambda() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(3)).await;
    let broken = FaultKind::Status { status: 500, retry_after: None };
    shop.add_fault(Fault::new(broken).on("/api/productExtend")).unwrap();
    let failure = app.sync(&event).await.unwrap_err();
    assert!(matches!(failure, Failure::Platform(_)), "{failure:?}");
    assert_eq!(shop.stats().count("GET api/productExtend"), 6);
    let run = last_run(&app).await;
    assert_eq!(run.status, RunStatus::Failed);
    assert_eq!(run.reason.as_deref(), Some("the platform is unavailable (500)"));

    shop.clear_faults();
    app.sync(&event).await.unwrap();
    assert_eq!(last_run(&app).await.status, RunStatus::Completed);
}

#[tokio::test]
async fn permanent_failure_is_recorded_without_retry() {
    let cases = [
        (FaultKind::Oversized, "the platform's answer is larger than 33554432 bytes"),
        (
            FaultKind::Redirect { to: "https://evil.invalid".to_owned() },
            "the platform refused the request (308, None)",
        ),
    ];
    for (fault, reason) in cases {
        let app = InProcess::start().await;
        let (shop, event) = installed(&app, products(3)).await;
        shop.add_fault(Fault::new(fault).on("/api/productExtend")).unwrap();
        app.sync(&event).await.unwrap();
        let run = last_run(&app).await;
        assert_eq!((run.status, run.reason.as_deref()), (RunStatus::Failed, Some(reason)));
        assert_eq!(shop.stats().count("GET api/productExtend"), 1);
        let events = app.aws.take_events();
        assert_eq!(events[0].detail_type, "SyncFailed");
    }
}

#[tokio::test]
async fn missing_permission_is_recorded_without_retry() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(3)).await;
    shop.configure(|config| {
        config.scopes.remove("product.product:read");
    })
    .unwrap();
    shop.revoke_tokens();
    app.sync(&event).await.unwrap();
    let run = last_run(&app).await;
    let reason = run.reason.unwrap();
    assert!(reason.contains("product.product:read"), "{reason}");
    assert!(reason.contains("approveScopes"), "{reason}");
}

#[tokio::test]
async fn missing_name_permission_costs_only_the_names() {
    let app = InProcess::start().await;
    let mut config = products(5);
    config.scopes.remove("localization.language:read");
    config.scopes.remove("store.setting:read");
    let (_, event) = installed(&app, config).await;
    app.sync(&event).await.unwrap();
    assert_eq!(last_run(&app).await.counts.written, 5);
}

#[tokio::test]
async fn refused_client_needs_attention_until_a_run_succeeds() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(3)).await;
    shop.set_installed(false);
    app.sync(&event).await.unwrap();
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::NeedsAttention);
    assert_eq!(last_run(&app).await.status, RunStatus::Failed);

    shop.set_installed(true);
    app.sync(&event).await.unwrap();
    let store = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::Active);
}

#[tokio::test]
async fn repeated_event_is_one_run() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(3)).await;
    app.sync(&event).await.unwrap();
    let asked = shop.stats().total;
    app.sync(&event).await.unwrap();
    assert_eq!(shop.stats().total, asked);
    assert_eq!(app.services.runs().latest(&id(), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn concurrent_duplicate_event_is_one_run() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(30)).await;
    let (one, two) = tokio::join!(app.sync(&event), app.sync(&event));
    one.unwrap();
    two.unwrap();
    assert_eq!(shop.stats().count("GET api/productExtend"), 1);
    assert_eq!(app.services.runs().latest(&id(), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn crashed_run_is_repeated_when_event_is_redelivered() {
    let app = std::sync::Arc::new(InProcess::start().await);
    let (shop, event) = installed(&app, products(30)).await;
    die_at_page(&app, &shop, &event, 0).await;
    let again = tokio::spawn({
        let app = std::sync::Arc::clone(&app);
        async move { app.sync(&event).await }
    });
    app.clock.advance(jiff::SignedDuration::from_secs(91));
    again.await.unwrap().unwrap();
    assert_eq!(row_count(&app).await, 30);
}

/// Kills a worker while it waits for the page of that number.
async fn die_at_page(
    app: &std::sync::Arc<InProcess>,
    shop: &ShopHandle,
    event: &PublishedEvent,
    page: u32,
) {
    let hang = Fault::new(FaultKind::Hang).on("/api/productExtend").with_query("page", page);
    shop.add_fault(hang).unwrap();
    let worker = tokio::spawn({
        let (app, event) = (std::sync::Arc::clone(app), event.clone());
        async move { app.sync(&event).await }
    });
    // The page is requested while earlier pages are still being written.
    eventually("the worker waits for the page", TIMEOUT, || async {
        let is_asked_for = shop.faults()[0].harmed > 0;
        (is_asked_for && row_count(app).await == 200 * page as usize).then_some(())
    })
    .await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled(), "the worker was killed while running");
    shop.clear_faults();
}

#[tokio::test]
async fn crashed_run_resumes_at_the_next_page() {
    let app = std::sync::Arc::new(InProcess::start().await);
    let (shop, event) = installed(&app, products(600)).await;
    die_at_page(&app, &shop, &event, 2).await;
    assert_eq!(row_count(&app).await, 400);

    app.clock.advance(jiff::SignedDuration::from_secs(91));
    shop.reset_stats();
    app.sync(&event).await.unwrap();
    assert_eq!(row_count(&app).await, 600);
    let run = last_run(&app).await;
    assert_eq!((run.status, run.counts.seen), (RunStatus::Completed, 600));
    assert_eq!(shop.stats().count("GET api/productExtend"), 2, "the page at hand and the last one");
}

#[tokio::test]
async fn long_run_continues_in_the_next_invocation() {
    let (app, began) = (InProcess::limited().await, Instant::now());
    let (shop, event) = installed(&app, products(3_000)).await;
    let mut invocations = 0;
    let mut next = Some(event.clone());
    while let Some(event) = next {
        invocations += 1;
        assert!(invocations < 40, "the run does not end");
        app.sync_within(&event, Duration::from_secs(10)).await.unwrap();
        let mut events = app.aws.take_events();
        assert_eq!(events.len(), 1);
        next = events.pop().filter(|event| event.detail_type == "SyncRequested");
        if let Some(rest) = &next {
            assert_eq!(rest.detail["run_id"], event.detail["run_id"]);
        }
    }
    assert!(invocations > 1);
    assert_eq!(row_count(&app).await, 3_000);
    let run = last_run(&app).await;
    assert_eq!((run.counts.seen, run.counts.written), (3_000, 3_000), "no row is written twice");
    assert_eq!(
        app.services.runs().latest(&id(), 10).await.unwrap().len(),
        1,
        "all invocations are one run"
    );
    assert_limit_is_kept(&shop.stats(), began.elapsed());
}

#[tokio::test]
async fn second_run_of_the_resource_is_queued() {
    let app = std::sync::Arc::new(InProcess::start().await);
    let (shop, first) = installed(&app, products(30)).await;
    shop.add_fault(Fault::new(FaultKind::Hold).on("/api/productExtend")).unwrap();
    let mut other = first.clone();
    other.detail["run_id"] = "0123456789abcdef0123456789abcdef".into();
    let mut lesser = other.clone();
    lesser.detail["run_id"] = "fedcba9876543210fedcba9876543210".into();
    lesser.detail["mode"] = "incremental".into();
    let running = tokio::spawn({
        let app = std::sync::Arc::clone(&app);
        async move { app.sync(&first).await }
    });
    eventually("the first run is in progress", TIMEOUT, || async {
        (shop.faults()[0].harmed > 0).then_some(())
    })
    .await;
    app.sync(&other).await.unwrap();
    app.sync(&lesser).await.unwrap();
    shop.clear_faults();
    running.await.unwrap().unwrap();
    assert_eq!(shop.stats().count("GET api/productExtend"), 1);

    let events = app.aws.take_events();
    let next = events.iter().find(|event| event.detail_type == "SyncRequested").unwrap();
    assert_eq!(
        next.detail["run_id"], other.detail["run_id"],
        "an incremental run is part of a full one"
    );
    assert_eq!(next.detail["mode"], "full");
    app.sync(next).await.unwrap();
    assert_eq!(last_run(&app).await.run_id.as_str(), other.detail["run_id"].as_str().unwrap());
}

#[tokio::test]
async fn uninstall_stops_the_running_run() {
    let app = std::sync::Arc::new(InProcess::start().await);
    let (shop, event) = installed(&app, products(600)).await;
    for page in [1, 2] {
        let hold = Fault::new(FaultKind::Hold).on("/api/productExtend").with_query("page", page);
        shop.add_fault(hold).unwrap();
    }
    let running = tokio::spawn({
        let app = std::sync::Arc::clone(&app);
        async move { app.sync(&event).await }
    });
    eventually("the first page is written", TIMEOUT, || async {
        (row_count(&app).await == 200).then_some(())
    })
    .await;
    let call = SignedCall { skew_seconds: 1, ..SignedCall::default() };
    let url = app.uninstall_url(&shop, &call).await;
    assert_eq!(status_of(&app.get(&url).await), 200);
    shop.clear_faults();
    running.await.unwrap().unwrap();
    assert_eq!(row_count(&app).await, 200, "no page was written after the uninstall");
    assert_eq!(rows(&app.dynamodb, &app.tables().tokens).await, []);
}

#[tokio::test]
async fn event_of_an_older_generation_is_ignored() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(3)).await;
    let call = SignedCall { skew_seconds: 1, ..SignedCall::default() };
    app.get(&app.uninstall_url(&shop, &call).await).await;
    let asked = shop.stats().total;
    app.sync(&event).await.unwrap();
    assert_eq!((shop.stats().total, row_count(&app).await), (asked, 0));
}

#[tokio::test]
async fn list_shrinking_during_read_completes_the_run() {
    let app = InProcess::start().await;
    let (shop, event) = installed(&app, products(401)).await;
    let shrink = Fault::new(FaultKind::Shrink { count: 250 }).on("/api/productExtend");
    shop.add_fault(shrink.with_query("page", 1).times(1)).unwrap();
    app.sync(&event).await.unwrap();
    assert_eq!(last_run(&app).await.status, RunStatus::Completed);
}

#[tokio::test]
async fn brief_contract_syncs_products() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let config = ShopConfig { dialect: Dialect::Brief, quirks: Quirks::none(), ..products(250) };
    let (shop, event) = installed(&app, config).await;
    app.sync(&event).await.unwrap();
    assert_eq!(row_count(&app).await, 250);
    let truth = shop.record(Kind::Products, 249).unwrap();
    let row = cached(&app, truth["id"].as_str().unwrap()).await;
    assert_eq!(row.record.sku.as_deref(), text(&truth["sku"]));
}

#[tokio::test]
async fn unexpected_event_is_refused() {
    let app = InProcess::start().await;
    let (_, mut event) = installed(&app, products(1)).await;
    event.detail["resource"] = "orders".into();
    assert!(app.products_sync(&event).await.is_err());
    event.detail = Value::Null;
    assert!(app.products_sync(&event).await.is_err());
}
