//! What a shop publishes about itself: how often it is read, and what ShopCall is told.

use e2e::{InProcess, body_of, status_of};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shoprenter_simulator::{Fault, FaultKind, ShopConfig, ShopHandle};

use crate::sharing::{connect, deliver};

async fn status(app: &InProcess) -> Value {
    let bearer = [("authorization", "Bearer shopcall-bearer")];
    let answer = app.stores("GET", "/stores/shoprenter:demo", "", &bearer).await;
    assert_eq!(status_of(&answer), 200, "{answer}");
    serde_json::from_str(body_of(&answer)).unwrap()
}

/// Requests of pages, shipping and payment methods so far.
fn asked(shop: &ShopHandle) -> Vec<u64> {
    let collections = ["informationExtend", "shippingModeExtend", "paymentModes", "taxClassExtend"];
    let stats = shop.stats();
    collections.iter().map(|name| stats.count(&format!("GET api/{name}"))).collect()
}

async fn later(app: &InProcess, hours: i64) {
    app.clock.advance(SignedDuration::from_hours(hours));
    app.run_schedule().await.unwrap();
    deliver(app).await;
}

async fn app() -> InProcess {
    InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", "1000")]).await
}

#[tokio::test]
async fn status_tells_what_the_shop_publishes() {
    let app = app().await;
    connect(&app, "demo", ShopConfig::sized(1, 0, 0)).await;
    let shop = status(&app).await["shop"].take();
    let hu = |text: &str| json!({ "hu": text });
    assert_eq!(shop["name"], "demo bolt");
    assert_eq!((&shop["phone"], &shop["currency"]), (&json!("+36 1 234 5678"), &json!("HUF")));
    assert_eq!(shop["address"], "1025 Budapest, Minta utca 25.");
    assert_eq!(
        shop["pages"],
        json!([
            { "title": hu("Nyitvatartás"), "text": hu("Hétfő–péntek 9–17\nSzombat zárva") },
            { "title": hu("Vásárlási feltételek"), "text": hu("Elállás 14 napig.") },
        ])
    );
    assert_eq!(
        shop["shipping"],
        json!([
            { "name": hu("Személyes átvétel"), "fees": [{ "weight_to": "30", "net": "0", "gross": "0" }] },
            { "name": hu("Futárszolgálat"), "fees": [
                { "cart_to": "19999.9999", "net": "792", "gross": "1005.84" },
                { "cart_from": "20000", "net": "0", "gross": "0" },
            ] },
        ])
    );
    assert_eq!(
        shop["payment"],
        json!([
            { "code": "barion", "name": hu("Bankkártya") },
            { "code": "cod", "name": hu("Utánvét") },
        ])
    );
}

#[tokio::test]
async fn shop_is_read_once_a_day() {
    let app = app().await;
    let shop = connect(&app, "demo", ShopConfig::sized(1, 0, 0)).await;
    assert_eq!(asked(&shop), [1; 4]);
    later(&app, 2).await;
    assert_eq!(asked(&shop), [1; 4]);
    later(&app, 23).await;
    assert_eq!(asked(&shop), [2; 4]);
}

#[tokio::test]
async fn missing_permission_costs_its_own_part_only() {
    let app = app().await;
    let sized = ShopConfig::sized(1, 0, 0);
    let mut scopes = sized.scopes.clone();
    for missing in ["cms.information:read", "taxClass.taxClass:read"] {
        assert!(scopes.remove(missing));
    }
    connect(&app, "demo", ShopConfig { scopes, ..sized }).await;
    let status = status(&app).await;
    let shop = &status["shop"];
    assert_eq!(status["resources"]["products"]["last_run"]["status"], "completed");
    assert_eq!(shop.get("pages"), None);
    assert_eq!(shop["payment"].as_array().unwrap().len(), 2);
    let courier = &shop["shipping"][1]["fees"][0];
    assert_eq!((&courier["net"], courier.get("gross")), (&json!("792"), None));
}

#[tokio::test]
async fn failure_leaves_the_run_complete_and_the_shop_for_later() {
    let app = app().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 0, 0));
    // Retried for a few seconds, then given up.
    let fault = Fault::new(FaultKind::Xml).on("/api/paymentModes");
    let fault = shop.add_fault(fault).unwrap();
    assert_eq!(status_of(&app.open(&shop).await), 200);
    deliver(&app).await;
    let known = status(&app).await;
    assert_eq!(known["resources"]["products"]["last_run"]["status"], "completed");
    assert_eq!(known["shop"], Value::Null);
    assert!(shop.remove_fault(fault));
    later(&app, 2).await;
    assert!(status(&app).await["shop"]["payment"].is_array());
}
