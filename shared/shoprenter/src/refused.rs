//! Collections that a shop refused to a session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Collections that a session was refused, with the permission that is missing, if it is known.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<BTreeMap<&'static str, Option<&'static str>>>);

impl Refused {
    pub(super) fn add(&self, collection: &'static str, permission: Option<&'static str>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(collection, permission);
    }

    pub(super) fn has(&self, collection: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(collection)
    }

    /// Permissions that the refused reads lacked.
    pub(super) fn permissions(&self) -> BTreeSet<&'static str> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.values().copied().flatten().collect()
    }
}
