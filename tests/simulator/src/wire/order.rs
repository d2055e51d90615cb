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
    pen.number("invoiceId", "0");
    pen.text("firstname", Some(&order.firstname));
    pen.text("lastname", Some(&order.lastname));
    pen.text("phone", order.phone.as_deref());
    pen.text("fax", None);
    pen.text("email", order.email.as_deref());
    pen.text("shippingMethodName", Some(&order.shipping_method));
    pen.text("paymentMethodName", Some(&order.payment_method));
    pen.text("paymentMethodCode", Some("cod"));
    pen.text("comment", order.comment.as_deref());
    pen.amount("total", &order.total);
    pen.number("value", "1.00000000");
    pen.date("dateCreated", order.created);
    pen.date("dateUpdated", order.updated);
    // Present in every order; a client must discard it.
    pen.set("ip", order.ip.as_str());
}

fn write_address(pen: &mut Pen<'_>, side: &str, address: &Address) {
    let mut text = |name: &str, value: Option<&str>| pen.text(&format!("{side}{name}"), value);
    text("Firstname", Some(&address.firstname));
    text("Lastname", Some(&address.lastname));
    text("Company", address.company.as_deref());
    text("Address1", Some(&address.address1));
    text("Address2", address.address2.as_deref());
    text("City", Some(&address.city));
    text("Postcode", Some(&address.postcode));
    text("ZoneName", None);
    text("CountryName", Some("Magyarország"));
    let shop = &pen.recipe.shop;
    let id = opaque("country", "country_id", 97);
    let country = json!({
        "href": href(shop, &format!("countries/{id}")),
        "id": id,
        "name": "Magyarország",
        "isoCode2": "HU",
        "isoCode3": "HUN",
    });
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
    let (language, currency) =
        (reference::language(shop, language), reference::currency(shop, &order.currency));
    pen.set("language", language);
    pen.set("currency", currency);
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
        for (name, stock) in ["stock1", "stock2", "stock3", "stock4"].into_iter().zip(line.stocks) {
            pen.count(name, stock);
        }
        pen.flag("subtractStock", true);
        pen.date("dateCreated", order.created);
        pen.link("order", "orders", order.api_id());
        pen.link("product", "products", &line.product_id);
    })
}

fn write_totals(pen: &mut Pen<'_>, order: &Order) {
    let shop = &pen.recipe.shop;
    let totals: Vec<_> = [("SUB_TOTAL", &order.total_net), ("TOTAL", &order.total)]
        .into_iter()
        .map(|(kind, value)| {
            json!({
                "type": kind,
                "value": Amount::parse(value).unwrap_or_default().padded(),
                "valueText": format!("{value} {}", order.currency),
                "key": null,
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
