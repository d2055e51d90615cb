//! What DynamoDB took, row by row.

use serde_json::Value;

/// A row that was put, as DynamoDB's JSON has it.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptedPut {
    /// The table.
    pub table: String,
    /// The row.
    pub item: Value,
    /// What its condition compared with.
    pub values: Value,
}

/// The rows that a request puts one by one, alone or in a transaction.
pub(super) fn puts(operation: &str, request: &Value) -> Vec<AcceptedPut> {
    let put = |put: &Value| {
        Some(AcceptedPut {
            table: put["TableName"].as_str()?.to_owned(),
            item: put["Item"].clone(),
            values: put["ExpressionAttributeValues"].clone(),
        })
    };
    match operation {
        "PutItem" => put(request).into_iter().collect(),
        "TransactWriteItems" => {
            let items = request["TransactItems"].as_array().into_iter().flatten();
            items.filter_map(|item| put(&item["Put"])).collect()
        }
        _ => Vec::new(),
    }
}
