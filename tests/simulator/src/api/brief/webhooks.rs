//! `webhooks`: `{"event", "address", "active"}`. There is no request that changes one.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{super::Call, super::Success, super::failure::Failure, PageRequest};
use crate::{delivery::is_event, shop::Shop, webhook::Registration, world::lock};

pub(super) fn run(
    shop: &Shop,
    call: &Call,
    may: &dyn Fn(&str) -> bool,
) -> Result<Success, Failure> {
    let scope = if call.method == Method::GET { "webhook:read" } else { "webhook:write" };
    if !may(scope) {
        return Err(Failure::no_permission(shop.config().permission_refusal));
    }
    match (&call.method, call.id()) {
        (&Method::GET, None) => list(shop, call),
        (&Method::POST, None) => create(shop, &call.json()?),
        (&Method::DELETE, Some(id)) if lock(&shop.webhooks).remove(id) => {
            Ok((StatusCode::NO_CONTENT, None))
        }
        (&Method::DELETE, Some(_)) => Err(Failure::not_found()),
        _ => Err(Failure::wrong_method()),
    }
}

fn list(shop: &Shop, call: &Call) -> Result<Success, Failure> {
    let request = PageRequest::parse(&call.query)?;
    let webhooks = lock(&shop.webhooks);
    let all: Vec<_> = webhooks.entries().map(|(id, known)| write(&id, known)).collect();
    let total = all.len();
    let items = all.into_iter().skip(request.offset()).take(request.limit).collect();
    Ok((StatusCode::OK, Some(request.envelope(items, total, false))))
}

fn create(shop: &Shop, body: &Value) -> Result<Success, Failure> {
    let registration = parse(body).map_err(Failure::bad_request)?;
    let mut webhooks = lock(&shop.webhooks);
    if shop.config().webhook_conflict && webhooks.has(&registration) {
        return Err(Failure::exists());
    }
    let id = webhooks.add(registration.clone());
    let id = id.ok_or_else(|| Failure::bad_request("Too many webhooks"))?;
    Ok((StatusCode::CREATED, Some(write(&id, &registration))))
}

fn parse(body: &Value) -> Result<Registration, &'static str> {
    let fields = body.as_object().ok_or("the body is not an object")?;
    if fields.keys().any(|name| !["event", "address", "active"].contains(&name.as_str())) {
        return Err("a field is unknown");
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let event = text("event").filter(|event| is_event(event)).ok_or("event is unknown")?;
    let url = text("address").ok_or("address is missing")?;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err("address is not absolute");
    }
    let active = body.get("active").and_then(Value::as_bool).ok_or("active is missing")?;
    Ok(Registration { event, active, label: String::new(), url, fields: Vec::new() })
}

fn write(id: &str, known: &Registration) -> Value {
    json!({ "id": id, "event": known.event, "address": known.url, "active": known.active })
}
