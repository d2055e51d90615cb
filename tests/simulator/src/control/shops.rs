//! Control calls for a shop as a whole.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Shared, handle, overlay};
use crate::{
    ActiveFault, ControlError, Delivery, Fault, Registration, ShopConfig, ShopState, Stats,
};

pub(super) async fn names(State(world): Shared) -> Json<Value> {
    Json(json!({ "shops": world.shop_names() }))
}

pub(super) async fn read(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<ShopState>, ControlError> {
    Ok(Json(handle(&world, &shop)?.state()))
}

pub(super) async fn put(
    State(world): Shared,
    Path(shop): Path<String>,
    Json(config): Json<ShopConfig>,
) -> Result<(StatusCode, Json<ShopState>), ControlError> {
    world.put_shop(&shop, config)?;
    Ok((StatusCode::CREATED, Json(handle(&world, &shop)?.state())))
}

pub(super) async fn patch(
    State(world): Shared,
    Path(shop): Path<String>,
    Json(patch): Json<Value>,
) -> Result<Json<ShopState>, ControlError> {
    let shop = handle(&world, &shop)?;
    let mut whole = serde_json::to_value(shop.state().config)?;
    overlay(&mut whole, &patch)?;
    let config: ShopConfig = serde_json::from_value(whole)?;
    shop.configure(|known| *known = config)?;
    Ok(Json(shop.state()))
}

pub(super) async fn remove(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<StatusCode, ControlError> {
    if world.remove_shop(&shop) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ControlError::UnknownShop(shop))
    }
}

pub(super) async fn issue_token(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(json!({ "access_token": handle(&world, &shop)?.issue_token() })))
}

pub(super) async fn revoke_tokens(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(json!({ "revoked": handle(&world, &shop)?.revoke_tokens() })))
}

pub(super) async fn stats(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<Stats>, ControlError> {
    Ok(Json(handle(&world, &shop)?.stats()))
}

pub(super) async fn reset_stats(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<StatusCode, ControlError> {
    handle(&world, &shop)?.reset_stats();
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn faults(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<Vec<ActiveFault>>, ControlError> {
    Ok(Json(handle(&world, &shop)?.faults()))
}

pub(super) async fn add_fault(
    State(world): Shared,
    Path(shop): Path<String>,
    Json(order): Json<Value>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let id = handle(&world, &shop)?.add_fault(Fault::parse(order)?)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

pub(super) async fn clear_faults(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<StatusCode, ControlError> {
    handle(&world, &shop)?.clear_faults();
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove_fault(
    State(world): Shared,
    Path((shop, id)): Path<(String, u64)>,
) -> Result<StatusCode, ControlError> {
    if handle(&world, &shop)?.remove_fault(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ControlError::UnknownRecord(id.to_string()))
    }
}

pub(super) async fn webhooks(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<Vec<Registration>>, ControlError> {
    Ok(Json(handle(&world, &shop)?.webhooks()))
}

pub(super) async fn clear_webhooks(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<StatusCode, ControlError> {
    handle(&world, &shop)?.clear_webhooks();
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn deliveries(
    State(world): Shared,
    Path(shop): Path<String>,
) -> Result<Json<Vec<Delivery>>, ControlError> {
    Ok(Json(handle(&world, &shop)?.deliveries()))
}
