//! Control calls for the shop's admin. An empty body requests a valid call.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::{Shared, handle};
use crate::{ControlError, SignedCall, Story};

fn parse(body: &Bytes) -> Result<SignedCall, ControlError> {
    if body.is_empty() { Ok(SignedCall::default()) } else { Ok(serde_json::from_slice(body)?) }
}

pub(super) async fn install(
    State(world): Shared,
    Path(shop): Path<String>,
    body: Bytes,
) -> Result<Json<Story>, ControlError> {
    Ok(Json(handle(&world, &shop)?.install(&parse(&body)?).await?))
}

pub(super) async fn open(
    State(world): Shared,
    Path(shop): Path<String>,
    body: Bytes,
) -> Result<Json<Story>, ControlError> {
    Ok(Json(handle(&world, &shop)?.open(&parse(&body)?).await?))
}

pub(super) async fn uninstall(
    State(world): Shared,
    Path(shop): Path<String>,
    body: Bytes,
) -> Result<Json<Story>, ControlError> {
    Ok(Json(handle(&world, &shop)?.uninstall(&parse(&body)?).await?))
}

/// `{"installed": …}`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Installed {
    installed: bool,
}

pub(super) async fn set_installed(
    State(world): Shared,
    Path(shop): Path<String>,
    Json(wanted): Json<Installed>,
) -> Result<StatusCode, ControlError> {
    handle(&world, &shop)?.set_installed(wanted.installed);
    Ok(StatusCode::NO_CONTENT)
}
