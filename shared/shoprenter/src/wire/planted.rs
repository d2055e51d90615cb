//! Values that must never be stored, planted in every object of a record.

use serde::Serialize;
use serde_json::{Value, json};

const PLANTED: &str = "planted-secret";

/// Adds the forbidden fields to every object, including linked and unknown ones.
pub(super) fn plant(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(plant),
        Value::Object(fields) => {
            fields.values_mut().for_each(plant);
            fields.insert("password".into(), json!(PLANTED));
            fields.insert("ip".into(), json!({"id": PLANTED, "value": [PLANTED]}));
            fields.insert("orderCreditCards".into(), json!([{"id": PLANTED, "name": PLANTED}]));
        }
        _ => {}
    }
}

/// Searches the stored and the printed form of a record for planted values.
pub(super) fn assert_nothing_planted<T: Serialize + std::fmt::Debug>(record: &T) {
    for text in [serde_json::to_string(record).unwrap(), format!("{record:?}")] {
        assert!(!text.contains(PLANTED), "{text}");
    }
}
