//! What must never be kept, planted all over a record.

use serde::Serialize;
use serde_json::{Value, json};

use super::decoded::Decoded;

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

/// Looks for it in everything that is kept or printed of a record.
pub(super) fn assert_nothing_planted<T: Serialize + std::fmt::Debug>(decoded: &Decoded<T>) {
    let stored = decoded.raw.unpack().unwrap();
    let row = serde_json::to_string(&decoded.record).unwrap();
    for text in [stored, row, format!("{decoded:?}")] {
        assert!(!text.contains(PLANTED), "{text}");
    }
}
