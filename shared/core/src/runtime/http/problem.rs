//! Error answers for machines (RFC 9457).

use http::StatusCode;
use http::header::{ALLOW, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use serde::Serialize;

use super::{Answer, to_json, with_body};

/// Errors that a caller can act on. The texts are fixed and contain nothing of the request and no
/// internals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The body or a parameter is missing or malformed; the text says what is expected.
    BadRequest(&'static str),
    /// The bearer is missing or wrong.
    Unauthorized,
    /// The key in the address is unknown or expired.
    UnknownKey,
    /// There is no such store, or it is not installed.
    UnknownStore,
    /// The install does not exist, has expired, or belongs to another store.
    UnknownInstall,
    /// No function handles this path.
    NotFound,
    /// The path allows only another method, which is named.
    MethodNotAllowed(&'static str),
    /// The request conflicts with the current state; the text says how.
    Conflict(&'static str),
    /// Something failed on our side; the same request may succeed later.
    Unavailable,
}

#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl Problem {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadRequest(_) => (
                StatusCode::BAD_REQUEST,
                "urn:shopcall:problem:bad-request",
                "The request is missing something or is malformed",
            ),
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "urn:shopcall:problem:unauthorized",
                "A valid bearer secret is needed",
            ),
            Self::UnknownKey => (
                StatusCode::FORBIDDEN,
                "urn:shopcall:problem:unknown-key",
                "The key in the address is not valid",
            ),
            Self::UnknownStore => (
                StatusCode::NOT_FOUND,
                "urn:shopcall:problem:unknown-store",
                "There is no such store, or it is not installed",
            ),
            Self::UnknownInstall => (
                StatusCode::NOT_FOUND,
                "urn:shopcall:problem:unknown-install",
                "There is no such install, or its time is over",
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "urn:shopcall:problem:not-found",
                "There is nothing at this path",
            ),
            Self::MethodNotAllowed(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "urn:shopcall:problem:method-not-allowed",
                "The path does not allow this method",
            ),
            Self::Conflict(_) => (
                StatusCode::CONFLICT,
                "urn:shopcall:problem:conflict",
                "The request contradicts what is known",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "urn:shopcall:problem:unavailable",
                "The service cannot answer now; try again later",
            ),
        }
    }

    fn detail(self) -> Option<&'static str> {
        match self {
            Self::BadRequest(detail) | Self::Conflict(detail) => Some(detail),
            _ => None,
        }
    }

    /// The header that the status requires.
    fn header(self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Unauthorized => Some((WWW_AUTHENTICATE, "Bearer")),
            Self::MethodNotAllowed(method) => Some((ALLOW, method)),
            _ => None,
        }
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let (status, r#type, title) = problem.parts();
        let detail = problem.detail();
        let body = ProblemBody { r#type, title, status: status.as_u16(), detail };
        let mut answer = with_body(status, "application/problem+json", to_json(&body));
        if let Some((name, value)) = problem.header() {
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::CONTENT_TYPE;
    use serde_json::Value;

    #[test]
    fn a_problem_has_a_stable_type_and_no_inner_message() {
        let answer: Answer = Problem::UnknownStore.into();
        assert_eq!(answer.status(), 404);
        let body: Value = serde_json::from_str(answer.body()).unwrap();
        assert_eq!(body["type"], "urn:shopcall:problem:unknown-store");
        assert_eq!(body["detail"], Value::Null);
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn wrong_method_names_the_allowed_one() {
        let answer: Answer = Problem::MethodNotAllowed("PUT").into();
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()[ALLOW], "PUT");
    }
}
