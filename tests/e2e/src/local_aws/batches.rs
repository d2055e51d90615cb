//! Batches that DynamoDB processes in part.

use axum::body::{Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::{AwsState, lock};

/// Passes a batch on, optionally without its last write or read, which is reported as unprocessed.
pub(super) async fn pass_on(
    state: &AwsState,
    mut headers: HeaderMap,
    mut request: Value,
    body: Bytes,
) -> Response {
    let left = leave_one(state, &mut request);
    if left.is_empty() {
        return super::pass_on(state, headers, body).await;
    }
    headers.remove("content-length");
    let answer = super::pass_on(state, headers, request.to_string().into()).await;
    if answer.status() != StatusCode::OK {
        return answer;
    }
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let mut answer: Value = serde_json::from_slice(&body).unwrap();
    let is_read = left.values().all(|left| left["Keys"].is_array());
    answer[if is_read { "UnprocessedKeys" } else { "UnprocessedItems" }] = left.into();
    axum::Json(answer).into_response()
}

/// Removes the last of a table's writes or keys from the request, if one is to stay unprocessed.
fn leave_one(state: &AwsState, request: &mut Value) -> Map<String, Value> {
    let mut left = Map::new();
    for (table, wanted) in request["RequestItems"].as_object_mut().into_iter().flatten() {
        let mut unprocessed = lock(&state.unprocessed);
        let is_read = wanted.is_object();
        let list = if is_read { &mut wanted["Keys"] } else { wanted };
        if *unprocessed > 0
            && let Some(list) = list.as_array_mut().filter(|list| list.len() > 1)
        {
            *unprocessed -= 1;
            let last = Value::from_iter(list.pop());
            left.insert(table.clone(), if is_read { json!({ "Keys": last }) } else { last });
        }
    }
    left
}
