//! Names of a shop's order statuses, and which of them is the cancelled one.

mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::language::{Languages, UNDETERMINED};
use super::person;

use super::scalar::Scalar;
use super::shape::{MAX_ID, Ref};
use shopcall_domain::OrderStatus;
pub(super) use words::say_cancelled;

/// Bytes; status names are a few words.
pub(super) const MAX_NAME: usize = 256;
/// More languages than any shop has.
const MAX_LANGUAGES: usize = 12;

/// Order statuses of a shop, by resource id.
///
/// Without the permission to read them (`order.status:read`), ids have no names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderStatuses {
    names: BTreeMap<String, BTreeMap<String, String>>,
    /// Status numbers by resource id.
    numbers: BTreeMap<String, String>,
    /// Number or id in the setting `storno_order_status_id`.
    cancelled: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireDescription<'a> {
    name: Scalar<'a>,
    order_status: Ref<'a>,
    language: Ref<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireStatus<'a> {
    inner_id: Scalar<'a>,
}

impl OrderStatuses {
    /// Adds a page of `/orderStatusDescriptions` requested with `full=1`: each item is a name in
    /// one language, stored under the language's code (under its resource id if the code is
    /// unknown). Invalid items and bare links are skipped.
    pub(crate) fn add_names(&mut self, items: &[&RawValue], languages: &Languages) {
        for item in items {
            let wire: WireDescription<'_> = serde_json::from_str(item.get()).unwrap_or_default();
            let (Some(id), Some(name)) =
                (wire.order_status.id(), person::text(&wire.name, MAX_NAME))
            else {
                continue;
            };
            let language = wire.language.id().unwrap_or(UNDETERMINED);
            let language = languages.code(language).unwrap_or(language);
            let names = self.names.entry(id.to_owned()).or_default();
            if names.len() < MAX_LANGUAGES {
                names.entry(language.to_owned()).or_insert(name);
            }
        }
    }

    /// Adds a page of `/orderStatuses` requested with `full=1`, which gives each status the number
    /// that [`Self::set_cancelled`] may use.
    pub(crate) fn add_numbers(&mut self, items: &[&RawValue]) {
        for item in items {
            let wire: WireStatus<'_> = serde_json::from_str(item.get()).unwrap_or_default();
            let reference = Ref::read(item.get());
            if let (Some(id), Some(number)) = (reference.id(), wire.inner_id.text_within(MAX_ID)) {
                self.numbers.insert(id.to_owned(), number);
            }
        }
    }

    /// Sets the status of cancelled orders, by its number or its id, as found by
    /// [`decode_cancelled_status`](super::decode_cancelled_status).
    pub(crate) fn set_cancelled(&mut self, status: String) {
        self.cancelled = Some(status);
    }

    /// Known details of a status.
    pub(super) fn status(&self, id: &str) -> OrderStatus {
        OrderStatus {
            id: Some(id.to_owned()),
            names: self.names.get(id).cloned().unwrap_or_default(),
            is_cancelled: self.is_cancelled(id),
        }
    }

    /// The status of that name if exactly one has it; otherwise only the name, under `language`.
    pub(super) fn named(&self, name: String, language: String) -> OrderStatus {
        let has_it = |names: &BTreeMap<_, String>| names.values().any(|known| *known == name);
        let mut found = self.names.iter().filter(|(_, names)| has_it(names));
        if let (Some((id, _)), None) = (found.next(), found.next()) {
            return self.status(id);
        }
        let is_cancelled = say_cancelled(&name);
        OrderStatus { id: None, names: [(language, name)].into(), is_cancelled }
    }

    /// The status of a resource id or a number, if it is one of the shop's.
    pub(super) fn known(&self, key: &str) -> Option<OrderStatus> {
        let by_number = || self.numbers.iter().find(|(_, number)| *number == key);
        let id = self.names.get_key_value(key).map(|(id, _)| id);
        id.or_else(|| by_number().map(|(id, _)| id)).map(|id| self.status(id))
    }

    /// The status in the shop's settings, or one with a name that says so: the API's records have
    /// no flag for it, and merchants add their own statuses.
    fn is_cancelled(&self, id: &str) -> bool {
        let is_set = self
            .cancelled
            .as_deref()
            .is_some_and(|cancelled| [Some(id), self.number(id)].contains(&Some(cancelled)));
        is_set || self.names.get(id).is_some_and(|n| n.values().any(|n| say_cancelled(n)))
    }

    fn number(&self, id: &str) -> Option<&str> {
        self.numbers.get(id).map(String::as_str)
    }
}

#[cfg(test)]
mod tests;
