//! Reading and changing a shop's records.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Churn, ListedRecord, Listing, RecordKey, ShopHandle};
use crate::{
    ControlError, Kind,
    delivery::{Change, OrderEvent, announce, announce_change},
    seed::{Draw, Stream},
    world::{read, write},
};

/// Maximum number of records in a listing.
const MAX_LISTED: usize = 10_000;

/// Access to records.
impl ShopHandle {
    /// Number of live records.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        read(&self.shop.catalogue).stock(kind).count()
    }

    /// Lists live records in the API's order, at most 10,000 per call.
    #[must_use]
    pub fn list(&self, kind: Kind, offset: usize, limit: usize) -> Listing {
        let catalogue = read(&self.shop.catalogue);
        let live = catalogue.stock(kind).select(&catalogue.recipe, &Default::default());
        let line = |&index: &u32| {
            let inner_id = kind.inner_id(index);
            ListedRecord { index, id: kind.id(inner_id), inner_id }
        };
        let items = live.iter().skip(offset).take(limit.min(MAX_LISTED)).map(line).collect();
        Listing { total: live.len(), offset, items }
    }

    /// Returns a record's expected values in normal form.
    ///
    /// # Errors
    /// If there is no such record.
    pub fn record(&self, kind: Kind, key: impl Into<RecordKey>) -> Result<Value, ControlError> {
        let (index, unknown) = resolve(kind, key.into())?;
        let catalogue = read(&self.shop.catalogue);
        catalogue.stock(kind).normalized(&catalogue.recipe, index).ok_or(unknown)
    }

    /// Returns the expected values of several records.
    #[must_use]
    pub fn records(&self, kind: Kind, offset: usize, limit: usize) -> Vec<Value> {
        let listed = self.list(kind, offset, limit).items;
        let catalogue = read(&self.shop.catalogue);
        let stock = catalogue.stock(kind);
        listed.iter().filter_map(|line| stock.normalized(&catalogue.recipe, line.index)).collect()
    }

    /// Returns the record in the format of the API's `…Extend` resource.
    ///
    /// # Errors
    /// If there is no such record.
    pub fn raw(&self, kind: Kind, key: impl Into<RecordKey>) -> Result<Value, ControlError> {
        let (index, unknown) = resolve(kind, key.into())?;
        let catalogue = read(&self.shop.catalogue);
        catalogue.stock(kind).wire(&catalogue.recipe, index).ok_or(unknown)
    }

    /// Adds a generated record overridden by the given values, and returns its index.
    ///
    /// # Errors
    /// If the patch does not fit the record.
    pub fn add(&self, kind: Kind, patch: &Value) -> Result<u32, ControlError> {
        let index = {
            let mut catalogue = write(&self.shop.catalogue);
            let (recipe, stock) = catalogue.stock_mut(kind);
            stock.add(recipe, patch, now())?
        };
        announce_change(&self.world, &self.shop, kind, Change::Created, index);
        Ok(index)
    }

    /// Changes a record's values by merge patch and updates its date; an empty object only
    /// updates the date.
    ///
    /// # Errors
    /// If there is no such record or the patch does not fit it.
    pub fn update(
        &self,
        kind: Kind,
        key: impl Into<RecordKey>,
        patch: &Value,
    ) -> Result<(), ControlError> {
        let (index, _) = resolve(kind, key.into())?;
        {
            let mut catalogue = write(&self.shop.catalogue);
            let (recipe, stock) = catalogue.stock_mut(kind);
            stock.patch(recipe, index, patch, now())?;
        }
        announce_change(&self.world, &self.shop, kind, Change::Updated, index);
        Ok(())
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// If there is no such record.
    pub fn delete(&self, kind: Kind, key: impl Into<RecordKey>) -> Result<(), ControlError> {
        let (index, unknown) = resolve(kind, key.into())?;
        let deleted = write(&self.shop.catalogue).stock_mut(kind).1.delete(index);
        if !deleted {
            return Err(unknown);
        }
        announce_change(&self.world, &self.shop, kind, Change::Deleted, index);
        Ok(())
    }

    /// Adds, changes and deletes records at random, and returns the indices of each.
    ///
    /// # Errors
    /// If a limit is reached.
    pub fn churn(&self, kind: Kind, churn: Churn) -> Result<[Vec<u32>; 3], ControlError> {
        let mut draw = Draw::new(churn.seed, Stream::Churn, kind.salt(), 0);
        let mut catalogue = write(&self.shop.catalogue);
        let (recipe, stock) = catalogue.stock_mut(kind);
        let mut live = stock.select(recipe, &Default::default());
        let mut take = |count: u32| -> Vec<u32> {
            let count = (count as usize).min(live.len());
            (0..count)
                .map(|_| {
                    live.swap_remove(draw.below(u32::try_from(live.len()).unwrap_or(0)) as usize)
                })
                .collect()
        };
        let (updated, deleted) = (take(churn.update), take(churn.delete));
        for &index in &updated {
            let patch = changed_truth(kind, index, churn.seed);
            stock.patch(recipe, index, &patch, now())?;
        }
        for &index in &deleted {
            stock.delete(index);
        }
        let added: Result<Vec<_>, _> =
            (0..churn.add).map(|_| stock.add(recipe, &json!({}), now())).collect();
        Ok([added?, updated, deleted])
    }

    /// Places an order, sends its webhooks, and returns its index.
    ///
    /// # Errors
    /// If the patch does not fit an order.
    pub fn place_order(&self, patch: &Value) -> Result<u32, ControlError> {
        let mut whole = json!({ "status": 1 });
        if let (Some(whole), Some(patch)) = (whole.as_object_mut(), patch.as_object()) {
            whole.extend(patch.clone());
        }
        let index = self.add(Kind::Orders, &whole)?;
        announce(&self.world, &self.shop, OrderEvent::Placed, index);
        Ok(index)
    }

    /// Adds an abandoned cart, sends its webhooks, and returns its index.
    ///
    /// # Errors
    /// If a limit is reached.
    pub fn abandon_cart(&self) -> Result<u32, ControlError> {
        let index = self.add(Kind::Orders, &json!({ "status": null }))?;
        announce(&self.world, &self.shop, OrderEvent::CartAbandoned, index);
        Ok(index)
    }

    /// Changes an order's status and sends its webhooks.
    ///
    /// # Errors
    /// If there is no such order or status.
    pub fn set_order_status(
        &self,
        key: impl Into<RecordKey>,
        status: u32,
    ) -> Result<(), ControlError> {
        let (index, _) = resolve(Kind::Orders, key.into())?;
        self.update(Kind::Orders, index, &json!({ "status": status }))?;
        announce(&self.world, &self.shop, OrderEvent::StatusChanged, index);
        Ok(())
    }
}

fn resolve(kind: Kind, key: RecordKey) -> Result<(u32, ControlError), ControlError> {
    match key {
        RecordKey::Index(index) => Ok((index, ControlError::UnknownRecord(index.to_string()))),
        RecordKey::Id(id) => {
            let unknown = ControlError::UnknownRecord(id.clone());
            kind.index_of(&id).map(|index| (index, unknown.clone())).ok_or(unknown)
        }
    }
}

/// Current time in whole seconds, the API's resolution.
fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()
}

/// Changes that are visible in the API.
fn changed_truth(kind: Kind, index: u32, seed: u64) -> Value {
    match kind {
        Kind::Products => {
            json!({ "price": ((u64::from(index) + seed) % 9_000 + 1).to_string(), "special": null })
        }
        Kind::Orders => json!({ "comment": format!("módosítva {seed}"), "status": 5 }),
        Kind::Customers => json!({ "family": format!("Módosult-{seed}") }),
    }
}
