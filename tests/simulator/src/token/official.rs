//! `POST /{shop}/app/token`: client credentials, the official contract.

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::request::{TokenRequest, content_type, has_basic_credentials};
use crate::{answer::Answer, shop::Shop, world::World};

pub(crate) fn token(world: &World, shop: &Shop, headers: &HeaderMap, body: &[u8]) -> Answer {
    if has_basic_credentials(headers) {
        return refuse(StatusCode::FORBIDDEN, "access_denied", "Basic authentication is gone");
    }
    if !content_type(headers).starts_with("application/json") {
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", "Send a JSON body");
    }
    let request = TokenRequest::read(headers, body);
    if request.field("grant_type") != Some("client_credentials") {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Check the `grant_type` parameter",
        );
    }
    if let Err(refusal) = check_client(world, &request) {
        return refusal;
    }
    if !shop.is_installed() {
        return not_installed(shop);
    }
    Answer::json(StatusCode::OK, grant(world, shop))
}

pub(super) fn check_client(world: &World, request: &TokenRequest) -> Result<(), Answer> {
    for name in ["client_id", "client_secret"] {
        if request.field(name).is_none() {
            let hint = format!("Check the `{name}` parameter");
            return Err(refuse(StatusCode::BAD_REQUEST, "invalid_request", &hint));
        }
    }
    let app = world.app();
    let is_known = request.field("client_id") == Some(&app.client_id)
        && request.field("client_secret").is_some_and(|secret| app.knows_secret(secret));
    if is_known {
        Ok(())
    } else {
        Err(refuse(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed"))
    }
}

pub(super) fn not_installed(shop: &Shop) -> Answer {
    let status = StatusCode::from_u16(shop.config().uninstalled_status);
    let status = status.unwrap_or(StatusCode::UNAUTHORIZED);
    refuse(status, "invalid_client", "The application is not installed in this shop")
}

/// Issues a token and describes it.
pub(super) fn grant(world: &World, shop: &Shop) -> Value {
    let token = shop.issue_token(world);
    let config = shop.config();
    let mut described = json!({ "token_type": "Bearer", "access_token": token });
    if let Some(fields) = described.as_object_mut()
        && !config.token.omit_expires_in
    {
        fields.insert("expires_in".to_owned(), json!(config.token.lifetime_seconds));
    }
    described
}

pub(super) fn refuse(status: StatusCode, error: &str, hint: &str) -> Answer {
    let body = json!({ "error": error, "error_description": error, "hint": hint, "message": hint });
    Answer::json(status, body)
}
