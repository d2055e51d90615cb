//! Corruption of serialised records.

use serde_json::{Value, json};

use crate::catalogue::Poison;

/// Corrupts a record. `list` and `number` name the fields of its list and its main number.
pub(super) fn spoil(mut record: Value, poison: Option<Poison>, list: &str, number: &str) -> Value {
    let (Some(poison), Some(fields)) = (poison, record.as_object_mut()) else { return record };
    match poison {
        Poison::NoId => {
            fields.remove("id");
            fields.remove("href");
        }
        Poison::WrongType => {
            fields.insert(list.to_owned(), json!("hibás"));
        }
        Poison::BadNumber => {
            fields.insert(number.to_owned(), json!("abc"));
        }
        Poison::NotAnObject => return json!("hibás rekord"),
    }
    record
}
