//! Control calls for a shop's records.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Shared, handle};
use crate::{Churn, ControlError, Kind, Listing, RecordKey};

const MAX_RECORDS_READ: usize = 1_000;

/// `?offset=…&limit=…`
#[derive(Debug, Deserialize)]
pub(super) struct Span {
    #[serde(default)]
    offset: usize,
    #[serde(default = "hundred")]
    limit: usize,
}

const fn hundred() -> usize {
    100
}

/// An empty body changes only the date.
fn patch(body: &Bytes) -> Result<Value, ControlError> {
    let patch = if body.is_empty() { json!({}) } else { serde_json::from_slice(body)? };
    if patch.is_object() { Ok(patch) } else { Err(ControlError::invalid("an object is expected")) }
}

fn key(text: &str) -> RecordKey {
    text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
}

pub(super) async fn list(
    State(world): Shared,
    Path((shop, kind)): Path<(String, String)>,
    Query(span): Query<Span>,
) -> Result<Json<Listing>, ControlError> {
    let kind: Kind = kind.parse()?;
    Ok(Json(handle(&world, &shop)?.list(kind, span.offset, span.limit)))
}

pub(super) async fn read_many(
    State(world): Shared,
    Path((shop, kind)): Path<(String, String)>,
    Query(span): Query<Span>,
) -> Result<Json<Value>, ControlError> {
    let (shop, kind): (_, Kind) = (handle(&world, &shop)?, kind.parse()?);
    let items = shop.records(kind, span.offset, span.limit.min(MAX_RECORDS_READ));
    Ok(Json(json!({ "total": shop.count(kind), "offset": span.offset, "items": items })))
}

pub(super) async fn add(
    State(world): Shared,
    Path((shop, kind)): Path<(String, String)>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let (shop, kind): (_, Kind) = (handle(&world, &shop)?, kind.parse()?);
    let index = shop.add(kind, &patch(&body)?)?;
    Ok((StatusCode::CREATED, Json(shop.record(kind, index)?)))
}

pub(super) async fn raw(
    State(world): Shared,
    Path((shop, kind, record)): Path<(String, String, String)>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(handle(&world, &shop)?.raw(kind.parse()?, key(&record))?))
}

pub(super) async fn read_one(
    State(world): Shared,
    Path((shop, kind, record)): Path<(String, String, String)>,
) -> Result<Json<Value>, ControlError> {
    Ok(Json(handle(&world, &shop)?.record(kind.parse()?, key(&record))?))
}

pub(super) async fn update(
    State(world): Shared,
    Path((shop, kind, record)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<Json<Value>, ControlError> {
    let (shop, kind): (_, Kind) = (handle(&world, &shop)?, kind.parse()?);
    shop.update(kind, key(&record), &patch(&body)?)?;
    Ok(Json(shop.record(kind, key(&record))?))
}

pub(super) async fn delete(
    State(world): Shared,
    Path((shop, kind, record)): Path<(String, String, String)>,
) -> Result<StatusCode, ControlError> {
    handle(&world, &shop)?.delete(kind.parse()?, key(&record))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn churn(
    State(world): Shared,
    Path((shop, kind)): Path<(String, String)>,
    Json(churn): Json<Churn>,
) -> Result<Json<Value>, ControlError> {
    let [added, updated, deleted] = handle(&world, &shop)?.churn(kind.parse()?, churn)?;
    Ok(Json(json!({ "added": added, "updated": updated, "deleted": deleted })))
}

pub(super) async fn place_order(
    State(world): Shared,
    Path(shop): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let shop = handle(&world, &shop)?;
    let index = shop.place_order(&patch(&body)?)?;
    Ok((StatusCode::CREATED, Json(shop.record(Kind::Orders, index)?)))
}

/// `{"status": …}`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStatus {
    status: u32,
}

pub(super) async fn set_status(
    State(world): Shared,
    Path((shop, record)): Path<(String, String)>,
    Json(wanted): Json<NewStatus>,
) -> Result<Json<Value>, ControlError> {
    let shop = handle(&world, &shop)?;
    shop.set_order_status(key(&record), wanted.status)?;
    Ok(Json(shop.record(Kind::Orders, key(&record))?))
}
