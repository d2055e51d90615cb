//! `/_control`: HTTP interface for tests.

mod admin;
mod records;
mod shops;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::{Value, json};

use crate::{
    ControlError, ShopHandle,
    stats::Stats,
    world::{AppSettings, World},
};

type Shared = State<Arc<World>>;

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::UnknownShop(_) | Self::UnknownRecord(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// Router of all control calls, which are listed in the README.
pub(crate) fn router() -> Router<Arc<World>> {
    let shop = Router::new()
        .route("/", get(shops::read).put(shops::put).patch(shops::patch).delete(shops::remove))
        .route("/install", post(admin::install))
        .route("/open", post(admin::open))
        .route("/uninstall", post(admin::uninstall))
        .route("/installed", axum::routing::put(admin::set_installed))
        .route("/token", post(shops::issue_token))
        .route("/tokens", delete(shops::revoke_tokens))
        .route("/stats", get(shops::stats))
        .route("/stats/reset", post(shops::reset_stats))
        .route("/faults", get(shops::faults).post(shops::add_fault).delete(shops::clear_faults))
        .route("/faults/{id}", delete(shops::remove_fault))
        .route("/webhooks", get(shops::webhooks).delete(shops::clear_webhooks))
        .route("/deliveries", get(shops::deliveries))
        .route("/{kind}", get(records::list).post(records::add))
        .route("/{kind}/truths", get(records::read_many))
        .route("/{kind}/churn", post(records::churn))
        .route("/{kind}/{key}", get(records::raw).patch(records::update).delete(records::delete))
        .route("/{kind}/{key}/truth", get(records::read_one))
        .route("/orders/place", post(records::place_order))
        .route("/orders/{key}/status", post(records::set_status));
    Router::new()
        .route("/health", get(health))
        .route("/app", get(app).put(set_app))
        .route("/stats", get(stats))
        .route("/stats/reset", post(reset_stats))
        .route("/shops", get(shops::names))
        .nest("/shops/{shop}", shop)
}

fn handle(world: &Arc<World>, shop: &str) -> Result<ShopHandle, ControlError> {
    Ok(ShopHandle::new(Arc::clone(world), world.shop(shop)?))
}

async fn health(State(world): Shared) -> Json<Value> {
    Json(json!({ "status": "ok", "base_url": world.base_url, "shops": world.shop_names().len() }))
}

async fn stats(State(world): Shared) -> Json<Stats> {
    Json(world.stats.read())
}

async fn reset_stats(State(world): Shared) -> StatusCode {
    world.stats.reset();
    StatusCode::NO_CONTENT
}

async fn app(State(world): Shared) -> Json<AppSettings> {
    Json(world.app())
}

/// Accepts any subset of the settings.
async fn set_app(
    State(world): Shared,
    Json(patch): Json<Value>,
) -> Result<Json<AppSettings>, ControlError> {
    let mut whole = serde_json::to_value(world.app())?;
    overlay(&mut whole, &patch)?;
    let settings: AppSettings = serde_json::from_value(whole)?;
    world.set_app(|app| *app = settings.clone());
    Ok(Json(settings))
}

/// Applies a patch to an object: nested objects are merged, other values replaced.
fn overlay(whole: &mut Value, patch: &Value) -> Result<(), ControlError> {
    let (Some(fields), Some(changes)) = (whole.as_object_mut(), patch.as_object()) else {
        return Err(ControlError::invalid("an object is expected"));
    };
    for (name, change) in changes {
        match fields.get_mut(name) {
            Some(known) if known.is_object() && change.is_object() => overlay(known, change)?,
            _ => {
                fields.insert(name.clone(), change.clone());
            }
        }
    }
    Ok(())
}
