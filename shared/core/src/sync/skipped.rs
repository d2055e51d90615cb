//! Reports fields that a platform's decoders could not use.

use crate::domain::{ShopSource, StoreId};
use crate::runtime::telemetry;

/// Logs and counts the unusable fields of everything `source` has decoded since the last call.
pub fn report_skipped_fields(source: &dyn ShopSource, store: &StoreId) {
    for (resource, fields) in source.take_skipped() {
        for (field, count) in fields.iter() {
            let name = format!("{resource}.{field}");
            tracing::warn!(store_id = %store, field = name, count, "a field could not be used");
            telemetry::count("FieldSkipped", ("field", &name), count);
        }
    }
}
