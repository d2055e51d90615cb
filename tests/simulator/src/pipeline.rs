//! Request pipeline of a shop: counting, rate limit, faults and serialisation of the answer.

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    answer::{Answer, Format},
    api::query::Query,
    broken_body,
    catalogue::Kind,
    fault::FaultKind,
    shop::Shop,
    world::{World, lock, write},
};

/// Properties of a request that the pipeline needs.
#[derive(Debug)]
pub(crate) struct Caller {
    /// Class for counting.
    pub(crate) class: String,
    /// Path after the shop's name.
    pub(crate) path: String,
    /// Query string.
    pub(crate) query: Query,
    /// Whether the rate limit applies.
    pub(crate) is_limited: bool,
    /// Whether it is an API request.
    pub(crate) is_api: bool,
}

/// Applies the limit and faults to a request and writes its answer.
pub(crate) async fn respond(
    world: &World,
    shop: &Arc<Shop>,
    caller: Caller,
    answer: impl FnOnce() -> Answer,
) -> Response {
    let _in_shop = shop.stats.arrive(caller.is_api);
    let _in_world = world.stats.arrive(caller.is_api);
    let rate_limited = caller.is_limited && !admit(shop);
    let (response, bytes) = if rate_limited {
        write_whole(too_many(shop))
    } else {
        let mut applied = lock(&shop.faults).apply(&caller.path, &caller.query);
        applied.wait().await;
        faulty(shop, &caller, applied.fault, answer).await
    };
    for counter in [&shop.stats, &world.stats] {
        counter.answer(&caller.class, response.status().as_u16(), rate_limited);
        counter.serve(bytes);
    }
    response
}

pub(crate) fn admit(shop: &Shop) -> bool {
    lock(&shop.limiter).admit(&shop.config().rate, Instant::now())
}

fn too_many(shop: &Shop) -> Answer {
    let answer = Answer::empty(StatusCode::TOO_MANY_REQUESTS);
    match &shop.config().rate.retry_after {
        Some(value) => answer.with_header(header::RETRY_AFTER, value),
        None => answer,
    }
}

async fn faulty(
    shop: &Arc<Shop>,
    caller: &Caller,
    fault: Option<FaultKind>,
    answer: impl FnOnce() -> Answer,
) -> (Response, usize) {
    match fault {
        None | Some(FaultKind::Slow { .. } | FaultKind::Hold) => write_whole(answer()),
        Some(FaultKind::Hang) => std::future::pending().await,
        Some(FaultKind::Status { status, retry_after }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let empty = Answer::empty(status);
            write_whole(match retry_after {
                Some(value) => empty.with_header(header::RETRY_AFTER, value),
                None => empty,
            })
        }
        Some(FaultKind::Redirect { to }) => {
            let elsewhere = format!("{}{}", to.trim_end_matches('/'), caller.path);
            let redirect = Answer::empty(StatusCode::PERMANENT_REDIRECT);
            write_whole(redirect.with_header(header::LOCATION, elsewhere))
        }
        Some(FaultKind::RevokeTokens) => {
            lock(&shop.tokens).revoke_access();
            write_whole(answer())
        }
        Some(FaultKind::Shrink { count }) => {
            let written = write_whole(answer());
            shrink(shop, &caller.path, count);
            written
        }
        Some(spoiling) => corrupt(shop, &spoiling, answer()),
    }
}

/// Corrupts the encoding of a valid answer.
fn corrupt(shop: &Arc<Shop>, fault: &FaultKind, mut answer: Answer) -> (Response, usize) {
    let content_type = answer.content_type();
    let mut body = answer.write_body();
    let length = body.len();
    match fault {
        FaultKind::Cut => {
            let broken = broken_body::cut(body, Arc::clone(&shop.stats));
            let mut response = answer.into_response(content_type, broken);
            // The promised length makes the truncation visible to clients that would accept a short
            // body.
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            (response, 0)
        }
        FaultKind::Oversized => {
            let endless = broken_body::endless(body, Arc::clone(&shop.stats));
            (answer.into_response(content_type, endless), 0)
        }
        FaultKind::MalformedJson => {
            body.truncate(length * 2 / 3);
            let length = body.len();
            (answer.into_response(content_type, Body::from(body)), length)
        }
        FaultKind::WrongContentType => {
            (answer.into_response("text/html", Body::from(body)), length)
        }
        _ => {
            answer.format = Format::Xml;
            write_whole(answer)
        }
    }
}

pub(crate) fn write_whole(answer: Answer) -> (Response, usize) {
    let content_type = answer.content_type();
    let body = answer.write_body();
    let length = body.len();
    (answer.into_response(content_type, Body::from(body)), length)
}

/// Deletes the first records of the collection in the path.
fn shrink(shop: &Shop, path: &str, count: u32) {
    let resource = path.trim_start_matches("/api/");
    let kinds = [Kind::Products, Kind::Orders, Kind::Customers];
    let named = |kind: &Kind| resource == kind.extended() || resource == kind.plain();
    let Some(kind) = kinds.into_iter().find(named) else { return };
    let mut catalogue = write(&shop.catalogue);
    let (recipe, stock) = catalogue.stock_mut(kind);
    let first: Vec<_> =
        stock.select(recipe, &Default::default()).into_iter().take(count as usize).collect();
    for index in first {
        stock.delete(index);
    }
}
