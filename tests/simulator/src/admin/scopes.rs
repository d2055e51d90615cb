//! `/{shop}/admin/app/{app_id}/approveScopes`: the page on which the shop's owner grants the app's
//! scopes.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};

use super::SignedCall;
use crate::{
    config::{DEFAULT_SCOPES, ShopConfig},
    shop::Shop,
    world::World,
};

/// Shows the scopes that are not granted yet, and a button.
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    Path((shop, app_id)): Path<(String, String)>,
) -> Response {
    let Some(shop) = shop_with_app(&world, &shop, &app_id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let config = shop.config();
    let missing: String = DEFAULT_SCOPES
        .iter()
        .filter(|scope| !config.scopes.contains(**scope))
        .map(|scope| format!("<li>{scope}</li>"))
        .collect();
    Html(format!(
        "<!DOCTYPE html><html lang=\"hu\"><head><meta charset=\"utf-8\"><title>Jogosultságok</title>\
         </head><body><h1>Jogosultságok</h1><ul>{missing}</ul>\
         <form method=\"post\"><button>Jóváhagyom</button></form></body></html>"
    ))
    .into_response()
}

/// Grants all scopes and redirects to the app. Tokens keep the scopes they were issued with.
pub(crate) async fn approve(
    State(world): State<Arc<World>>,
    Path((shop, app_id)): Path<(String, String)>,
) -> Response {
    let Some(shop) = shop_with_app(&world, &shop, &app_id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut scopes = shop.config().scopes.clone();
    scopes.extend(DEFAULT_SCOPES.map(str::to_owned));
    if let Err(error) = shop.configure(ShopConfig { scopes, ..(*shop.config()).clone() }) {
        return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
    }
    let app = SignedCall::admin_url(&world, &shop);
    (StatusCode::SEE_OTHER, [(header::LOCATION, app)]).into_response()
}

fn shop_with_app(world: &World, shop: &str, app_id: &str) -> Option<Arc<Shop>> {
    let app = world.app();
    let is_known = app_id == app.app_id || app_id == app.client_id;
    world.shop(shop).ok().filter(|shop| is_known && shop.is_installed())
}
