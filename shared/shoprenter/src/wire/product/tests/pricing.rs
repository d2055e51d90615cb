//! Special prices with their periods, and stock.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use shopcall_domain::Weekly;

use super::*;

/// A product whose default group pays 2413 forints, 1000 during a promotion.
fn promoted(special: &Value, specials: Value) -> Value {
    json!({
        "id": "UDE=", "price": "2200.0000",
        "productPrices": [
            {"customerGroup": {"id": "RzY=", "innerId": 6, "default": false},
             "net": "1500", "gross": "1905", "grossSpecial": null, "currencyCode": "HUF"},
            {"customerGroup": {"id": "Rzg=", "innerId": 8, "default": true},
             "net": "1900", "netSpecial": null, "gross": "2413", "grossSpecial": special,
             "currencyCode": "HUF"},
        ],
        "productSpecials": specials,
    })
}

fn special(fields: &Value) -> Value {
    let mut special = json!({
        "id": "UzE=", "priority": "1", "price": "787.4016",
        "dateFrom": "0000-00-00 00:00:00", "dateTo": "0000-00-00 00:00:00",
        "minQuantity": "0", "maxQuantity": "0", "type": "interval", "dayOfWeek": null,
        "customerGroup": null,
    });
    for (name, value) in fields.as_object().unwrap() {
        special[name] = value.clone();
    }
    special
}

/// Decodes a product read at `now`.
fn read(record: &Value, now: &str) -> Product {
    let json = record.to_string();
    let (context, now) = (context(), now.parse().unwrap());
    let item = serde_json::from_str(&json).unwrap();
    decode_product(item, (&context, now), &mut SkippedFields::default()).unwrap()
}

fn told(product: &Product, moment: &str) -> Option<Money> {
    product.special_price_at(moment.parse().unwrap())
}

#[test]
fn special_price_ends_without_being_read_again() {
    let specials = json!([
        special(&json!({"dateFrom": "2026-11-01 00:00:00", "dateTo": "2026-11-30 00:00:00",
                        "maxQuantity": "100", "customerGroup": {}})),
        special(&json!({"id": "UzI=", "price": "700.0000", "minQuantity": "10",
                        "type": "day_of_week", "dayOfWeek": "5",
                        "customerGroup": {"href": "https://a.example/customerGroups/Rzg="}})),
    ]);
    let product = read(&promoted(&json!("1000"), specials), "2026-11-20T10:00:00Z");
    assert_eq!((product.price, product.special_prices.len()), (huf("2413"), 1));
    assert_eq!(told(&product, "2026-11-20T10:00:00Z"), huf("1000"));
    assert_eq!(told(&product, "2026-11-29T22:59:59Z"), huf("1000"));
    assert_eq!(told(&product, "2026-11-29T23:00:00Z"), None);
}

#[test]
fn special_price_begins_without_being_read_again() {
    let specials = json!([special(
        &json!({"dateFrom": "2026-12-01 00:00:00", "dateTo": "2026-12-02 00:00:00"})
    )]);
    let product = read(&promoted(&json!(null), specials), "2026-11-20T10:00:00Z");
    assert_eq!(told(&product, "2026-11-30T22:59:59Z"), None);
    assert_eq!(told(&product, "2026-11-30T23:00:00Z"), huf("1000"));
    assert_eq!(told(&product, "2026-12-01T23:00:00Z"), None);
}

#[test]
fn weekly_special_price_applies_on_its_day() {
    let specials =
        json!([special(&json!({"priority": "-1", "type": "day_spec", "dayOfWeek": "4"}))]);
    let thursday =
        Weekly { day: Weekday::Thursday, time_zone: TimeZone::get("Europe/Budapest").unwrap() };
    let on_thursday = read(&promoted(&json!("1000"), specials.clone()), "2026-11-26T10:00:00Z");
    let on_friday = read(&promoted(&json!(null), specials), "2026-11-27T10:00:00Z");
    for product in [on_thursday, on_friday] {
        assert_eq!(product.special_prices[0].weekly, Some(thursday.clone()));
        assert_eq!(told(&product, "2026-12-03T10:00:00Z"), huf("1000"));
        assert_eq!(told(&product, "2026-12-04T10:00:00Z"), None);
    }
}

#[test]
fn offer_that_the_shop_does_not_apply_is_not_told() {
    let specials =
        json!([special(&json!({"price": "1000.0000"})), special(&json!({"price": "900"}))]);
    let product = read(&promoted(&json!(null), specials), "2026-11-20T10:00:00Z");
    assert_eq!(product.special_prices, []);
}

