//! Classification of ShopRenter's answers and failures for retries.

use std::time::Duration;

use shopcall_domain::ApiError;

use crate::wire::InnerCode;

/// Whether the request may be repeated at once, and the delay that ShopRenter asked for.
pub(crate) fn repeatable(error: &ApiError) -> Option<Option<Duration>> {
    match error {
        ApiError::RateLimited { retry_after } | ApiError::Unavailable { retry_after, .. } => {
            Some(*retry_after)
        }
        ApiError::Unreachable(_) | ApiError::Malformed(_) => Some(None),
        _ => None,
    }
}

/// Receives the name of each error answer: endpoint, status and inner code, such as
/// `api 401 40101`, `token 401 invalid_client` or `api 403 none`.
pub type ErrorObserver = fn(&str);

/// Name of an error answer of `endpoint`, for an [`ErrorObserver`].
pub(crate) fn name_of(endpoint: &str, status: u16, code: Option<InnerCode>) -> String {
    match code {
        Some(InnerCode::Api(code)) => format!("{endpoint} {status} {code}"),
        Some(InnerCode::Token(refusal)) => format!("{endpoint} {status} {}", refusal.as_str()),
        None => format!("{endpoint} {status} none"),
    }
}

/// Keeps a failure's kind and drops its text, which holds the address.
pub(crate) fn unreachable(error: reqwest::Error) -> ApiError {
    ApiError::Unreachable(if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::decode_inner_code;

    #[test]
    fn error_answer_is_named_by_status_and_code() {
        let name = |endpoint, status, body| name_of(endpoint, status, decode_inner_code(body));
        let no_permission = r#"{"error":{"code":"40101","message":"m"}}"#;
        assert_eq!(name("api", 401, no_permission), "api 401 40101");
        assert_eq!(name("api", 403, r#"{"message":"Forbidden"}"#), "api 403 none");
        let refused = r#"{"error":"invalid_client","message":"m"}"#;
        assert_eq!(name("token", 401, refused), "token 401 invalid_client");
    }
}
