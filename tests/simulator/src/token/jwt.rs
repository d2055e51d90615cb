//! Format of the access token: a JWT, as ShopRenter issues them.
//!
//! The signature is random bytes. The application has no key to verify it, and the simulator
//! recognises a token by its whole text.

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

pub(crate) fn write(
    client_id: &str,
    shop: &str,
    scopes: &BTreeSet<String>,
    issued: i64,
    expires: i64,
    jti: &str,
    signature: &[u8],
) -> String {
    let header = json!({ "typ": "JWT", "alg": "RS256", "jti": jti });
    let claims = json!({
        "aud": [client_id],
        "realm": shop,
        "jti": jti,
        "iat": issued,
        "nbf": issued,
        "exp": expires,
        "sub": "",
        "scopes": scopes,
    });
    [header.to_string().as_bytes(), claims.to_string().as_bytes(), signature]
        .map(|part| BASE64_URL_SAFE_NO_PAD.encode(part))
        .join(".")
}