#[test]
fn offers_for_others_are_left_out() {
    for fields in [
        json!({"minQuantity": "10"}),
        json!({"customerGroup": {"href": "https://a.example/customerGroups/RzY="}}),
        json!({"customerGroup": {"name": "?"}}),
        json!({"dateTo": "2026-13-01 00:00:00"}),
        json!({"dateFrom": ["2026"]}),
        json!({"price": "free"}),
        json!({"type": "birthday"}),
        json!({"dayOfWeek": "8"}),
        json!({"dateTo": "2026-11-01 00:00:00"}),
    ] {
        let mut later = fields.clone();
        if fields.get("dateFrom").is_none() && fields.get("dateTo").is_none() {
            later["dateFrom"] = json!("2026-12-01 00:00:00");
        }
        let specials = json!([special(&later)]);
        let product = read(&promoted(&json!(null), specials), "2026-11-20T10:00:00Z");
        assert_eq!(product.special_prices, [], "{fields}");
    }
}

#[test]
fn better_offer_is_followed_by_the_next() {
    let specials = json!([
        special(&json!({"priority": "2", "price": "1500"})),
        special(&json!({"priority": "1", "dateTo": "2026-11-30 00:00:00"})),
    ]);
    let product = read(&promoted(&json!("1000"), specials), "2026-11-20T10:00:00Z");
    assert_eq!(told(&product, "2026-11-20T10:00:00Z"), huf("1000"));
    assert_eq!(told(&product, "2026-12-20T10:00:00Z"), huf("1905"));
}

#[test]
fn offer_on_its_last_day_ends_after_it() {
    let specials = json!([special(&json!({"dateTo": "2026-11-30 00:00:00"}))]);
    let product = read(&promoted(&json!("1000"), specials), "2026-11-30T10:00:00Z");
    assert_eq!(told(&product, "2026-11-30T22:59:59Z"), huf("1000"));
    assert_eq!(told(&product, "2026-11-30T23:00:00Z"), None);
}

#[test]
fn unknown_offer_ends_with_the_first_known_one() {
    let specials = json!([special(&json!({"price": "1", "dateTo": "2026-11-30 00:00:00"}))]);
    let product = read(&promoted(&json!("1000"), specials), "2026-11-20T10:00:00Z");
    assert_eq!(told(&product, "2026-11-20T10:00:00Z"), huf("1000"));
    assert_eq!(told(&product, "2026-11-29T23:00:00Z"), None);
    let product = read(&promoted(&json!("1000"), json!([])), "2026-11-20T10:00:00Z");
    assert_eq!(product.special_prices, [SpecialPrice::unlimited(huf("1000").unwrap())]);
}

#[test]
fn special_price_with_an_unreadable_end_is_not_told() {
    let specials = json!([special(&json!({"dateTo": "2026-11-31 00:00:00"}))]);
    let product = read(&promoted(&json!("1000"), specials), "2026-11-20T10:00:00Z");
    assert_eq!((product.price, product.special_prices), (huf("2413"), vec![]));
}

#[test]
fn prices_may_have_three_decimals() {
    let prices = json!([{"customerGroup": {"id": "Rzg=", "default": true},
        "net": "1200.000", "gross": "1524.000", "grossSpecial": null, "currencyCode": "EUR"}]);
    let specials = json!([special(&json!({"price": "1000.0000"}))]);
    let record = json!({"id": "UDE=", "productPrices": prices, "productSpecials": specials});
    let product = read(&record, "2026-11-20T10:00:00Z");
    let currency = Currency::parse("EUR").unwrap();
    assert_eq!(product.price, Some(Money { amount: Decimal::from(1524), currency }));
    assert_eq!(product.special_prices, []);
}

#[test]
fn warehouse_that_owes_pieces_has_none() {
    let stock = |record: Value| with_id(record).stock;
    let total = |record: Value| stock(record).unwrap().total();
    assert_eq!(total(json!({"stock1": "3", "stock2": "-4"})), Decimal::from(3));
    assert_eq!(total(json!({"stock1": "-3", "stock2": -4})), Decimal::ZERO);
    assert_eq!(stock(json!({"stock1": "22", "stock3": "1,500"})), None);
}

#[test]
fn only_counted_warehouses_have_stock() {
    let record =
        json!({"id": "UDE=", "stock1": "1", "stock2": "2", "stock3": "4", "stock4": "many"});
    let json = record.to_string();
    for (stock_count, total) in [(1, 1), (2, 3), (3, 7)] {
        let context = ShopContext { stock_count, ..context() };
        let (item, mut skipped) = (serde_json::from_str(&json).unwrap(), SkippedFields::default());
        let product =
            decode_product(item, (&context, Timestamp::UNIX_EPOCH), &mut skipped).unwrap();
        assert_eq!(product.stock.unwrap().total(), Decimal::from(total));
        assert!(skipped.is_empty());
    }
}

fn with_id(mut record: Value) -> Product {
    record["id"] = json!("UDE=");
    decode(&record).unwrap()
}
