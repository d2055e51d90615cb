//! HTTP answers of the endpoints; the only module that knows status codes.

mod invocation;
mod problem;
mod target;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use lambda_runtime::Diagnostic;
use serde::Serialize;

pub use invocation::{BusEvent, Invocation, serve, time_left, to_gateway};
pub use lambda_http::{Request, RequestExt};
pub use problem::Problem;
pub use target::{parameters, platform_of, segments, store_of};

use crate::domain::ApiError;
use crate::runtime::config::InvalidSecret;
use crate::runtime::events::BusError;
use crate::storage::StoreError;

/// An endpoint's answer; the body is text.
pub type Answer = Response<String>;

/// A failure on our side: logged once, here at the boundary; the caller only sees that a retry may
/// help.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A table.
    #[error("a table failed")]
    Store(#[from] StoreError),
    /// The bus.
    #[error("the bus failed")]
    Bus(#[from] BusError),
    /// The app's secret.
    #[error("the app's secret cannot be used")]
    Secret(#[from] InvalidSecret),
    /// The platform's API, if a retry of the event can help.
    #[error("the platform's API failed")]
    Platform(#[from] ApiError),
    /// The requested run is in progress elsewhere, or was interrupted a moment ago.
    #[error("the run is in progress elsewhere")]
    Busy,
    /// An event that cannot be parsed or is not for this function.
    #[error("the function does not handle this event")]
    UnknownEvent,
}

impl Failure {
    /// A stable name for metrics and for Lambda's error type.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Store(_) => "StoreFailure",
            Self::Bus(_) => "BusFailure",
            Self::Secret(_) => "SecretFailure",
            Self::Platform(_) => "PlatformFailure",
            Self::Busy => "Busy",
            Self::UnknownEvent => "UnknownEvent",
        }
    }

    /// The whole chain of causes in one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: failure.name().to_owned(), error_message: failure.chain() }
    }
}

/// JSON with a status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    with_body(status, "application/json", to_json(body))
}

/// A redirect that is never cached.
pub fn redirect(location: &str) -> Answer {
    let mut answer = with_body(StatusCode::FOUND, "text/plain; charset=utf-8", String::new());
    match HeaderValue::from_str(location) {
        Ok(location) => {
            answer.headers_mut().insert(http::header::LOCATION, location);
            answer
        }
        Err(_) => Problem::Unavailable.into(),
    }
}

/// A body with its content type and the headers common to all answers.
pub fn with_body(status: StatusCode, content_type: &'static str, body: String) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Addresses contain signatures, which must not leak through the referrer.
    headers.insert(http::header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        http::header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000"),
    );
    // Answers other than pages may load nothing and may not be framed; pages set their own policy.
    headers.insert(
        http::header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    answer
}

fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_names_each_cause_once() {
        let failure = Failure::from(BusError { count: 2, code: "Throttling".to_owned() });
        assert_eq!(
            failure.chain(),
            "the bus failed: 2 events could not be put on the bus: Throttling"
        );
    }
}
