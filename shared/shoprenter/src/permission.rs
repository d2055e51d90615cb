//! Permissions that the app needs, under ShopRenter's names.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::AccessToken;
use shopcall_domain::Resource;

/// Permission required to read records of a kind.
pub fn permission_for(resource: Resource) -> &'static str {
    match resource {
        Resource::Products => "product.product:read",
        Resource::Orders => "order.order:read",
        Resource::Customers => "customer.customer:read",
    }
}

/// Permission required to register webhooks; listing them requires `store.webhook:read`.
pub const WEBHOOK_PERMISSION: &str = "store.webhook:write";

impl AccessToken {
    /// Whether the token claims to cover a permission; false if it has no readable claim.
    ///
    /// Only for display to a merchant: the token is not verified and ShopRenter's spelling of
    /// permissions is not documented, so nothing may be skipped because of it.
    pub fn grants(&self, permission: &str) -> bool {
        scopes(self.secret()).is_some_and(|scopes| scopes.iter().any(|scope| scope == permission))
    }
}

/// The `scopes` of a JWT (RFC 7519).
fn scopes(token: &str) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Claims {
        scopes: Vec<String>,
    }
    let payload = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice::<Claims>(&claims).ok().map(|claims| claims.scopes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scopes_are_read_from_the_token() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"exp":1,"scopes":["order.order:read"]}"#);
        assert_eq!(scopes(&format!("e30.{payload}.c2ln")).unwrap(), ["order.order:read"]);
        assert_eq!(scopes("opaque"), None);
    }

    proptest! {
        #[test]
        fn any_token_is_parsed_without_panic(token in "\\PC{0,60}") {
            scopes(&token);
        }
    }
}
