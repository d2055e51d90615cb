//! `POST /{shop}/oauth/token`: authorisation codes and rotating refresh tokens according to the
//! product brief.

use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

use super::{
    official::{check_client, grant, not_installed, refuse},
    request::TokenRequest,
};
use crate::{
    answer::Answer,
    api::brief::scope_name,
    shop::Shop,
    world::{World, lock},
};

pub(crate) fn token(world: &World, shop: &Shop, headers: &HeaderMap, body: &[u8]) -> Answer {
    let request = TokenRequest::read(headers, body);
    if let Err(refusal) = check_client(world, &request) {
        return refusal;
    }
    if !shop.is_installed() {
        return not_installed(shop);
    }
    if request.field("redirect_uri") != Some(&world.app().redirect_uri) {
        let hint = "Check the `redirect_uri` parameter";
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", hint);
    }
    let config = shop.config();
    let is_refresh = request.field("grant_type") == Some("refresh_token");
    let is_kept = is_refresh && !config.token.rotates_refresh;
    let is_good = match request.field("grant_type") {
        Some("authorization_code") => {
            request.field("code").is_some_and(|code| lock(&shop.tokens).take_code(code))
        }
        Some("refresh_token") => request.field("refresh_token").is_some_and(|token| {
            let mut tokens = lock(&shop.tokens);
            if is_kept { tokens.has_refresh(token) } else { tokens.take_refresh(token) }
        }),
        _ => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "Check the `grant_type` parameter",
            );
        }
    };
    if !is_good {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "Used before, expired or never issued",
        );
    }
    let mut described = grant(world, shop);
    if let Some(fields) = described.as_object_mut() {
        if !is_kept {
            let refresh = world.random_hex(32);
            lock(&shop.tokens).add_refresh(refresh.clone());
            fields.insert("refresh_token".to_owned(), json!(refresh));
        }
        let scopes: Vec<_> = config.scopes.iter().map(|scope| scope_name(scope)).collect();
        fields.insert("scope".to_owned(), json!(scopes.join(" ")));
    }
    Answer::json(StatusCode::OK, described)
}
