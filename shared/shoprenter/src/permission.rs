//! Permissions under ShopRenter's names: what the app needs, and what a token claims to cover.

use std::collections::BTreeSet;

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

/// Permission documented for a collection, the first part of a request's path. None for a
/// collection that the client does not request.
pub(crate) fn permission_of(collection: &str, is_write: bool) -> Option<&'static str> {
    Some(match collection {
        "productExtend" | "products" => permission_for(Resource::Products),
        "orderExtend" | "orders" | "orderHistories" => permission_for(Resource::Orders),
        "customerExtend" | "customers" => permission_for(Resource::Customers),
        "orderStatuses" | "orderStatusDescriptions" => "order.status:read",
        "webHooks" if is_write => WEBHOOK_PERMISSION,
        "webHooks" => "store.webhook:read",
        "settings" => "store.setting:read",
        "domains" => "store.domain:read",
        "languages" => "localization.language:read",
        "currencies" => "localization.currency:read",
        "countries" => "localization.location:read",
        "categoryExtend" => "product.category:read",
        "manufacturers" => "product.manufacturer:read",
        "attributeDescriptions" | "listAttributeValueDescriptions" => "product.attribute:read",
        "stockStatusDescriptions" => "product.stockStatus:read",
        "shippingModeExtend" => "shipping.shippingMethod:read",
        "paymentModes" => "payment.paymentMethod:read",
        "informationExtend" | "informationDescriptions" => "cms.information:read",
        _ => return None,
    })
}

impl AccessToken {
    /// Whether the token claims to cover a permission; false if it has no readable claim.
    ///
    /// The token is not verified: its claim tells a merchant what to grant and explains a refusal,
    /// but nothing is skipped because of it.
    pub fn grants(&self, permission: &str) -> bool {
        scopes(self.secret()).is_some_and(|scopes| scopes.contains(permission))
    }

    /// Whether the token claims to cover some permissions, but not this one.
    pub(crate) fn lacks(&self, permission: &str) -> bool {
        scopes(self.secret()).is_some_and(|scopes| !scopes.contains(permission))
    }
}

/// Names in one text, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    List(Vec<String>),
    Text(String),
}

/// The `scopes` of a JWT (RFC 7519). Its other claims are not read, whatever their type.
fn scopes(token: &str) -> Option<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Claims {
        #[serde(alias = "scope")]
        scopes: Names,
    }
    let payload = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    Some(match serde_json::from_slice::<Claims>(&claims).ok()?.scopes {
        Names::List(names) => names.into_iter().collect(),
        Names::Text(names) => names
            .split(|separator: char| separator == ',' || separator.is_whitespace())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn scopes_are_read_from_the_token() {
        for claims in [
            r#"{"exp":1,"scopes":["order.order:read","store.setting:read"]}"#,
            r#"{"scopes":"order.order:read store.setting:read"}"#,
            r#"{"scope":"order.order:read, store.setting:read"}"#,
            r#"{"aud":["a","b"],"realm":{"shop":"demo"},"exp":"soon","scopes":["order.order:read","store.setting:read"]}"#,
        ] {
            let scopes = scopes(&token(claims)).unwrap();
            assert!(scopes.iter().eq(["order.order:read", "store.setting:read"]), "{claims}");
        }
        assert_eq!(scopes("opaque"), None);
        assert_eq!(scopes(&token(r#"{"scopes":7}"#)), None);
    }

    #[test]
    fn token_without_readable_scopes_lacks_nothing() {
        let token = |claims: &str| AccessToken::sample(&token(claims));
        let known = token(r#"{"scopes":["order.order:read"]}"#);
        assert!(known.grants("order.order:read") && known.lacks("store.setting:read"));
        assert!(!known.lacks("order.order:read"));
        let unknown = token(r#"{"exp":1}"#);
        assert!(!unknown.grants("order.order:read") && !unknown.lacks("order.order:read"));
    }

    proptest! {
        #[test]
        fn any_token_is_parsed_without_panic(token in "\\PC{0,60}") {
            scopes(&token);
        }
    }
}
