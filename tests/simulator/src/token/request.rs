//! Fields of a token request.

use axum::http::{HeaderMap, header};
use serde_json::Value;

use crate::api::query::Query;

/// Fields of a token request, sent as JSON or as a form.
#[derive(Debug)]
pub(super) struct TokenRequest {
    json: Value,
    form: Query,
}

impl TokenRequest {
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let is_form = content_type(headers).starts_with("application/x-www-form-urlencoded");
        let text = std::str::from_utf8(body).unwrap_or_default();
        Self {
            json: if is_form {
                Value::Null
            } else {
                serde_json::from_slice(body).unwrap_or_default()
            },
            form: if is_form { Query::parse(text) } else { Query::default() },
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.json.get(name).and_then(Value::as_str).or_else(|| self.form.first(name));
        found.filter(|value| !value.is_empty())
    }
}

pub(super) fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub(super) fn has_basic_credentials(headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.get(..6))
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
}
