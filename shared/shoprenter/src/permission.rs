//! Permissions under ShopRenter's names: what the app needs, and what a token claims to cover.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::AccessToken;
use shopcall_domain::{OptionalData, Resource};

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
        "webHooks" | "webhooks" if is_write => WEBHOOK_PERMISSION,
        "webHooks" | "webhooks" => "store.webhook:read",
        "settings" => "store.setting:read",
        "domains" => "store.domain:read",
        "languages" => "localization.language:read",
        "currencies" => "localization.currency:read",
        "categoryExtend" => "product.category:read",
        "manufacturers" => "product.manufacturer:read",
        "attributeDescriptions" | "listAttributeValueDescriptions" => "product.attribute:read",
        "stockStatusDescriptions" => "product.stockStatus:read",
        "shippingModeExtend" => "shipping.shippingMethod:read",
        "taxClassExtend" => "taxClass.taxClass:read",
        "paymentModes" => "payment.paymentMethod:read",
        "informationExtend" | "informationDescriptions" => "cms.information:read",
        _ => return None,
    })
}

/// Data that records are read without if a permission is not granted.
pub fn optional_data(permission: &str) -> OptionalData {
    match permission {
        "localization.language:read" => OptionalData::Languages,
        "store.setting:read" => OptionalData::Settings,
        "order.status:read" => OptionalData::OrderStatuses,
        "localization.currency:read" => OptionalData::Currencies,
        "product.category:read" => OptionalData::Categories,
        "product.manufacturer:read" => OptionalData::Manufacturers,
        "product.attribute:read" => OptionalData::Attributes,
        "product.stockStatus:read" => OptionalData::StockStatuses,
        "cms.information:read" => OptionalData::Pages,
        "shipping.shippingMethod:read" => OptionalData::Shipping,
        "taxClass.taxClass:read" => OptionalData::ShippingTax,
        "payment.paymentMethod:read" => OptionalData::Payment,
        _ => OptionalData::Other,
    }
}

impl AccessToken {
    /// Whether the token covers a permission, as far as it is known: from the answer that issued
    /// it, or else from its own claim; false if neither names any.
    ///
    /// The token is not verified: its claim tells a merchant what to grant and explains a refusal.
    pub fn grants(&self, permission: &str) -> bool {
        self.scopes().is_some_and(|scopes| covers(scopes, permission))
    }

    /// Whether the token is known to cover some permissions, but not this one.
    pub(crate) fn lacks(&self, permission: &str) -> bool {
        self.scopes().is_some_and(|scopes| !covers(scopes, permission))
    }
}

/// Whether `scopes` has the permission, or its name in the brief's contract.
fn covers(scopes: &BTreeSet<String>, permission: &str) -> bool {
    scopes.contains(permission) || scopes.contains(brief_name(permission))
}

/// The name of a permission in the brief's contract: `product:read` for `product.product:read`.
pub(crate) fn brief_name(permission: &str) -> &str {
    permission.split_once('.').map_or(permission, |(_, short)| short)
}

/// The `scopes` (or `scope`) of a JWT (RFC 7519). Its other claims are not read, whatever their
/// type.
pub(crate) fn claimed_scopes(token: &str) -> Option<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Claims {
        #[serde(default)]
        scopes: Value,
        #[serde(default)]
        scope: Value,
    }
    let payload = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    names(&claims.scopes).or_else(|| names(&claims.scope))
}

/// Names in a list, or in one text with blanks or commas between them; None for anything else.
pub(crate) fn names(value: &Value) -> Option<BTreeSet<String>> {
    match value {
        Value::Array(names) => {
            Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Value::String(text) => {
            let is_between = |char: char| char == ',' || char.is_whitespace();
            let names = text.split(is_between).filter(|name| !name.is_empty());
            Some(names.map(str::to_owned).collect()).filter(|names: &BTreeSet<_>| !names.is_empty())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shopcall_domain::Tokens;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    fn opaque(access: &str) -> Tokens {
        Tokens { access: access.to_owned(), refresh: None, scopes: None }
    }

    #[test]
    fn scopes_are_read_from_the_token() {
        for claims in [
            r#"{"exp":1,"scopes":["order.order:read","store.setting:read"]}"#,
            r#"{"scopes":"order.order:read store.setting:read"}"#,
            r#"{"scope":"order.order:read, store.setting:read"}"#,
            r#"{"aud":["a","b"],"realm":{"shop":"demo"},"exp":"soon","scopes":["order.order:read","store.setting:read"]}"#,
        ] {
            let scopes = claimed_scopes(&token(claims)).unwrap();
            assert!(scopes.iter().eq(["order.order:read", "store.setting:read"]), "{claims}");
        }
        assert_eq!(claimed_scopes("opaque"), None);
        assert_eq!(claimed_scopes(&token(r#"{"scopes":7}"#)), None);
    }

    #[test]
    fn token_without_readable_scopes_lacks_nothing() {
        let token = |claims: &str| AccessToken::of(&opaque(&token(claims)), 1);
        let known = token(r#"{"scopes":["order.order:read"]}"#);
        assert!(known.grants("order.order:read") && known.lacks("store.setting:read"));
        assert!(!known.lacks("order.order:read"));
        let unknown = token(r#"{"exp":1}"#);
        assert!(!unknown.grants("order.order:read") && !unknown.lacks("order.order:read"));
    }

    #[test]
    fn scopes_of_the_answer_precede_the_claim() {
        let claimed = token(r#"{"scopes":["order.order:read"]}"#);
        let scopes = names(&Value::from("product:read customer:read"));
        let tokens = Tokens { scopes, ..opaque(&claimed) };
        let token = AccessToken::of(&tokens, 1);
        assert!(token.grants("product.product:read") && token.lacks("order.order:read"));
    }

    proptest! {
        #[test]
        fn any_token_is_parsed_without_panic(token in "\\PC{0,60}") {
            claimed_scopes(&token);
        }
    }
}
