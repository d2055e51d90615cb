//! How Lambda calls us: an event of API Gateway (payload 2.0) or of the bus.
//!
//! `lambda_http` is not used: it builds an `http::Uri` of what the caller sent and panics where it
//! is none (`"` in the query, a `Host` with a space in it), and it offers the query re-parsed,
//! while a signature needs it as it came.

use std::future::Future;
use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Failure, Problem};

/// A request as API Gateway received it.
#[derive(Debug, Clone)]
pub struct ApiRequest {
    /// GET, POST, …
    pub method: Method,
    /// The path, without the stage.
    pub path: String,
    /// The query string as received: nothing decoded, nothing reordered.
    pub raw_query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes, base64 taken off.
    pub body: Vec<u8>,
}

impl ApiRequest {
    /// Runs `handle` on the request in `payload`, and says what came of it to API Gateway. A
    /// payload that no request can be made of is answered 400.
    pub async fn serve<F: Future<Output = Answer>>(
        payload: Value,
        handle: impl FnOnce(Self) -> F,
    ) -> Value {
        let answer = match Self::parse(payload) {
            // On the heap: what an endpoint awaits is deep, and the runtime's own layers come on top.
            Some(request) => Box::pin(handle(request)).await,
            None => Problem::BadRequest("the request cannot be read").into(),
        };
        to_gateway(answer)
    }

    fn parse(payload: Value) -> Option<Self> {
        let event: ApiGatewayV2httpRequest = serde_json::from_value(payload).ok()?;
        let body = event.body.unwrap_or_default();
        let body =
            if event.is_base64_encoded { BASE64.decode(body).ok()? } else { body.into_bytes() };
        Some(Self {
            method: event.request_context.http.method,
            path: event.raw_path.unwrap_or_default(),
            raw_query: event.raw_query_string.unwrap_or_default(),
            headers: event.headers,
            body,
        })
    }
}

/// An event as EventBridge hands it over.
#[derive(Debug, Clone, Deserialize)]
pub struct BusEvent {
    /// Its kind.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// What it says.
    pub detail: Value,
}

/// The ways in which a function that listens to the API and to the bus is invoked.
#[derive(Debug)]
pub enum Invocation {
    /// From API Gateway.
    Http(Value),
    /// From the bus.
    Bus(BusEvent),
}

impl Invocation {
    /// Tells the ways apart by what only each of them has.
    pub fn parse(payload: Value) -> Result<Self, Failure> {
        if payload.get("detail-type").is_some() {
            serde_json::from_value(payload).map(Self::Bus).map_err(|_| Failure::UnknownEvent)
        } else if payload.get("requestContext").is_some() {
            Ok(Self::Http(payload))
        } else {
            Err(Failure::UnknownEvent)
        }
    }
}

/// What is left of the function's time. Lambda says until when, in milliseconds of Unix time.
pub fn time_left(context: &lambda_runtime::Context) -> Duration {
    let now = Timestamp::now().as_millisecond();
    let deadline = i64::try_from(context.deadline).unwrap_or(i64::MAX);
    Duration::from_millis(u64::try_from(deadline.saturating_sub(now)).unwrap_or(0))
}

/// An answer as API Gateway wants it.
pub fn to_gateway(answer: Answer) -> Value {
    let (parts, body) = answer.into_parts();
    let mut gateway = ApiGatewayV2httpResponse::default();
    gateway.status_code = i64::from(parts.status.as_u16());
    gateway.headers = parts.headers;
    gateway.body = Some(Body::Text(body));
    serde_json::to_value(gateway).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn event(raw_query: &str, host: &str) -> Value {
        json!({
            "version": "2.0",
            "routeKey": "GET /x",
            "rawPath": "/x",
            "rawQueryString": raw_query,
            "headers": { "host": host, "x-forwarded-proto": "https" },
            "requestContext": {
                "accountId": "1", "apiId": "a", "stage": "$default", "timeEpoch": 1,
                "http": { "method": "GET", "path": "/x", "protocol": "HTTP/1.1", "sourceIp": "1" }
            },
            "isBase64Encoded": false
        })
    }

    #[test]
    fn the_query_comes_as_it_was_received() {
        let raw = "b=%61&a=+&b=\"<é>";
        let request = ApiRequest::parse(event(raw, "bad host")).unwrap();
        assert_eq!(request.raw_query, raw);
    }

    #[test]
    fn a_base64_body_is_taken_off_its_wrapping() {
        let mut event = event("", "h");
        event["body"] = json!("aGk=");
        event["isBase64Encoded"] = json!(true);
        assert_eq!(ApiRequest::parse(event.clone()).unwrap().body, b"hi");
        event["body"] = json!("?");
        assert!(ApiRequest::parse(event).is_none());
    }

    #[test]
    fn an_invocation_is_told_by_what_only_it_has() {
        let bus = json!({"detail-type": "SyncRequested", "source": "s", "detail": {}});
        assert!(matches!(Invocation::parse(bus).unwrap(), Invocation::Bus(_)));
        assert!(matches!(Invocation::parse(event("", "h")).unwrap(), Invocation::Http(_)));
        assert!(Invocation::parse(json!({"hello": 1})).is_err());
    }

    proptest! {
        #[test]
        fn no_query_and_no_host_can_upset_it(raw in "\\PC{0,100}", host in "[ -~]{0,40}") {
            let request = ApiRequest::parse(event(&raw, &host));
            prop_assert_eq!(request.map(|request| request.raw_query), Some(raw));
        }
    }
}
