//! Query parameters that ShopRenter documents for each resource; others are refused.

use axum::http::Method;

use super::{Call, failure::Failure};

/// Parameters of most collections.
const PAGED: [&str; 3] = ["page", "limit", "full"];

/// Checks the parameters of a call. Single records and calls that write have none.
pub(super) fn check(collection: &str, call: &Call) -> Result<(), Failure> {
    let is_list = call.method == Method::GET && call.id().is_none();
    let is_paged = is_list && collection != "domains";
    let filters = if is_list { filters(collection) } else { &[] };
    let is_known = |name: &str| filters.contains(&name) || (is_paged && PAGED.contains(&name));
    match call.query.pairs().iter().find(|(name, _)| !is_known(name)) {
        Some((name, _)) => Err(Failure::unknown_parameter(name)),
        None => Ok(()),
    }
}

/// Filters of a collection, beside its pages.
fn filters(collection: &str) -> &'static [&'static str] {
    match collection {
        "products" => &["innerId", "sku", "createdAt", "updatedAt", "parentProductId"],
        "productExtend" => &[
            "innerId",
            "sku",
            "createdAt",
            "createdAfter",
            "createdBefore",
            "updatedAt",
            "updatedAfter",
            "updatedBefore",
            "published",
            "parentProductId",
        ],
        "orders" | "orderExtend" => &[
            "innerId",
            "innerIdMin",
            "orderStatusId",
            "email",
            "excludeAbandonedCart",
            "excludeStorno",
            "createdAtMin",
            "createdAtMax",
            "updatedAtMin",
            "updatedAtMax",
            "createdAt",
            "updatedAt",
            "shippingModeInnerId",
            "externalInfo",
        ],
        "customers" | "customerExtend" => {
            &["innerId", "email", "createdAtMin", "createdAtMax", "updatedAtMin", "updatedAtMax"]
        }
        "orderHistories" => &["orderId"],
        "languages" => &["innerId", "name", "code"],
        "currencies" => &["code"],
        "orderStatusDescriptions" => &["orderStatusId", "languageId"],
        "stockStatusDescriptions" => &["stockStatusId", "languageId"],
        "settings" => &["group", "key"],
        "categoryExtend" | "informationExtend" => &["innerId", "createdBefore", "createdAfter"],
        "manufacturers" => &["innerId", "name"],
        "shippingModeExtend" => &["innerId"],
        "attributeDescriptions" => {
            &["numberAttributeId", "listAttributeId", "textAttributeId", "languageId"]
        }
        "listAttributeValueDescriptions" => &["listAttributeValueId", "languageId"],
        _ => &[],
    }
}
