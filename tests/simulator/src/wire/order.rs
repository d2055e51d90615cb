//! `orderExtend` and `orders`.

use serde_json::{Value, json};

use super::{Pen, href, link, opaque, poison, reference};
use crate::{
    amount::Amount,
    catalogue::{Address, Kind, Line, Order, Recipe},
};

pub(crate) fn extend(order: &Order, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Orders, order.index);
    pen.identity("orderExtend", order.api_id());
    write_own(&mut pen, order);
    write_address(&mut pen, "shipping", &order.shipping);
    write_address(&mut pen, "payment", &order.payment);
    write_relations(&mut pen, order);
    let mut lines = Vec::new();
    for (position, line) in (0_u32..).zip(&order.lines) {
        lines.push(write_line(&mut pen, order, position, line));
    }
    pen.set("orderProducts", lines);
    write_totals(&mut pen, order);
    write_card(&mut pen, order);
    pen.unknown_fields();
    poison::spoil(Value::Object(pen.fields), order.poison, "orderProducts", "total")
}

fn write_own(pen: &mut Pen<'_>, order: &Order) {
    pen.count("innerId", order.inner_id);
    pen.count("invoiceId", order.invoice.unwrap_or_default());
    pen.text("invoicePrefix", order.invoice.map(|_| "SZ-"));
    // The documentation describes `firstname` as the last name and `lastname` as the first.
    pen.text("firstname", Some(&order.family));
    pen.text("lastname", Some(&order.given));
    pen.text("phone", order.phone.as_deref());
    pen.text("fax", None);
    pen.text("email", order.email.as_deref());
    pen.text("shippingMethodName", Some(&order.shipping_method));
    pen.text("paymentMethodName", Some(&order.payment_method));
    pen.text("paymentMethodCode", Some(&order.payment_code));
    pen.flag("paymentMethodAfter", order.paid_later);
    let is_point = order.shipping_method == "Csomagpont";
    pen.text("shippingMethodExtension", Some(if is_point { "RECEIVINGPOINT" } else { "GLS" }));
    pen.text("shippingReceivingPointId", Some(if is_point { "4711" } else { "0" }));
    pen.text("pickPackPontShopCode", None);
    // A client must discard it.
    pen.text("taxNumber", order.payment.company.as_deref().map(|_| reference::TAX_NUMBER));
    pen.text("comment", order.comment.as_deref());
    let is_orders = pen.recipe.config.totals_in_order_currency;
    pen.amount("total", if is_orders { &order.total } else { &order.shop_total });
    pen.number("value", reference::rate(&pen.recipe.config.currency, &order.currency));
    pen.date("dateCreated", order.created);
    pen.date("dateUpdated", order.updated);
    // Present in every order; a client must discard it.
    pen.set("ip", order.ip.as_str());
}

fn write_address(pen: &mut Pen<'_>, side: &str, address: &Address) {
    let mut text = |name: &str, value: Option<&str>| pen.text(&format!("{side}{name}"), value);
    text("Firstname", Some(&address.family));
    text("Lastname", Some(&address.given));
    text("Company", address.company.as_deref());
    text("Address1", Some(&address.address1));
    text("Address2", address.address2.as_deref());
    text("City", Some(&address.city));
    text("Postcode", Some(&address.postcode));
    text("ZoneName", None);
    text("CountryName", Some(reference::country_name(&address.country)));
    let country = reference::country(&pen.recipe.shop, &address.country);
    pen.set(&format!("{side}Country"), country);
}

fn write_relations(pen: &mut Pen<'_>, order: &Order) {
    match &order.customer_id {
        Some(id) => pen.link("customer", "customers", id),
        None => pen.text("customer", None),
    }
    pen.link("customerGroup", "customerGroups", &opaque("customerGroup", "customer_group_id", 8));
    match order.status {
        Some(status) => pen.link("orderStatus", "orderStatuses", &reference::status_id(status)),
        None => pen.text("orderStatus", None),
    }
    let shop = &pen.recipe.shop;
    let language = pen.recipe.config.languages.first().map_or("hu", String::as_str);
    let language = reference::language(shop, language);
    let currency = reference::currency(shop, &pen.recipe.config.currency, &order.currency);
    let coupon = order.coupon.as_ref().map(|code| {
        let id = opaque("coupon", "coupon_id", 1);
        json!({ "href": href(shop, &format!("coupons/{id}")), "id": id, "code": code })
    });
    pen.set("language", language);
    pen.set("currency", currency);
    pen.set("coupon", coupon);
}

