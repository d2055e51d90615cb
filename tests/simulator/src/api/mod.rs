//! `/{shop}/api/…`: checks, then the resource.

mod batch;
pub(crate) mod brief;
mod collection;
mod failure;
mod filters;
mod page;
mod parameters;
pub(crate) mod query;
mod resource;
mod webhooks;

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    body::{Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use serde_json::Value;

use crate::{
    answer::{Answer, Format},
    config::Dialect,
    pipeline::{self, Caller},
    shop::Shop,
    token::Verdict,
    world::{World, lock},
};
use failure::Failure;
use query::Query;
use resource::Resource;

/// ShopRenter's documented limit for batches.
const MAX_BATCH_BYTES: usize = 32 * 1024 * 1024;
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// An API call: a request, or a part of a batch.
#[derive(Debug)]
struct Call {
    method: Method,
    /// Path under `/api/`, without leading and trailing slashes.
    path: String,
    query: Query,
    body: Bytes,
}

impl Call {
    fn resource(&self) -> Option<&'static Resource> {
        resource::find(self.path.split('/').next().unwrap_or_default())
    }

    fn id(&self) -> Option<&str> {
        self.path.split_once('/').map(|(_, id)| id)
    }

    fn json(&self) -> Result<Value, Failure> {
        serde_json::from_slice(&self.body).map_err(|_| Failure::bad_request("The body is not JSON"))
    }

    /// Bounded, because all unknown paths share one class.
    fn class(&self) -> String {
        let name = match self.resource() {
            Some(resource) => resource.name,
            None if self.path == "batch" => "batch",
            None => "other",
        };
        let one = if self.id().is_some() { "/{id}" } else { "" };
        format!("{} api/{name}{one}", self.method)
    }
}

/// Status and data of a successful call.
type Success = (StatusCode, Option<Value>);

pub(crate) async fn handle(
    State(world): State<Arc<World>>,
    Path((shop, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Ok(shop) = world.shop(&shop) else {
        return pipeline::write_whole(Answer::empty(StatusCode::NOT_FOUND)).0;
    };
    let (parts, body) = request.into_parts();
    let path = path.trim_matches('/').to_owned();
    let max = if path == "batch" { MAX_BATCH_BYTES } else { MAX_BODY_BYTES };
    let body = to_bytes(body, max).await;
    let is_too_large = body.is_err();
    let call = Call {
        query: Query::parse(parts.uri.query().unwrap_or_default()),
        method: parts.method,
        body: body.unwrap_or_default(),
        path,
    };
    let caller = Caller {
        class: call.class(),
        path: format!("/api/{}", call.path),
        query: call.query.clone(),
        is_limited: true,
        is_api: true,
    };
    let answer = || {
        let result = if is_too_large {
            Err(Failure::too_large())
        } else {
            checked(&world, &shop, &call, &parts.headers)
        };
        write(&shop, &parts.headers, result)
    };
    pipeline::respond(&world, &shop, caller, answer).await
}

fn checked(
    world: &World,
    shop: &Shop,
    call: &Call,
    headers: &HeaderMap,
) -> Result<Success, Failure> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !header(header::CONTENT_TYPE).starts_with("application/json") {
        return Err(Failure::no_content_type());
    }
    let token = header(header::AUTHORIZATION).strip_prefix("Bearer ");
    let scopes = match shop.judge_token(token.ok_or_else(|| Failure::no_token("No bearer token"))?)
    {
        Verdict::Good(scopes) => scopes,
        Verdict::Expired => return Err(Failure::no_token("The access token is expired")),
        Verdict::Unknown => return Err(Failure::no_token("The access token is invalid")),
    };
    // A scope must be in the token and still granted.
    let config = shop.config();
    let granted = &config.scopes;
    if config.dialect == Dialect::Brief {
        let names = |all: &BTreeSet<String>, scope: &str| {
            all.iter().any(|known| brief::scope_name(known) == scope)
        };
        let may = |scope: &str| names(&scopes, scope) && names(granted, scope);
        return brief::run(shop, call, &may);
    }
    let may = |scope: &str| scopes.contains(scope) && granted.contains(scope);
    if call.path == "batch" {
        return batch::run_batch(world, shop, call, &may);
    }
    run(shop, call, &may)
}

/// Executes a call.
fn run(shop: &Shop, call: &Call, may: &dyn Fn(&str) -> bool) -> Result<Success, Failure> {
    let resource = call.resource().ok_or_else(Failure::not_found)?;
    let scope = if call.method == Method::GET {
        resource.read_scope
    } else {
        resource.write_scope.ok_or_else(Failure::wrong_method)?
    };
    if !may(scope) {
        return Err(Failure::no_permission(shop.config().permission_refusal));
    }
    parameters::check(resource.name, call)?;
    if resource.content == resource::Content::WebHooks && call.method != Method::GET {
        return webhooks::write(shop, call);
    }
    let value = match call.id() {
        None => collection::read(shop, resource, &call.query)?,
        Some(id) => collection::read_one(shop, resource, id).ok_or_else(Failure::not_found)?,
    };
    Ok((StatusCode::OK, Some(value)))
}

/// Writes XML unless JSON is requested.
fn write(shop: &Shop, headers: &HeaderMap, result: Result<Success, Failure>) -> Answer {
    let config = shop.config();
    let mut answer = match result {
        Ok((status, None)) => Answer::empty(status),
        Ok((status, Some(data))) => {
            let wrapped = lock(&shop.draw).chance(config.quirks.wrapped);
            let data = if wrapped { serde_json::json!({ "response": data }) } else { data };
            Answer::json(status, data)
        }
        Err(failure) => failure.answer(config.error_shape),
    };
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("application/json")) {
        answer.format = Format::Xml;
    }
    answer
}
