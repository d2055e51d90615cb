//! Webhook payload of an order. Unlike in the API, `total` is net.

use serde_json::{Value, json};

use crate::{
    amount::Amount,
    catalogue::{Address, Kind, Line, Order, Recipe},
    webhook::Registration,
    wire::{Object, reference},
};

/// Order in a webhook payload.
#[derive(Clone, Debug)]
pub(super) struct Payload {
    pub(super) order: u32,
    pub(super) fields: Value,
    is_bare: bool,
}

impl Payload {
    pub(super) fn new(order: &Order, recipe: &Recipe, target: &Registration) -> Self {
        let mut fields = write_order(order, recipe);
        write_address(&mut fields, "shipping", &order.shipping);
        write_address(&mut fields, "payment", &order.payment);
        if recipe.config.delivery.honour_fields && !target.fields.is_empty() {
            let asked = |name: &str| target.fields.iter().any(|f| *f == format!("order_{name}"));
            fields.retain(|name, _| {
                matches!(name.as_str(), "orderHistory" | "orderProducts") || asked(name)
            });
        }
        Self { order: order.inner_id, fields: Value::Object(fields), is_bare: false }
    }

    pub(super) fn with_bare_order(self, is_bare: bool) -> Self {
        Self { is_bare, ..self }
    }

    /// `{"orders":{"order":[…]}}`
    pub(super) fn data(&self) -> Value {
        let orders = if self.is_bare { self.fields.clone() } else { json!([self.fields]) };
        json!({ "orders": { "order": orders } })
    }
}

fn padded(amount: &str) -> String {
    Amount::parse(amount).unwrap_or_default().padded()
}

fn write_order(order: &Order, recipe: &Recipe) -> Object {
    let language = recipe.config.languages.first().map_or("hu", String::as_str);
    let status_text = order.status.map(|status| reference::status_name(status, language));
    let date = order.updated.or(order.created).unwrap_or_default();
    let local = |date| recipe.zone.to_datetime(date).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let written = json!({
        "storeName": recipe.shop,
        "innerId": order.inner_id.to_string(),
        "innerResourceId": format!("orders/{}", Kind::Orders.id(order.inner_id)),
        "outerResourceId": "",
        "firstname": order.firstname,
        "lastname": order.lastname,
        "phone": order.phone,
        "fax": "",
        "email": order.email,
        "ip": order.ip,
        "currency": order.currency,
        "language": language,
        "total": padded(&order.total_net),
        "totalGross": padded(&order.total),
        "comment": order.comment,
        "shippingMethodName": order.shipping_method,
        "paymentMethodName": order.payment_method,
        "orderCreated": local(order.created.unwrap_or_default()),
        "orderHistory": {
            "status": order.status.map(|status| status.to_string()),
            "statusText": status_text,
            "comment": "",
            "dateAdded": local(date),
        },
        "orderProducts": { "orderProduct": order.lines.iter().map(write_line).collect::<Vec<_>>() },
    });
    match written {
        Value::Object(fields) => fields,
        _ => Object::new(),
    }
}

fn write_line(line: &Line) -> Value {
    json!({
        "innerResourceId": format!("products/{}", line.product_id),
        "name": line.name,
        "sku": line.sku,
        "price": padded(&line.price),
        "total": padded(&line.total),
        "taxRate": "27.0000",
        "quantity": line.quantity().to_string(),
    })
}

fn write_address(fields: &mut Object, side: &str, address: &Address) {
    let empty = String::new();
    for (name, value) in [
        ("Firstname", &address.firstname),
        ("Lastname", &address.lastname),
        ("Company", address.company.as_ref().unwrap_or(&empty)),
        ("Address1", &address.address1),
        ("Address2", address.address2.as_ref().unwrap_or(&empty)),
        ("City", &address.city),
        ("Postcode", &address.postcode),
        ("CountryName", &"Magyarország".to_owned()),
    ] {
        fields.insert(format!("{side}{name}"), json!(value));
    }
}
