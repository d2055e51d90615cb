//! Records in the product brief's dialect: flat objects in snake case, gross prices, one language,
//! and names in their everyday meaning.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Pen, poison};
use crate::{
    amount::Amount,
    catalogue::{Customer, Kind, Line, Order, Product, Recipe},
};

/// Words for the numbers of the statuses.
const STATUSES: [(u32, &str); 6] = [
    (1, "pending"),
    (2, "processing"),
    (3, "shipped"),
    (5, "completed"),
    (7, "awaiting_payment"),
    (14, "cancelled"),
];

/// The word for the number of a status.
pub(crate) fn status_word(status: u32) -> Option<&'static str> {
    STATUSES.iter().find(|(number, _)| *number == status).map(|(_, word)| *word)
}

pub(crate) fn product(product: &Product, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Products, product.index);
    let language = recipe.config.languages.first().map_or("hu", String::as_str);
    let texts = product.texts.get(language).cloned().unwrap_or_default();
    pen.set("id", product.id.as_str());
    pen.text("sku", product.sku.as_deref());
    pen.text("name", texts.name.as_deref());
    pen.text("description", texts.description.as_deref());
    pen.number("price", &product.gross);
    pen.set("currency", product.currency.as_str());
    pen.set("stock", product.stocks.into_iter().fold(0, u32::saturating_add));
    pen.set("active", product.status == 1);
    dates(&mut pen, product.created, product.updated);
    pen.unknown_fields();
    poison::spoil(Value::Object(pen.fields), product.poison, "name", "price")
}

pub(crate) fn customer(customer: &Customer, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Customers, customer.index);
    pen.set("id", customer.id.as_str());
    pen.text("email", customer.email.as_deref());
    pen.text("firstname", Some(&customer.given));
    pen.text("lastname", Some(&customer.family));
    pen.text("phone", customer.phone.as_deref());
    dates(&mut pen, customer.created, customer.updated);
    pen.unknown_fields();
    poison::spoil(Value::Object(pen.fields), customer.poison, "email", "phone")
}

pub(crate) fn order(order: &Order, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Orders, order.index);
    pen.set("id", order.id.as_str());
    pen.set("order_number", order.inner_id.to_string());
    pen.text("customer_id", order.customer_id.as_deref());
    pen.text("status", order.status.and_then(status_word));
    pen.number("total", &order.total);
    pen.set("currency", order.currency.as_str());
    let lines: Vec<_> =
        order.lines.iter().map(|line| write_line(pen.recipe, order, line)).collect();
    pen.set("items", lines);
    dates(&mut pen, order.created, order.updated);
    pen.unknown_fields();
    poison::spoil(Value::Object(pen.fields), order.poison, "items", "total")
}

/// Writes the price of one piece in the order's currency.
fn write_line(recipe: &Recipe, order: &Order, line: &Line) -> Value {
    let price = Amount::parse(&line.price).unwrap_or_default().with_vat(&recipe.config.currency);
    let price = price.exchanged(order.exchange, &order.currency);
    json!({
        "product_id": line.product_id,
        "name": line.name,
        "sku": line.sku,
        "quantity": line.quantity(),
        "price": price.plain(),
    })
}

/// Writes times in UTC, unlike the official API.
fn dates(pen: &mut Pen<'_>, created: Option<Timestamp>, updated: Option<Timestamp>) {
    for (name, date) in [("created_at", created), ("updated_at", updated)] {
        pen.set(name, date.map(|date| date.to_string()));
    }
}
