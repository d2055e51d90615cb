//! What must never be kept, planted all over a record.

use serde::Serialize;
use serde_json::{Value, json};

const PLANTED: &str = "planted-secret";

/// Puts it into every object, the linked and the unknown ones included.
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

/// Looks for it in what is stored and in what is printed of a record.
pub(super) fn assert_nothing_planted<T: Serialize + std::fmt::Debug>(record: &T) {
    for text in [serde_json::to_string(record).unwrap(), format!("{record:?}")] {
        assert!(!text.contains(PLANTED), "{text}");
    }
}
