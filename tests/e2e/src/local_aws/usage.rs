//! Counters of AWS calls.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// Counts since the start or the last [`take_usage`](super::LocalAws::take_usage).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usage {
    /// Calls by operation (`Query`, `PutEvents`) and table; the table is empty for other services.
    pub calls: BTreeMap<(String, String), u64>,
    /// Rows put or updated by table, including those that a condition refuses.
    pub rows_written: BTreeMap<String, u64>,
    /// Rows deleted by table.
    pub rows_deleted: BTreeMap<String, u64>,
    /// Read capacity units by table, indexes included; counted on
    /// [request](super::LocalAws::measure_capacity).
    pub read_units: BTreeMap<String, f64>,
    /// Write capacity units by table, likewise.
    pub write_units: BTreeMap<String, f64>,
    /// Number of writes of each row by table and key; counted on
    /// [request](super::LocalAws::remember_keys).
    pub writes_of_row: HashMap<(String, String), u32>,
}

impl Usage {
    /// Calls of one operation on all tables.
    pub fn calls_of(&self, operation: &str) -> u64 {
        self.calls.iter().filter(|((name, _), _)| name == operation).map(|(_, count)| count).sum()
    }

    /// Total number of calls.
    pub fn total_calls(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Calls of DynamoDB operations.
    pub fn dynamodb_calls(&self) -> u64 {
        self.calls.iter().filter(|((_, table), _)| !table.is_empty()).map(|(_, n)| n).sum()
    }

    /// Rows of `table` put or updated.
    pub fn rows_written_to(&self, table: &str) -> u64 {
        self.rows_written.get(table).copied().unwrap_or(0)
    }

    /// Counts a call and the rows it names. `operation` is the last part of the target header.
    pub(super) fn note_call(&mut self, operation: &str, request: &Value, with_keys: bool) {
        let tables = match (operation, request["TransactItems"].as_array()) {
            ("BatchWriteItem" | "BatchGetItem", _) => request["RequestItems"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(t, _)| &**t)
                .collect(),
            (_, Some(_)) => vec!["(transaction)"],
            _ => vec![request["TableName"].as_str().unwrap_or_default()],
        };
        for table in tables {
            *self.calls.entry((operation.to_owned(), table.to_owned())).or_default() += 1;
        }
        for (table, write) in writes(operation, request) {
            let Write::Put(key) = write else {
                *self.rows_deleted.entry(table.to_owned()).or_default() += 1;
                continue;
            };
            *self.rows_written.entry(table.to_owned()).or_default() += 1;
            if with_keys {
                *self.writes_of_row.entry((table.to_owned(), key_of(key))).or_default() += 1;
            }
        }
    }

    /// Adds the capacity units reported by an answer.
    pub(super) fn note_capacity(&mut self, operation: &str, answer: &Value) {
        let reads = ["GetItem", "BatchGetItem", "Query", "Scan"].contains(&operation);
        let units = if reads { &mut self.read_units } else { &mut self.write_units };
        let consumed = &answer["ConsumedCapacity"];
        for one in
            consumed.as_array().into_iter().flatten().chain(consumed.as_object().map(|_| consumed))
        {
            let table = one["TableName"].as_str().unwrap_or_default().to_owned();
            *units.entry(table).or_default() += one["CapacityUnits"].as_f64().unwrap_or_default();
        }
    }
}

enum Write<'a> {
    /// A put or update: the row, or its key.
    Put(&'a Value),
    Delete,
}

/// Extracts a request's writes with their tables.
fn writes<'a>(operation: &str, request: &'a Value) -> Vec<(&'a str, Write<'a>)> {
    let table = request["TableName"].as_str().unwrap_or_default();
    match operation {
        "PutItem" => vec![(table, Write::Put(&request["Item"]))],
        "UpdateItem" => vec![(table, Write::Put(&request["Key"]))],
        "DeleteItem" => vec![(table, Write::Delete)],
        "BatchWriteItem" => request["RequestItems"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(table, writes)| {
                writes.as_array().into_iter().flatten().map(move |w| (&**table, w))
            })
            .map(|(table, write)| match &write["PutRequest"]["Item"] {
                Value::Null => (table, Write::Delete),
                item => (table, Write::Put(item)),
            })
            .collect(),
        "TransactWriteItems" => request["TransactItems"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| {
                let put = |part: &'a Value, row: &str| {
                    Some((part["TableName"].as_str()?, Write::Put(&part[row])))
                };
                put(&item["Put"], "Item")
                    .or_else(|| put(&item["Update"], "Key"))
                    .or_else(|| Some((item["Delete"]["TableName"].as_str()?, Write::Delete)))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Key of a row as text, for any of the tables.
fn key_of(row: &Value) -> String {
    let part = |names: &[&str]| {
        names.iter().find_map(|name| row[name]["S"].as_str()).unwrap_or_default().to_owned()
    };
    format!("{} {}", part(&["store_id", "pk"]), part(&["kind", "run", "id"]))
}
