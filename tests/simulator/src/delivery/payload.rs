//! Webhook payload of an order, as documented. Unlike in the API, `total` is net.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use crate::{
    amount::Amount,
    catalogue::{Address, Kind, Line, Order, Recipe},
    config::OuterIdForm,
    webhook::Registration,
    webhook_fields::is_documented,
    wire::{Object, opaque, reference},
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
        let selection = Selection(target);
        let mut fields = write_order(order, recipe);
        write_address(&mut fields, "shipping", &order.shipping);
        write_address(&mut fields, "payment", &order.payment);
        selection.retain(&mut fields, "order");
        let history = selection.of(write_history(order, recipe), "orderHistory");
        if !history.is_empty() {
            fields.insert("orderHistory".to_owned(), Value::Object(history));
        }
        let lines = (0_u32..).zip(&order.lines);
        let lines = lines.map(|(place, line)| write_line(order, place, line));
        let lines: Vec<_> = lines.map(|line| selection.of(line, "orderProduct")).collect();
        if lines.iter().any(|line| !line.is_empty()) {
            fields.insert("orderProducts".to_owned(), json!({ "orderProduct": lines }));
        }
        Self { order: order.inner_id, fields: Value::Object(fields), is_bare: false }
    }

    /// A record of the product brief's dialect.
    pub(super) const fn of_record(number: u32, fields: Value) -> Self {
        Self { order: number, fields, is_bare: false }
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

/// The fields that a webhook sends: those that were asked for and exist for its event. A webhook
/// that asks for none sends all.
struct Selection<'a>(&'a Registration);

impl Selection<'_> {
    fn has(&self, name: &str) -> bool {
        let Registration { event, fields, .. } = self.0;
        is_documented(event, name)
            && (fields.is_empty() || fields.iter().any(|field| field == name))
    }

    fn retain(&self, fields: &mut Object, prefix: &str) {
        fields.retain(|name, _| self.has(&format!("{prefix}_{name}")));
    }

    fn of(&self, fields: Value, prefix: &str) -> Object {
        let mut fields = object(fields);
        self.retain(&mut fields, prefix);
        fields
    }
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(fields) => fields,
        _ => Object::new(),
    }
}

fn plain(amount: &str) -> String {
    Amount::parse(amount).unwrap_or_default().plain()
}

fn language(recipe: &Recipe) -> &str {
    recipe.config.languages.first().map_or("hu", String::as_str)
}

/// Contains no date of creation: no such field is documented.
fn write_order(order: &Order, recipe: &Recipe) -> Object {
    let expected = order.created.unwrap_or_default();
    let expected = recipe.zone.to_datetime(expected).date().saturating_add(3.days());
    object(json!({
        "storeName": recipe.shop,
        "innerId": order.inner_id.to_string(),
        "innerResourceId": format!("orders/{}", Kind::Orders.id(order.inner_id)),
        "outerResourceId": outer_id(order, recipe),
        "firstname": order.family,
        "lastname": order.given,
        "phone": order.phone,
        "fax": "",
        "email": order.email,
        "cart_token": "cart",
        "shippingMethodName": order.shipping_method,
        "shippingNetPrice": 970.0714,
        "shippingGrossPrice": "1006",
        "expectedDeliveryDate": expected.to_string(),
        "paymentMethodName": order.payment_method,
        "paymentNetPrice": 0,
        "paymentGrossPrice": 0,
        "couponCode": "",
        "couponGrossPrice": null,
        "languageId": "1",
        "languageCode": language(recipe),
        "comment": order.comment.as_deref().unwrap_or_default(),
        "total": plain(&order.total_net),
        "totalGross": plain(&order.total),
        "currency": order.currency,
    }))
}

fn outer_id(order: &Order, recipe: &Recipe) -> String {
    match (&order.outer_id, recipe.config.delivery.outer_id_form) {
        (None, _) => String::new(),
        (Some(id), OuterIdForm::Path) => format!("orders/{id}"),
        (Some(id), OuterIdForm::Bare) => id.clone(),
    }
}

fn write_history(order: &Order, recipe: &Recipe) -> Value {
    let status_text = order.status.map(|status| reference::status_name(status, language(recipe)));
    let date = order.updated.or(order.created).unwrap_or_default();
    json!({
        "status": order.status.unwrap_or(0).to_string(),
        "statusText": status_text.unwrap_or_default(),
        "comment": "",
        "dateAdded": recipe.zone.to_datetime(date).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    })
}

/// Writes a line, whose `quantity` the API lacks.
fn write_line(order: &Order, place: u32, line: &Line) -> Value {
    let number = order.inner_id.saturating_mul(8).saturating_add(place);
    let id = opaque("orderProduct", "order_product_id", number);
    let net = Amount::parse(&line.price).unwrap_or_default();
    json!({
        "innerId": number.to_string(),
        "innerResourceId": format!("orderProducts/{id}"),
        "outerResourceId": "",
        "name": line.name,
        "sku": line.sku,
        "price": net.plain(),
        "grossPrice": net.with_vat(&order.currency).plain(),
        "currency": order.currency,
        "taxRate": "27.0000",
        "quantity": line.quantity().to_string(),
    })
}

fn write_address(fields: &mut Object, side: &str, address: &Address) {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    for (name, value) in [
        ("Firstname", address.family.clone()),
        ("Lastname", address.given.clone()),
        ("Company", text(&address.company)),
        ("Address1", address.address1.clone()),
        ("Address2", text(&address.address2)),
        ("City", address.city.clone()),
        ("Postcode", address.postcode.clone()),
        ("CountryName", reference::country_name(&address.country).to_owned()),
        ("CountryIsoCode2", address.country.clone()),
    ] {
        fields.insert(format!("{side}{name}"), json!(value));
    }
}
