//! Writing calls to `/webHooks`.

use axum::http::{Method, StatusCode};

use super::{Call, Failure, Success};
use crate::{shop::Shop, webhook::Registration, world::lock};

pub(super) fn write(shop: &Shop, call: &Call) -> Result<Success, Failure> {
    let mut webhooks = lock(&shop.webhooks);
    if call.method == Method::DELETE {
        let id = call.id().ok_or_else(Failure::wrong_method)?;
        return if webhooks.remove(id) {
            Ok((StatusCode::NO_CONTENT, None))
        } else {
            Err(Failure::not_found())
        };
    }
    let unknown = shop.config().delivery.unknown_fields;
    let registration = Registration::parse(&call.json()?)
        .and_then(|registration| registration.with_known_fields(unknown))
        .map_err(|why| Failure::bad_request(why.to_owned()))?;
    let (status, id) = match (&call.method, call.id()) {
        (&Method::POST, None) => {
            if shop.config().webhook_conflict && webhooks.has(&registration) {
                return Err(Failure::exists());
            }
            let id = webhooks
                .add(registration)
                .ok_or_else(|| Failure::bad_request("Too many webhooks"))?;
            (StatusCode::CREATED, id)
        }
        (&Method::PUT | &Method::POST, Some(id)) => {
            if !webhooks.replace(id, registration) {
                return Err(Failure::not_found());
            }
            (StatusCode::OK, id.to_owned())
        }
        _ => return Err(Failure::wrong_method()),
    };
    Ok((status, webhooks.wire_one(&shop.name, &id)))
}
