//! `POST /batch`: several calls in one, each with its own status.

use axum::{
    body::Bytes,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};

use super::{Call, Failure, Success, query::Query, run};
use crate::{pipeline, shop::Shop, world::World};

const MAX_PARTS: usize = 200;

fn run_parts(
    world: &World,
    shop: &Shop,
    parts: &[Value],
    may: &dyn Fn(&str) -> bool,
) -> Vec<Value> {
    let config = shop.config();
    let mut answers = Vec::with_capacity(parts.len());
    for (position, part) in parts.iter().enumerate() {
        let call = part_call(part);
        let result = if config.rate.count_batch_parts && !pipeline::admit(shop) {
            Err(Failure::too_many())
        } else {
            call.and_then(|call| run(shop, &call, may))
        };
        let (status, body) = match result {
            Ok((status, data)) => (status, data.unwrap_or(Value::Null)),
            // A failed part has a text for its body.
            Err(failure) => (failure.status, json!(failure.message)),
        };
        shop.stats.batch_part(status.as_u16());
        world.stats.batch_part(status.as_u16());
        // The documentation shows both spellings.
        let code = if position % 2 == 0 { json!(status.as_u16()) } else { json!(status.as_str()) };
        answers.push(json!({
            "method": part.get("method"),
            "uri": part.get("uri"),
            "response": { "header": { "statusCode": code }, "body": body },
        }));
    }
    answers
}

pub(super) fn run_batch(
    world: &World,
    shop: &Shop,
    call: &Call,
    may: &dyn Fn(&str) -> bool,
) -> Result<Success, Failure> {
    if call.method != Method::POST {
        return Err(Failure::wrong_method());
    }
    let body = call.json()?;
    let parts = body.pointer("/data/requests").and_then(Value::as_array);
    let parts = parts.ok_or_else(|| Failure::bad_request("data.requests is missing"))?;
    if parts.is_empty() || parts.len() > MAX_PARTS {
        return Err(Failure::bad_request(format!("1 to {MAX_PARTS} requests")));
    }
    let answers = run_parts(world, shop, parts, may);
    Ok((StatusCode::OK, Some(json!({ "requests": { "request": answers } }))))
}

/// Parses a part. Its address may be absolute, with any host, or start at the resource.
fn part_call(part: &Value) -> Result<Call, Failure> {
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    let uri = text("uri").ok_or_else(|| Failure::bad_request("uri is missing"))?;
    let method = text("method").unwrap_or("GET").to_ascii_uppercase();
    let method = method.parse().map_err(|_| Failure::wrong_method())?;
    let local = uri
        .split_once("://")
        .map_or(uri, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let (path, query) = local.split_once('?').unwrap_or((local, ""));
    let path = path.trim_matches('/');
    let path = path.split_once("api/").map_or(path, |(_, rest)| rest);
    let body = part.get("data").map(|data| Bytes::from(data.to_string())).unwrap_or_default();
    Ok(Call { method, path: path.to_owned(), query: Query::parse(query), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_uri_may_be_absolute_or_relative() {
        for uri in [
            "https://bolt.api.myshoprenter.hu/productExtend/abc=?full=1",
            "http://127.0.0.1:1/bolt/api/productExtend/abc=?full=1",
            "/productExtend/abc=?full=1",
            "productExtend/abc=?full=1",
        ] {
            let call = part_call(&json!({ "method": "get", "uri": uri })).expect("a call");
            assert_eq!((call.path.as_str(), call.method), ("productExtend/abc=", Method::GET));
        }
    }
}
