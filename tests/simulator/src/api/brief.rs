//! The product brief's dialect: `products`, `orders`, `customers` and `webhooks`, in pages counted
//! from 1 with whole records and without links. It has nothing else.

mod webhooks;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Call, Success, failure::Failure, query::Query};
use crate::{
    catalogue::{Filter, Kind},
    shop::Shop,
    world::read,
};

const MAX_LIMIT: usize = 250;
const DEFAULT_LIMIT: usize = 50;

/// Executes a call.
pub(super) fn run(
    shop: &Shop,
    call: &Call,
    may: &dyn Fn(&str) -> bool,
) -> Result<Success, Failure> {
    let name = call.path.split('/').next().unwrap_or_default();
    if name == "webhooks" {
        return webhooks::run(shop, call, may);
    }
    let kind: Kind = name.parse().map_err(|_| Failure::not_found())?;
    read_records(shop, kind, call, may).map(|value| (StatusCode::OK, Some(value)))
}

/// A scope by its name here: `product:read` for `product.product:read`.
pub(crate) fn scope_name(scope: &str) -> &str {
    scope.split_once('.').map_or(scope, |(_, name)| name)
}

fn read_records(
    shop: &Shop,
    kind: Kind,
    call: &Call,
    may: &dyn Fn(&str) -> bool,
) -> Result<Value, Failure> {
    if call.method != Method::GET {
        return Err(Failure::wrong_method());
    }
    let scope = match kind {
        Kind::Products => "product:read",
        Kind::Orders => "order:read",
        Kind::Customers => "customer:read",
    };
    if !may(scope) {
        return Err(Failure::no_permission(shop.config().permission_refusal));
    }
    match call.id() {
        None => page(shop, kind, &call.query),
        Some(id) => one(shop, kind, id).ok_or_else(Failure::not_found),
    }
}

fn one(shop: &Shop, kind: Kind, id: &str) -> Option<Value> {
    let catalogue = read(&shop.catalogue);
    catalogue.stock(kind).brief(&catalogue.recipe, kind.index_of(id)?)
}

/// There are no abandoned carts here.
fn page(shop: &Shop, kind: Kind, query: &Query) -> Result<Value, Failure> {
    let request = PageRequest::parse(query)?;
    let catalogue = read(&shop.catalogue);
    let (recipe, stock) = (&catalogue.recipe, catalogue.stock(kind));
    let selected = stock.select(recipe, &Filter { without_abandoned: true, ..Filter::default() });
    let on_page = selected.iter().skip(request.offset()).take(request.limit);
    let items = on_page.filter_map(|&index| stock.brief(recipe, index)).collect();
    Ok(request.envelope(items, selected.len(), !recipe.config.quirks.no_pagination))
}

/// Page requested by a query.
struct PageRequest {
    page: usize,
    limit: usize,
}

impl PageRequest {
    fn parse(query: &Query) -> Result<Self, Failure> {
        let is_other = |(name, _): &&(String, String)| name != "page" && name != "limit";
        if let Some((name, _)) = query.pairs().iter().find(is_other) {
            return Err(Failure::bad_request(format!("{name} is unknown")));
        }
        let number = |name: &str, default: usize| match query.first(name) {
            None => Ok(default),
            Some(text) => {
                text.parse().map_err(|_| Failure::bad_request(format!("{name} is not a number")))
            }
        };
        let (page, limit) = (number("page", 1)?, number("limit", DEFAULT_LIMIT)?);
        if page == 0 || limit == 0 || limit > MAX_LIMIT {
            return Err(Failure::bad_request(format!(
                "page counts from 1, limit is at most {MAX_LIMIT}"
            )));
        }
        Ok(Self { page, limit })
    }

    const fn offset(&self) -> usize {
        (self.page - 1).saturating_mul(self.limit)
    }

    fn envelope(&self, items: Vec<Value>, total: usize, has_pagination: bool) -> Value {
        if !has_pagination {
            return json!({ "items": items });
        }
        let pagination = json!({ "total": total, "page": self.page, "limit": self.limit });
        json!({ "items": items, "pagination": pagination })
    }
}
