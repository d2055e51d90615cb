//! Pages of a collection and their envelope.

use std::ops::Range;

use serde_json::{Value, json};

use super::{
    failure::Failure,
    query::Query,
    resource::{Resource, Spelling},
};
use crate::wire::{Object, href};

const MAX_LIMIT: usize = 200;
const DEFAULT_LIMIT: usize = 25;

/// Page requested by a query.
#[derive(Clone, Debug)]
pub(crate) struct PageRequest {
    page: usize,
    limit: usize,
    pub(crate) full: bool,
    /// Other query parameters, which links repeat.
    rest: String,
}

impl PageRequest {
    pub(crate) fn parse(query: &Query) -> Result<Self, Failure> {
        let number = |name: &str, default: usize| match query.first(name) {
            None => Ok(default),
            Some(text) => {
                text.parse().map_err(|_| Failure::bad_request(format!("{name} is not a number")))
            }
        };
        let (page, limit) = (number("page", 0)?, number("limit", DEFAULT_LIMIT)?);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(Failure::bad_request(format!("limit must be from 1 to {MAX_LIMIT}")));
        }
        let others = query.pairs().iter().filter(|(name, _)| name != "page" && name != "limit");
        let rest = others.map(|(name, value)| format!("{name}={value}&")).collect();
        let full = query.first("full").is_some_and(|full| full != "0");
        Ok(Self { page, limit, full, rest })
    }

    fn pages(&self, total: usize) -> usize {
        total.div_ceil(self.limit)
    }

    /// Positions on this page. A page past the end is an error, except for the first page of an
    /// empty collection.
    pub(crate) fn range(&self, total: usize) -> Result<Range<usize>, Failure> {
        if self.page > 0 && self.page >= self.pages(total) {
            return Err(Failure::past_the_end());
        }
        let start = self.page * self.limit;
        Ok(start..total.min(start + self.limit))
    }

    fn link(&self, shop: &str, resource: &Resource, page: usize) -> Value {
        let query = format!("{}page={page}&limit={}", self.rest, self.limit);
        json!({ "href": href(shop, &format!("{}?{query}", resource.name)) })
    }

    /// Builds the page with its links, all of which name the old host.
    pub(crate) fn envelope(
        &self,
        shop: &str,
        resource: &Resource,
        total: usize,
        items: Vec<Value>,
        bare_items: bool,
    ) -> Value {
        let spell = |number: usize| match resource.spelling {
            Spelling::Text => json!(number.to_string()),
            Spelling::Number => json!(number),
        };
        let last = self.pages(total).saturating_sub(1);
        let link = |page| self.link(shop, resource, page);
        let mut envelope = Object::new();
        let mut set = |name: &str, value| envelope.insert(name.to_owned(), value);
        let own = link(self.page).get("href").cloned();
        set("href", own.unwrap_or_default());
        set("page", spell(self.page));
        if resource.has_page_count {
            set("pageCount", spell(self.pages(total)));
        }
        set("limit", spell(self.limit));
        set("first", link(0));
        set("previous", self.page.checked_sub(1).map_or(Value::Null, link));
        set("next", if self.page < last { link(self.page + 1) } else { Value::Null });
        set("last", link(last));
        set("items", one_or_many(items, bare_items));
        Value::Object(envelope)
    }
}

fn one_or_many(mut items: Vec<Value>, bare: bool) -> Value {
    if bare && items.len() == 1 { items.pop().unwrap_or_default() } else { Value::Array(items) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::resource;

    fn request(query: &str) -> PageRequest {
        PageRequest::parse(&Query::parse(query)).expect("a page")
    }

    #[test]
    fn pages_start_at_zero_and_last_next_is_null() {
        let products = resource::find("productExtend").expect("a resource");
        let page = request("full=1&page=1&limit=2");
        assert_eq!(page.range(4), Ok(2..4));
        let envelope = page.envelope("bolt", products, 4, vec![json!(1), json!(2)], true);
        assert_eq!(envelope["pageCount"], json!("2"));
        assert_eq!(envelope["next"], Value::Null);
        assert_eq!(
            envelope["previous"]["href"],
            json!("https://bolt.api.myshoprenter.hu/productExtend?full=1&page=0&limit=2")
        );
    }

    #[test]
    fn page_past_end_fails_except_first_when_empty() {
        assert_eq!(request("page=2&limit=2").range(4), Err(Failure::past_the_end()));
        assert_eq!(request("").range(0), Ok(0..0));
    }

    #[test]
    fn limit_above_200_is_refused() {
        assert!(PageRequest::parse(&Query::parse("limit=201")).is_err());
        assert!(PageRequest::parse(&Query::parse("page=-1")).is_err());
    }
}
