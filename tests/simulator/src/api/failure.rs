//! Errors of the API, with the inner codes that ShopRenter documents.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    config::{ErrorShape, PermissionRefusal},
};

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    code: Option<u32>,
    pub(crate) message: String,
}

impl Failure {
    fn new(status: StatusCode, code: impl Into<Option<u32>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    pub(crate) fn past_the_end() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 40_008, "The requested page does not exist")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 40_001, message)
    }

    /// A date that is not written as documented.
    pub(crate) fn bad_date(name: &str) -> Self {
        let message = format!(
            "The given datetime parameter: {name} is invalid! Valid datetime format is \
             1990-01-01T00:00:00"
        );
        Self::new(StatusCode::BAD_REQUEST, 40_009, message)
    }

    /// A query parameter that the resource does not have.
    pub(crate) fn unknown_parameter(name: &str) -> Self {
        let message = format!("The given parameter: {name} is not available!");
        Self::new(StatusCode::BAD_REQUEST, 40_010, message)
    }

    pub(crate) fn no_permission(refusal: PermissionRefusal) -> Self {
        match refusal {
            PermissionRefusal::Coded => Self::new(
                StatusCode::UNAUTHORIZED,
                40_101,
                "You have no permission for this operation!",
            ),
            PermissionRefusal::Plain => Self::new(StatusCode::FORBIDDEN, None, "Forbidden"),
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 40_401, "Resource not found")
    }

    pub(crate) fn exists() -> Self {
        Self::new(StatusCode::CONFLICT, 40_901, "Resource already exists")
    }

    pub(crate) fn no_token(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, None, message)
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, None, "Method not allowed")
    }

    pub(crate) fn no_content_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            None,
            "Content-Type: application/json is mandatory",
        )
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, None, "The body is too large")
    }

    pub(crate) fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, None, "")
    }

    pub(crate) fn body(&self, shape: ErrorShape) -> Value {
        let message = &self.message;
        match (self.code, shape) {
            (None, _) if self.status == StatusCode::FORBIDDEN => json!({ "message": message }),
            (None, _) => json!({ "error": message }),
            (Some(code), ErrorShape::Flat) => json!({ "error": code, "message": message }),
            (Some(code), ErrorShape::Text) => {
                json!({ "error": code.to_string(), "message": message })
            }
            (Some(code), ErrorShape::Nested) => {
                json!({ "error": { "code": code, "message": message } })
            }
        }
    }

    pub(crate) fn answer(&self, shape: ErrorShape) -> Answer {
        Answer::json(self.status, self.body(shape))
    }
}
