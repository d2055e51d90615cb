//! `GET /{shop}/admin/app/{app_id}`: the page that the merchant's browser opens.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};

use super::SignedCall;
use crate::{ControlError, api::query::Query, config::AdminPage, shop::Shop, world::World};

/// Parameters set by the admin; all others were added by the application.
const OWN: [&str; 5] = ["shopname", "code", "timestamp", "hmac", "app_url"];

/// The app fills the window except for a bar.
const STYLE: &str = "<style>body{margin:0;display:flex;flex-direction:column;height:100vh}\
                     header{padding:12px;background:#2b3a4a;color:#fff;font-family:sans-serif}\
                     iframe{flex:1;border:0}</style>";

pub(crate) async fn show(
    State(world): State<Arc<World>>,
    Path((shop, app_id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let Ok(shop) = world.shop(&shop) else { return StatusCode::NOT_FOUND.into_response() };
    let in_progress = (shop.stats.arrive(false), world.stats.arrive(false));
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let app = world.app();
    let response = if app_id == app.app_id || app_id == app.client_id {
        answer(&world, &shop, &query).unwrap_or_else(|error| {
            (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
        })
    } else {
        StatusCode::NOT_FOUND.into_response()
    };
    for counter in [&shop.stats, &world.stats] {
        counter.answer("GET admin/app", response.status().as_u16(), false);
    }
    drop(in_progress);
    response
}

fn answer(world: &World, shop: &Shop, query: &Query) -> Result<Response, ControlError> {
    let app = world.app();
    if !shop.is_installed() {
        if !shop.config().install_from_admin {
            return Ok((StatusCode::NOT_FOUND, Html("<h1>Nincs telepítve</h1>")).into_response());
        }
        shop.install();
        let url = SignedCall::default().build(world, shop, &app.redirect_uri, true)?;
        return Ok((StatusCode::FOUND, [(header::LOCATION, url)]).into_response());
    }
    let url = entry_url(world, shop, query)?;
    Ok(match shop.config().admin_page {
        AdminPage::Redirect => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
        AdminPage::Iframe => {
            let source = url.replace('&', "&amp;");
            let page = format!(
                "<!DOCTYPE html><html lang=\"hu\"><head><meta charset=\"utf-8\"><title>Admin</title>{STYLE}\
                 </head><body><header>{}</header>\
                 <iframe src=\"{source}\" title=\"app\"></iframe></body></html>",
                shop.name
            );
            Html(page).into_response()
        }
    })
}

/// Builds the entry point's address with a fresh signature and the application's parameters.
fn entry_url(world: &World, shop: &Shop, query: &Query) -> Result<String, ControlError> {
    let added = query.pairs().iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned();
    let call = SignedCall { extra: added.collect(), ..SignedCall::default() };
    call.build(world, shop, &world.app().entry_uri, false)
}
