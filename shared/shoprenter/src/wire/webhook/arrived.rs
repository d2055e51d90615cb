//! Names of the fields that a delivery has, as they are requested.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::webhook_fields::requested_name;

/// Every other name, so that the number of names is bounded.
const OTHER: &str = "other";

/// An object's fields.
type Fields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// A line, or a list of them.
#[derive(Deserialize)]
struct Lines<'a> {
    #[serde(borrow, rename = "orderProduct")]
    lines: Option<&'a RawValue>,
}

/// The names that ShopRenter requests an order's fields by; `other` for fields that were not
/// requested.
pub(super) fn names(order: &str) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for (name, value) in fields(order) {
        match &*name {
            "orderHistory" => add(&mut names, "orderHistory", value.get()),
            "orderProducts" => {
                let lines: Option<Lines<'_>> = serde_json::from_str(value.get()).ok();
                let lines = lines.and_then(|lines| lines.lines).map_or("", RawValue::get);
                let first: Result<Vec<&RawValue>, _> = serde_json::from_str(lines);
                let first = first.map_or(lines, |list| list.first().map_or("", |line| line.get()));
                add(&mut names, "orderProduct", first);
            }
            name => {
                names.insert(requested_name("order", name).unwrap_or(OTHER));
            }
        }
    }
    names
}

fn add(names: &mut BTreeSet<&'static str>, group: &str, object: &str) {
    let known = |name: &Cow<'_, str>| requested_name(group, name).unwrap_or(OTHER);
    names.extend(fields(object).keys().map(known));
}

fn fields(object: &str) -> Fields<'_> {
    serde_json::from_str(object).unwrap_or_default()
}
