//! Lambda invocations: events from API Gateway (payload 2.0) or the bus.

use std::future::Future;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::HOST;
use http::uri::PathAndQuery;
use jiff::Timestamp;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_http::request::LambdaRequest;
use lambda_http::{Body, Request};
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Failure, Problem};

/// Bytes of a path with its query. API Gateway allows 10 KiB; percent-encoded, as `lambda_http` does
/// with the path, three times as many still fit into a URI.
const MAX_TARGET: usize = 16 * 1024;

/// Runs `handle` on the request in `payload` and returns the answer in API Gateway's format.
/// Answers 400 if the payload is not a request.
pub async fn serve<F: Future<Output = Answer>>(
    payload: Value,
    handle: impl FnOnce(Request) -> F,
) -> Value {
    let answer = match parse(payload) {
        // Boxed: endpoints' futures are large, and the runtime adds layers of its own.
        Some(request) => Box::pin(handle(request)).await,
        None => Problem::BadRequest("the request cannot be read").into(),
    };
    to_gateway(answer)
}

/// The request in an API Gateway event. The query of the URI is unchanged: not decoded, not
/// reordered. The path as received is in `raw_http_path`.
///
/// `lambda_http` panics on a path, query or host that is not valid in a URI, and on invalid base64
/// in the body, so these are checked first, and the host is left out.
fn parse(payload: Value) -> Option<Request> {
    let mut event: ApiGatewayV2httpRequest = serde_json::from_value(payload).ok()?;
    event.headers.remove(HOST);
    event.request_context.domain_name = None;
    // An empty path and this one have no endpoint.
    let path = event.raw_path.take().filter(|path| !path.is_empty());
    let path = path.unwrap_or_else(|| "/".to_owned());
    if !path.starts_with('/') {
        return None;
    }
    let target = match event.raw_query_string.as_deref() {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.clone(),
    };
    if target.len() > MAX_TARGET {
        return None;
    }
    PathAndQuery::try_from(target.as_str()).ok().filter(|parsed| parsed.as_str() == target)?;
    if event.is_base64_encoded {
        BASE64.decode(event.body.as_deref().unwrap_or_default()).ok()?;
    }
    event.raw_path = Some(path);
    Some(LambdaRequest::ApiGatewayV2(event).into())
}

/// An event as EventBridge delivers it.
#[derive(Debug, Clone, Deserialize)]
pub struct BusEvent {
    /// Its kind.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// Its content.
    pub detail: Value,
}

/// The triggers of a function that handles API requests and bus events.
#[derive(Debug)]
pub enum Invocation {
    /// From API Gateway.
    Http(Value),
    /// From the bus.
    Bus(BusEvent),
}

impl Invocation {
    /// Distinguishes the triggers by fields that only one of them has.
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

/// The function's remaining time. Lambda gives the deadline in milliseconds of Unix time.
pub fn time_left(context: &lambda_runtime::Context) -> Duration {
    let now = Timestamp::now().as_millisecond();
    let deadline = i64::try_from(context.deadline).unwrap_or(i64::MAX);
    Duration::from_millis(u64::try_from(deadline.saturating_sub(now)).unwrap_or(0))
}

/// An answer in API Gateway's format.
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
    use lambda_http::RequestExt as _;
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
    fn query_is_kept_as_received() {
        let raw = "b=%61&a=+&b=%22~'";
        let request = parse(event(raw, "bad host")).unwrap();
        assert_eq!(request.uri().to_string(), format!("/x?{raw}"));
        assert_eq!(request.uri().query(), Some(raw));
        assert_eq!(parse(event("", "h")).unwrap().uri(), "/x");
    }

    #[test]
    fn base64_body_is_decoded() {
        let mut event = event("", "h");
        event["body"] = json!("aGk=");
        event["isBase64Encoded"] = json!(true);
        assert_eq!(&**parse(event.clone()).unwrap().body(), b"hi");
        event["body"] = json!("?");
        assert!(parse(event).is_none());
    }

    #[test]
    fn invalid_target_is_refused() {
        for query in ["a b", "a=<", "a#b", "a=\u{7f}", "a=\n"] {
            assert!(parse(event(query, "h")).is_none(), "{query:?}");
        }
        for path in ["x", "//host/x y", "/a b", "/a<", "http://host/", "*"] {
            let mut event = event("", "h");
            event["rawPath"] = json!(path);
            assert!(parse(event).is_none(), "{path:?}");
        }
    }

    #[test]
    fn invocation_kind_follows_its_unique_fields() {
        let bus = json!({"detail-type": "SyncRequested", "source": "s", "detail": {}});
        assert!(matches!(Invocation::parse(bus).unwrap(), Invocation::Bus(_)));
        assert!(matches!(Invocation::parse(event("", "h")).unwrap(), Invocation::Http(_)));
        assert!(Invocation::parse(json!({"hello": 1})).is_err());
    }

    #[test]
    fn target_too_long_for_a_uri_is_refused() {
        for (length, is_read) in [(8_000, true), (30_000, false)] {
            let mut event = event("", "h");
            event["rawPath"] = json!(format!("/{}", "é".repeat(length / 2)));
            assert_eq!(parse(event).is_some(), is_read, "{length}");
        }
    }

    proptest! {
        #[test]
        fn any_target_host_and_body_are_read_or_refused(
            path in "/?\\PC{0,60}|/[ -~]{0,40}",
            raw in "\\PC{0,100}|[ -~]{0,60}",
            host in "\\PC{0,40}|[ -~]{0,40}",
            body in "\\PC{0,40}|[A-Za-z0-9+/=]{0,40}",
            is_base64: bool,
        ) {
            let mut event = event(&raw, &host);
            event["rawPath"] = json!(path);
            event["body"] = json!(body);
            event["isBase64Encoded"] = json!(is_base64);
            event["requestContext"]["domainName"] = json!(host);
            if let Some(request) = parse(event) {
                let expected = if path.is_empty() { "/" } else { &path };
                prop_assert_eq!(request.raw_http_path(), expected);
                prop_assert_eq!(request.uri().query().unwrap_or_default(), raw);
            }
        }
    }
}
