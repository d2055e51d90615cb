//! `orderHistories`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{href, link, opaque, reference};
use crate::catalogue::{Note, Recipe};

/// The part of an order in normal form that its history needs.
#[derive(Deserialize)]
struct Notes {
    inner_id: u32,
    history: Vec<Note>,
}

/// Entries of an order in normal form, which the API calls `id`. Their dates have a space, unlike
/// those of orders.
pub(crate) fn entries(order: &Value, id: &str, recipe: &Recipe) -> Vec<Value> {
    let Ok(order) = Notes::deserialize(order) else { return Vec::new() };
    let number = |position: u32| order.inner_id.saturating_mul(32).saturating_add(position);
    let notes = (0..).map(number).zip(&order.history);
    notes.map(|(number, note)| entry(id, number, note, recipe)).collect()
}

fn entry(order: &str, number: u32, note: &Note, recipe: &Recipe) -> Value {
    let shop = &recipe.shop;
    let id = opaque("orderHistory", "order_history_id", number);
    let added = note.added.map_or_else(
        || "0000-00-00 00:00:00".to_owned(),
        |added| recipe.zone.to_datetime(added).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    );
    json!({
        "href": href(shop, &format!("orderHistories/{id}")),
        "id": id,
        "innerId": number.to_string(),
        "comment": note.comment,
        "dateAdded": added,
        "order": link(shop, "orders", order),
        "orderStatus": link(shop, "orderStatuses", &reference::status_id(note.status)),
    })
}
