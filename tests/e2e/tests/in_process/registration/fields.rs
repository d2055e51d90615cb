//! Names of fields that the shop does not know, and webhooks registered with such names.

use shoprenter_simulator::UnknownFields;

use super::*;

const UNDOCUMENTED: [&str; 2] = ["order_innerId", "order_language"];

/// Replaces the fields of the first webhook by those of an earlier version of this code.
async fn register_as_before(app: &InProcess, shop: &ShopHandle) {
    let mut webhook = listed(app, shop).await[0].clone();
    let mut parameters = match &webhook["webHookParameters"] {
        Value::Array(list) => list[0].clone(),
        parameters => parameters.clone(),
    };
    parameters["fields"] = json!(UNDOCUMENTED);
    webhook["webHookParameters"] = parameters;
    let path = format!("webHooks/{}", webhook["id"].as_str().unwrap());
    api(app, shop, "PUT", &path, Some(webhook)).await;
    let first = registration_key();
    app.dynamodb
        .update_item()
        .table_name(&app.tables().stores)
        .set_key(Some(first))
        .update_expression("REMOVE asked_fields, listed_fields")
        .send()
        .await
        .unwrap();
}

fn registration_key() -> Row {
    use aws_sdk_dynamodb::types::AttributeValue;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    [
        ("store_id".to_owned(), text("shoprenter:demo")),
        ("kind".to_owned(), text("webhook#order_confirm")),
    ]
    .into()
}

#[tokio::test]
async fn webhook_of_earlier_version_is_corrected_once() {
    for unknown in [UnknownFields::Dropped, UnknownFields::Kept] {
        let app = start().await;
        let mut config = small();
        config.delivery.unknown_fields = unknown;
        let shop = app.shop("demo", config);
        assert_eq!(status_of(&app.open(&shop).await), 200);
        register_as_before(&app, &shop).await;
        shop.reset_stats();
        run(&app).await;
        assert_eq!(writes(&shop), 1, "{unknown:?}");
        let fields = &webhooks_for(&shop, "order_confirm")[0].fields;
        assert!(fields.len() > 10 && !fields.iter().any(|name| name == "order_language"));
        for _ in 0..3 {
            app.clock.advance(jiff::SignedDuration::from_hours(25));
            run(&app).await;
        }
        assert_eq!(writes(&shop), 1, "{unknown:?}");
        assert_right(&app, &shop).await;
    }
}

/// A shop that lists less than it was asked for, whatever it is asked for.
async fn forget_a_field(app: &InProcess, shop: &ShopHandle) {
    let mut webhook = listed(app, shop).await[0].clone();
    let parameters = &mut webhook["webHookParameters"];
    let parameters = if parameters.is_array() { &mut parameters[0] } else { parameters };
    parameters["fields"].as_array_mut().unwrap().pop();
    let path = format!("webHooks/{}", webhook["id"].as_str().unwrap());
    api(app, shop, "PUT", &path, Some(webhook)).await;
}

#[tokio::test]
async fn other_listed_fields_are_accepted_until_they_change() {
    let (app, shop) = installed().await;
    forget_a_field(&app, &shop).await;
    shop.reset_stats();
    for _ in 0..3 {
        run(&app).await;
        app.clock.advance(jiff::SignedDuration::from_hours(25));
    }
    assert_eq!(writes(&shop), 0);
    forget_a_field(&app, &shop).await;
    shop.reset_stats();
    run(&app).await;
    assert_eq!(writes(&shop), 1);
    run(&app).await;
    assert_eq!(writes(&shop), 1);
}

#[tokio::test]
async fn documented_fields_are_registered_where_others_are_refused() {
    let app = start().await;
    let mut config = small();
    config.delivery.unknown_fields = UnknownFields::Refused;
    let shop = app.shop("demo", config);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    assert_right(&app, &shop).await;
    for webhook in shop.webhooks() {
        assert!(webhook.fields.len() > 10, "{}", webhook.event);
    }
    let posts = shop.stats().count("POST api/webHooks");
    assert_eq!(posts, 2, "no registration was refused");
}