/// Writes a line, which has no quantity; the sum of the warehouses' quantities is the quantity.
fn write_line(pen: &mut Pen<'_>, order: &Order, position: u32, line: &Line) -> Value {
    let number = order.inner_id.saturating_mul(8).saturating_add(position);
    pen.nested(|pen| {
        pen.identity("orderProducts", &opaque("orderProduct", "order_product_id", number));
        pen.text("name", Some(&line.name));
        pen.text("sku", line.sku.as_deref());
        pen.text("modelNumber", None);
        pen.amount("price", &line.price);
        pen.amount("total", &line.total);
        pen.number("taxRate", "27.0000");
        // Fields named for it are in the order's currency.
        let net = Amount::parse(&line.price).unwrap_or_default();
        let gross = net.with_vat(&pen.recipe.config.currency);
        for (name, price) in [("priceCurrency", net), ("grossPriceCurrency", gross)] {
            let price = price.exchanged(order.exchange, &order.currency);
            pen.amount(name, &price.plain());
        }
        // Nothing is taken from a warehouse for an abandoned cart.
        let stocks = if order.status.is_some() { line.stocks } else { [0; 4] };
        for (name, stock) in ["stock1", "stock2", "stock3", "stock4"].into_iter().zip(stocks) {
            pen.count(name, stock);
        }
        pen.flag("subtractStock", true);
        pen.date("dateCreated", order.created);
        pen.link("order", "orders", order.api_id());
        pen.link("product", "products", &line.product_id);
    })
}

/// Writes the parts of the total. `value` is in the shop's currency, `valueText` in the order's.
fn write_totals(pen: &mut Pen<'_>, order: &Order) {
    let shop = &pen.recipe.shop;
    let config = &pen.recipe.config;
    let [net, gross] = [&order.total_net, &order.shop_total]
        .map(|amount| Amount::parse(amount).unwrap_or_default());
    let whole = Amount::parse(&order.total).unwrap_or_default();
    let parts = [
        ("SUB_TOTAL", "Nettó részösszeg:", net),
        ("TAX", "ÁFA (27%):", gross.plus(net.negative())),
        ("SUB_TOTAL_WITH_TAX", "Bruttó részösszeg:", gross),
        ("SHIPPING", order.shipping_method.as_str(), Amount::default()),
        ("TOTAL", "Összesen bruttó:", gross),
    ];
    let totals: Vec<_> = (0_u32..)
        .zip(parts)
        .map(|(place, (kind, name, amount))| {
            let converted = match kind {
                "SUB_TOTAL_WITH_TAX" | "TOTAL" => whole,
                _ => amount.exchanged(order.exchange, &order.currency),
            };
            let value = if config.totals_in_order_currency { converted } else { amount };
            let id =
                opaque("orderTotal", "order_total_id", order.inner_id.saturating_mul(8) + place);
            json!({
                "href": href(shop, &format!("orderTotals/{id}")),
                "id": id,
                "name": name,
                "type": kind,
                "value": value.padded(),
                "valueText": reference::written(converted, &order.currency),
                "sortOrder": place.to_string(),
                "key": null,
                "description": null,
                "dateCreated": "-0001-11-30T00:00:00",
                "order": link(shop, "orders", order.api_id()),
            })
        })
        .collect();
    pen.set("orderTotals", totals);
}

