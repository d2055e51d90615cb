//! The permissions that the app needs, by ShopRenter's names for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::AccessToken;
use shopcall_domain::Resource;

/// The permission without which records of a kind cannot be read.
pub fn permission_for(resource: Resource) -> &'static str {
    match resource {
        Resource::Products => "product.product:read",
        Resource::Orders => "order.order:read",
        Resource::Customers => "customer.customer:read",
    }
}

/// The permission without which webhooks cannot be registered; to look at them takes
/// `store.webhook:read`.
pub const WEBHOOK_PERMISSION: &str = "store.webhook:write";

impl AccessToken {
    /// Whether the token says that it covers a permission; false where it says nothing.
    ///
    /// Good for what is shown to a merchant. It is read, not verified, and how ShopRenter spells
    /// it is not certain: nothing is left undone on its word.
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
    fn the_scopes_are_read_from_the_token() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"exp":1,"scopes":["order.order:read"]}"#);
        assert_eq!(scopes(&format!("e30.{payload}.c2ln")).unwrap(), ["order.order:read"]);
        assert_eq!(scopes("opaque"), None);
    }

    proptest! {
        #[test]
        fn no_token_can_upset_it(token in "\\PC{0,60}") {
            scopes(&token);
        }
    }
}
