//! Registered webhooks.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    webhook_fields::{UnknownFields, is_documented},
    wire::{href, link, opaque},
};

const MAX_WEBHOOKS: usize = 100;
const EVENTS: [&str; 6] = [
    "order_confirm",
    "order_status_change",
    "abandoned_cart",
    "newsletter_subscribe",
    "newsletter_unsubscribe",
    "newsletter_update_subscriber",
];

/// Registered webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Registration {
    /// Event that triggers the webhook.
    pub event: String,
    /// Whether the webhook is active.
    pub active: bool,
    /// Label as free text.
    pub label: String,
    /// Delivery address.
    pub url: String,
    /// Requested fields.
    pub fields: Vec<String>,
}

impl Registration {
    /// Parses the API's format; the parameters may be an object or an array.
    pub(crate) fn parse(body: &Value) -> Result<Self, &'static str> {
        let text = |value: Option<&Value>| match value {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let event = text(body.get("event")).ok_or("event is missing")?;
        if !EVENTS.contains(&event.as_str()) {
            return Err("event is unknown");
        }
        let parameters = match body.get("webHookParameters") {
            Some(Value::Array(list)) => list.first(),
            other => other,
        };
        let parameters = parameters.ok_or("webHookParameters is missing")?;
        let url = text(parameters.get("url")).ok_or("url is missing")?;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err("url is not absolute");
        }
        let fields = parameters.get("fields").and_then(Value::as_array);
        let fields = fields.into_iter().flatten().filter_map(|field| text(Some(field)));
        Ok(Self {
            event,
            active: text(body.get("status")).is_none_or(|status| status == "1"),
            label: text(body.get("label")).unwrap_or_default(),
            url,
            fields: fields.collect(),
        })
    }
}

impl Registration {
    /// Handles names of fields that do not exist for the event.
    pub(crate) fn with_known_fields(
        mut self,
        unknown: UnknownFields,
    ) -> Result<Self, &'static str> {
        let event = &self.event;
        let is_known = |name: &String| is_documented(event, name);
        match unknown {
            UnknownFields::Kept => {}
            UnknownFields::Dropped => self.fields.retain(is_known),
            UnknownFields::Refused if self.fields.iter().all(is_known) => {}
            UnknownFields::Refused => return Err("a field is unknown"),
        }
        Ok(self)
    }
}

/// Webhooks of a shop.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    registered: Vec<(u32, Registration)>,
    next: u32,
}

fn id(number: u32) -> String {
    opaque("webHook", "notification_id", number)
}

impl Webhooks {
    pub(crate) fn add(&mut self, registration: Registration) -> Option<String> {
        if self.registered.len() >= MAX_WEBHOOKS {
            return None;
        }
        self.next += 1;
        self.registered.push((self.next, registration));
        Some(id(self.next))
    }

    pub(crate) fn has(&self, registration: &Registration) -> bool {
        let same = |known: &Registration| {
            known.event == registration.event && known.url == registration.url
        };
        self.registered.iter().any(|(_, known)| same(known))
    }

    pub(crate) fn replace(&mut self, wanted: &str, registration: Registration) -> bool {
        let found = self.registered.iter_mut().find(|(number, _)| id(*number) == wanted);
        found.map(|(_, known)| *known = registration).is_some()
    }

    pub(crate) fn remove(&mut self, wanted: &str) -> bool {
        let before = self.registered.len();
        self.registered.retain(|(number, _)| id(*number) != wanted);
        self.registered.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.registered.clear();
    }

    pub(crate) fn list(&self) -> Vec<Registration> {
        self.registered.iter().map(|(_, registration)| registration.clone()).collect()
    }

    /// All of them with their ids.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (String, &Registration)> {
        self.registered.iter().map(|(number, registration)| (id(*number), registration))
    }

    pub(crate) fn active_for(&self, events: &[&str]) -> Vec<Registration> {
        let wanted = |r: &Registration| r.active && events.contains(&r.event.as_str());
        self.list().into_iter().filter(wanted).collect()
    }

    pub(crate) fn wire(&self, shop: &str) -> Vec<Value> {
        self.registered.iter().map(|(number, known)| wire(shop, *number, known)).collect()
    }

    pub(crate) fn wire_one(&self, shop: &str, wanted: &str) -> Option<Value> {
        let found = self.registered.iter().find(|(number, _)| id(*number) == wanted);
        found.map(|(number, known)| wire(shop, *number, known))
    }
}

/// Formats a webhook. Every second one has its parameters in an array, because the documentation
/// shows both.
fn wire(shop: &str, number: u32, known: &Registration) -> Value {
    let own_id = id(number);
    let parameters = json!({
        "type": "json",
        "url": known.url,
        "webHook": link(shop, "webHooks", &own_id),
        "fields": known.fields,
    });
    let parameters = if number.is_multiple_of(2) { json!([parameters]) } else { parameters };
    json!({
        "href": href(shop, &format!("webHooks/{own_id}")),
        "id": own_id,
        "event": known.event,
        "status": if known.active { "1" } else { "0" },
        "label": known.label,
        "webHookParameters": parameters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registration_is_returned_as_object_or_array() {
        let body = json!({
            "event": "order_confirm",
            "status": "1",
            "webHookParameters": [{ "type": "json", "url": "http://a/b", "fields": ["order_innerId"] }],
        });
        let registration = Registration::parse(&body).expect("a registration");
        let mut webhooks = Webhooks::default();
        let first = webhooks.add(registration.clone()).expect("an id");
        webhooks.add(registration.clone()).expect("an id");
        let wired = webhooks.wire("bolt");
        assert!(
            wired[0]["webHookParameters"].is_object() && wired[1]["webHookParameters"].is_array()
        );
        assert_eq!(Registration::parse(&wired[1]), Ok(registration));
        assert!(webhooks.remove(&first) && !webhooks.remove(&first));
        assert_eq!(webhooks.active_for(&["order_confirm"]).len(), 1);
    }

    #[test]
    fn unknown_field_names_are_dropped_kept_or_refused() {
        let registration = |unknown| {
            let parameters = json!({ "url": "http://a", "fields": ["order_email", "order_none"] });
            let body = json!({ "event": "order_confirm", "webHookParameters": parameters });
            Registration::parse(&body).expect("a registration").with_known_fields(unknown)
        };
        let fields = |unknown| registration(unknown).expect("a registration").fields;
        assert_eq!(fields(UnknownFields::Dropped), ["order_email"]);
        assert_eq!(fields(UnknownFields::Kept), ["order_email", "order_none"]);
        assert!(registration(UnknownFields::Refused).is_err());
    }

    #[test]
    fn unknown_events_are_refused() {
        let parse = |event: &str| {
            Registration::parse(
                &json!({ "event": event, "webHookParameters": { "url": "http://a" } }),
            )
        };
        assert!(parse("product_update").is_err());
        assert!(parse("order/create").is_err(), "the product brief's");
    }
}