fn write_card(pen: &mut Pen<'_>, order: &Order) {
    if !order.card {
        pen.set("orderCreditCards", json!([]));
        return;
    }
    let id = opaque("orderCreditCard", "id", order.inner_id);
    let card = json!({
        "href": href(&pen.recipe.shop, &format!("orderCreditCards/{id}")),
        "id": id,
        "transactionId": format!("TITKOS-TRANZAKCIO-{}", order.inner_id),
        "date": "2026-01-11 00:00:00",
        "licenceNumber": "L-0042",
        "bankResponseCode": "Yes",
        "bankResponse": "CARD AUTHORIZED",
    });
    pen.set("orderCreditCards", json!([card]));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::quiet_recipe;
    use super::*;
    use crate::catalogue::Record as _;
    use crate::config::ShopConfig;

    fn recipe(change: impl FnOnce(&mut ShopConfig)) -> Recipe {
        let mut recipe = quiet_recipe();
        change(Arc::make_mut(&mut recipe.config));
        recipe
    }

    #[test]
    fn firstname_fields_hold_family_names() {
        let recipe = quiet_recipe();
        let order = Order::generate(&recipe, 0);
        let wire = extend(&order, &recipe);
        let is = |name: &str, expected: &str| assert_eq!(wire[name], expected, "{name}");
        is("firstname", &order.family);
        is("lastname", &order.given);
        is("shippingFirstname", &order.shipping.family);
        is("shippingLastname", &order.shipping.given);
        is("paymentFirstname", &order.payment.family);
        is("paymentLastname", &order.payment.given);
    }

    #[test]
    fn order_has_the_documented_fields() {
        let recipe = recipe(|config| config.abandoned_carts = 0.0);
        let wire = extend(&Order::generate(&recipe, 0), &recipe);
        for field in [
            "href",
            "id",
            "innerId",
            "invoiceId",
            "invoicePrefix",
            "firstname",
            "lastname",
            "phone",
            "fax",
            "email",
            "shippingFirstname",
            "shippingCompany",
            "shippingAddress1",
            "shippingAddress2",
            "shippingCity",
            "shippingPostcode",
            "shippingCountryName",
            "shippingMethodName",
            "shippingMethodExtension",
            "shippingReceivingPointId",
            "paymentFirstname",
            "paymentCompany",
            "paymentCountryName",
            "paymentMethodName",
            "paymentMethodCode",
            "paymentMethodAfter",
            "taxNumber",
            "comment",
            "total",
            "value",
            "dateCreated",
            "dateUpdated",
            "ip",
            "pickPackPontShopCode",
            "customer",
            "customerGroup",
            "shippingCountry",
            "paymentCountry",
            "orderStatus",
            "language",
            "currency",
            "coupon",
            "orderTotals",
            "orderProducts",
            "orderCreditCards",
        ] {
            assert!(wire.get(field).is_some(), "{field}");
        }
        let line = &wire["orderProducts"][0];
        let href = line["href"].as_str().unwrap_or_default();
        assert!(href.ends_with(&format!("/orderProducts/{}", line["id"].as_str().unwrap_or("?"))));
    }

    #[test]
    fn order_in_euros_has_the_shops_amounts_and_its_own() {
        for is_orders in [false, true] {
            let recipe = recipe(|config| {
                config.foreign_currency = 1.0;
                config.totals_in_order_currency = is_orders;
            });
            let mut order = Order::generate(&recipe, 0);
            assert_eq!((order.currency.as_str(), order.exchange), ("EUR", 400));
            order.shop_total = "8128".to_owned();
            order.total = "20.32".to_owned();
            order.lines.truncate(1);
            order.lines[0].price = "400".to_owned();
            let wire = extend(&order, &recipe);
            assert_eq!(wire["total"], if is_orders { "20.3200" } else { "8128.0000" });
            assert_eq!(wire["value"], "0.00250000");
            assert_eq!(wire["currency"]["code"], "EUR");
            assert_eq!(wire["currency"]["value"], "0.00250000");
            assert_eq!(wire["orderTotals"][4]["valueText"], "20.32 €");
            let line = &wire["orderProducts"][0];
            assert_eq!(line["price"], "400.0000");
            assert_eq!(
                (&line["priceCurrency"], &line["grossPriceCurrency"]),
                (&json!("1.0000"), &json!("1.2700"))
            );
        }
    }

    #[test]
    fn foreign_buyer_types_a_national_number() {
        let recipe = recipe(|config| {
            config.foreign_buyers = 1.0;
            config.guests = 1.0;
        });
        let order = Order::generate(&recipe, 0);
        let wire = extend(&order, &recipe);
        assert_ne!(order.payment.country, "HU");
        assert_eq!(wire["paymentCountry"]["isoCode2"], order.payment.country.as_str());
        assert!(wire["phone"].as_str().is_some_and(|phone| phone.starts_with('0')));
    }

    #[test]
    fn cart_takes_nothing_from_the_warehouses() {
        let recipe = recipe(|config| config.abandoned_carts = 1.0);
        let order = Order::generate(&recipe, 0);
        let wire = extend(&order, &recipe);
        assert_eq!(wire["orderStatus"], "");
        for name in ["stock1", "stock2", "stock3", "stock4"] {
            assert_eq!(wire["orderProducts"][0][name], "0");
        }
    }

    #[test]
    fn amounts_are_written_as_the_shop_shows_them() {
        let written = |amount: &str, currency| {
            reference::written(Amount::parse(amount).unwrap_or_default(), currency)
        };
        assert_eq!(written("8128", "HUF"), "8.128 Ft");
        assert_eq!(written("-1234567", "HUF"), "-1.234.567 Ft");
        assert_eq!(written("20.3", "EUR"), "20.30 €");
    }
}
