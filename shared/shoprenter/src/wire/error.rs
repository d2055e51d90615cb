//! Inner codes of error answers. Messages and hints are never read: they may repeat the request,
//! including credentials.

use serde::Deserialize;

use super::scalar::Scalar;

/// A longer body is not an error of the API.
const MAX_BODY: usize = 64 * 1024;

/// Reason given by the API or its token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InnerCode {
    /// The API's own number: five digits that begin with the HTTP status.
    Api(u32),
    /// The token endpoint's code.
    Token(TokenRefusal),
}

impl InnerCode {
    /// The requested page lies past the end.
    pub(crate) const PAST_THE_END: Self = Self::Api(40008);
    /// A permission is missing.
    pub(crate) const NO_PERMISSION: Self = Self::Api(40101);
    /// The record does not exist.
    pub(crate) const NOT_FOUND: Self = Self::Api(40401);

    /// The API's own number; None for the token endpoint's codes.
    pub(crate) fn number(self) -> Option<u32> {
        match self {
            Self::Api(number) => Some(number),
            Self::Token(_) => None,
        }
    }
}

/// RFC 6749, section 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    /// `invalid_client`: wrong credentials, or the app is not installed there.
    InvalidClient,
    /// `invalid_request`
    InvalidRequest,
    /// `invalid_grant`: the code or the refresh token is used up.
    InvalidGrant,
    /// `invalid_scope`
    InvalidScope,
    /// `unauthorized_client`
    UnauthorizedClient,
    /// `unsupported_grant_type`
    UnsupportedGrantType,
}

impl TokenRefusal {
    /// Every code and its spelling.
    const ALL: [(Self, &'static str); 6] = [
        (Self::InvalidClient, "invalid_client"),
        (Self::InvalidRequest, "invalid_request"),
        (Self::InvalidGrant, "invalid_grant"),
        (Self::InvalidScope, "invalid_scope"),
        (Self::UnauthorizedClient, "unauthorized_client"),
        (Self::UnsupportedGrantType, "unsupported_grant_type"),
    ];

    /// The code as it is spelled.
    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(refusal, _)| *refusal == self).map_or("", |(_, name)| name)
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(refusal, _)| *refusal)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Body<'a> {
    #[serde(borrow)]
    error: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    response: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    code: Scalar<'a>,
}

/// Decodes the inner code of an error answer; None if there is no known one (XML, HTML, an empty
/// body, another shape).
pub(crate) fn decode_inner_code(body: &str) -> Option<InnerCode> {
    if body.len() > MAX_BODY {
        return None;
    }
    within(body, 3)
}

/// `{"error": {"code": …}}`, `{"error": …}`, `{"code": …}`, each with or without a `response`
/// wrapper.
fn within(json: &str, depth: u8) -> Option<InnerCode> {
    let depth = depth.checked_sub(1)?;
    let scalar = Scalar::read(json);
    if scalar != Scalar::Composite {
        return known(&scalar);
    }
    // An array must not be read as the struct's fields in order.
    let body: Body<'_> = serde_json::from_str(json.trim().strip_prefix('{').map(|_| json)?).ok()?;
    known(&body.code)
        .or_else(|| within(body.error?.get(), depth))
        .or_else(|| within(body.response?.get(), depth))
}

fn known(code: &Scalar<'_>) -> Option<InnerCode> {
    let text = code.text()?;
    if let Some(refusal) = TokenRefusal::parse(text) {
        return Some(InnerCode::Token(refusal));
    }
    let number = text.parse().ok().filter(|number| (10_000..100_000).contains(number))?;
    Some(InnerCode::Api(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn inner_code_may_be_a_number_or_text() {
        for body in [
            r#"{"error":{"code":40008,"message":"m"}}"#,
            r#"{"error":{"code":"40008"}}"#,
            r#"{"error":{"message":"m","code":"40008"},"message":"m"}"#,
            r#"{"code":40008}"#,
            r#"{"error":40008}"#,
            r#"{"response":{"error":{"code":"40008"}}}"#,
        ] {
            assert_eq!(decode_inner_code(body), Some(InnerCode::PAST_THE_END), "{body}");
        }
    }

    #[test]
    fn token_endpoint_codes_are_known() {
        let refused = r#"{"error":"invalid_client","error_description":"d","hint":"h"}"#;
        let token = |refusal| Some(InnerCode::Token(refusal));
        assert_eq!(decode_inner_code(refused), token(TokenRefusal::InvalidClient));
        let request = r#"{"error":"invalid_request","hint":"Check the `client_id` parameter"}"#;
        assert_eq!(decode_inner_code(request), token(TokenRefusal::InvalidRequest));
    }

    #[test]
    fn other_shapes_have_no_inner_code() {
        let long = format!(r#"{{"error":{{"code":40008}},"x":"{}"}}"#, "x".repeat(MAX_BODY));
        let deep = format!("{}40008{}", r#"{"error":"#.repeat(9), "}".repeat(9));
        for body in [
            "",
            "<?xml version=\"1.0\"?><error><code>40008</code></error>",
            "Too Many Requests",
            "[]",
            "[40008]",
            "{}",
            r#"{"error":"client_secret 40008 is wrong"}"#,
            r#"{"error":{"code":7}}"#,
            r#"{"message":"Forbidden"}"#,
            r#"{"error":{"code":{}}}"#,
            long.as_str(),
            deep.as_str(),
        ] {
            assert_eq!(decode_inner_code(body), None, "{body:.60}");
        }
    }

    proptest! {
        #[test]
        fn any_body_decodes_without_panic(body in ".{0,100}", error in super::super::arbitrary::json()) {
            let _ = decode_inner_code(&body);
            let _ = decode_inner_code(&serde_json::json!({"error": error}).to_string());
        }
    }
}
