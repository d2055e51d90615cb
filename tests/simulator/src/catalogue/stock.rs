//! Records of one kind.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{Filter, Kind, Recipe, Record};
use crate::{ControlError, config::MAX_RECORDS};

/// Generated records of one kind with an overlay of changed, added and deleted ones.
#[derive(Debug)]
pub(crate) struct Stock<T> {
    next: u32,
    changed: BTreeMap<u32, T>,
    deleted: BTreeSet<u32>,
}

/// Stock of a kind known only at run time.
pub(crate) trait AnyStock: Send + Sync {
    fn count(&self) -> usize;
    fn exists(&self, index: u32) -> bool;
    /// Id in the API: the outer one, if the record has one.
    fn api_id(&self, recipe: &Recipe, index: u32) -> String;
    /// Index of the record with this id, inner or outer.
    fn index_of(&self, recipe: &Recipe, id: &str) -> Option<u32>;
    fn select(&self, recipe: &Recipe, filter: &Filter) -> Vec<u32>;
    fn wire(&self, recipe: &Recipe, index: u32) -> Option<Value>;
    fn brief(&self, recipe: &Recipe, index: u32) -> Option<Value>;
    fn normalized(&self, recipe: &Recipe, index: u32) -> Option<Value>;
    fn add(&mut self, recipe: &Recipe, patch: &Value, now: Timestamp) -> Result<u32, ControlError>;
    fn patch(
        &mut self,
        recipe: &Recipe,
        index: u32,
        patch: &Value,
        now: Timestamp,
    ) -> Result<(), ControlError>;
    fn delete(&mut self, index: u32) -> bool;
}

impl<T: Record> Stock<T> {
    pub(super) fn new(total: u32) -> Self {
        Self { next: total, changed: BTreeMap::new(), deleted: BTreeSet::new() }
    }

    pub(super) fn read(&self, recipe: &Recipe, index: u32) -> Option<T> {
        if !self.exists(index) {
            return None;
        }
        Some(self.changed.get(&index).cloned().unwrap_or_else(|| T::generate(recipe, index)))
    }

    fn outer_id(&self, recipe: &Recipe, index: u32) -> Option<String> {
        match self.changed.get(&index) {
            Some(record) => record.outer_id().map(str::to_owned),
            None => T::generated_outer_id(recipe, index),
        }
    }

    fn admits_dates(&self, recipe: &Recipe, filter: &Filter, index: u32) -> bool {
        let (created, updated) = self.changed.get(&index).map_or_else(
            || {
                let dates = recipe.dates(T::KIND, index);
                (Some(dates.created), dates.updated)
            },
            Record::dates,
        );
        filter.admits_dates(created, updated, &recipe.zone)
    }

    /// Uses the changed record's field, or else generates this field alone.
    fn admits_status(&self, recipe: &Recipe, filter: &Filter, index: u32) -> bool {
        let status = match self.changed.get(&index) {
            Some(record) => {
                let normalized = record.normalized(recipe);
                normalized.get("status").and_then(Value::as_u64).and_then(|s| u32::try_from(s).ok())
            }
            None => recipe.order_status(index),
        };
        filter.admits_status(status)
    }

    fn admits_email(&self, recipe: &Recipe, filter: &Filter, index: u32) -> bool {
        let Some(changed) = self.changed.get(&index) else {
            return filter.admits_email(T::email(recipe, index).as_deref());
        };
        let normalized = changed.normalized(recipe);
        filter.admits_email(normalized.get("email").and_then(Value::as_str))
    }

    fn apply(record: &T, patch: &Value) -> Result<T, ControlError> {
        let mut whole = serde_json::to_value(record)?;
        for fixed in ["index", "id", "inner_id"] {
            if patch.get(fixed).is_some() {
                return Err(ControlError::invalid(format!("{fixed} cannot be set")));
            }
        }
        merge(&mut whole, patch);
        let mut record: T = serde_json::from_value(whole)?;
        record.settle(patch).map_err(ControlError::invalid)?;
        Ok(record)
    }
}

impl<T: Record> AnyStock for Stock<T> {
    fn count(&self) -> usize {
        (self.next as usize).saturating_sub(self.deleted.len())
    }

    fn exists(&self, index: u32) -> bool {
        index < self.next && !self.deleted.contains(&index)
    }

    fn api_id(&self, recipe: &Recipe, index: u32) -> String {
        let own = || T::KIND.id(T::KIND.inner_id(index));
        self.outer_id(recipe, index).unwrap_or_else(own)
    }

    fn index_of(&self, recipe: &Recipe, id: &str) -> Option<u32> {
        if let Some(index) = T::KIND.index_of(id) {
            return Some(index);
        }
        let mut changed = self.changed.iter();
        if let Some((index, _)) = changed.find(|(_, record)| record.outer_id() == Some(id)) {
            return Some(*index);
        }
        let index = T::index_of_outer_id(id)?;
        (self.outer_id(recipe, index).as_deref() == Some(id)).then_some(index)
    }

    fn select(&self, recipe: &Recipe, filter: &Filter) -> Vec<u32> {
        let lowest = filter.inner_id_min.map_or(0, |min| min.saturating_sub(T::KIND.inner_id(0)));
        let is_number =
            |index: u32| filter.inner_id.is_none_or(|wanted| wanted == T::KIND.inner_id(index));
        let has_status = matches!(T::KIND, Kind::Orders) && filter.needs_status();
        (lowest..self.next)
            .filter(|index| is_number(*index) && !self.deleted.contains(index))
            .filter(|&index| !filter.needs_dates() || self.admits_dates(recipe, filter, index))
            .filter(|&index| !has_status || self.admits_status(recipe, filter, index))
            .filter(|&index| filter.email.is_none() || self.admits_email(recipe, filter, index))
            .collect()
    }

    fn wire(&self, recipe: &Recipe, index: u32) -> Option<Value> {
        self.read(recipe, index).map(|record| record.wire(recipe))
    }

    fn brief(&self, recipe: &Recipe, index: u32) -> Option<Value> {
        self.read(recipe, index).map(|record| record.brief(recipe))
    }

    fn normalized(&self, recipe: &Recipe, index: u32) -> Option<Value> {
        self.read(recipe, index).map(|record| record.normalized(recipe))
    }

    fn add(&mut self, recipe: &Recipe, patch: &Value, now: Timestamp) -> Result<u32, ControlError> {
        if self.next >= MAX_RECORDS.saturating_mul(2) {
            return Err(ControlError::TooMany("records"));
        }
        let index = self.next;
        let mut fresh = T::generate(recipe, index);
        fresh.stamp(Some(now), now);
        let record = Self::apply(&fresh, patch)?;
        self.next = index.saturating_add(1);
        self.changed.insert(record.index(), record);
        Ok(index)
    }

    fn patch(
        &mut self,
        recipe: &Recipe,
        index: u32,
        patch: &Value,
        now: Timestamp,
    ) -> Result<(), ControlError> {
        let mut record = self
            .read(recipe, index)
            .ok_or_else(|| ControlError::UnknownRecord(index.to_string()))?;
        record.stamp(None, now);
        self.changed.insert(index, Self::apply(&record, patch)?);
        Ok(())
    }

    fn delete(&mut self, index: u32) -> bool {
        self.changed.remove(&index);
        self.exists(index) && self.deleted.insert(index)
    }
}

/// RFC 7396.
fn merge(into: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = into else { return };
    for (name, change) in changes {
        if change.is_null() {
            fields.insert(name.clone(), Value::Null);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}
