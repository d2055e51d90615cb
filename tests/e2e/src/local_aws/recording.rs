//! Recording of the rows that DynamoDB accepted.

use serde_json::Value;

/// A row put, in DynamoDB's JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptedPut {
    /// Name of the table.
    pub table: String,
    /// Attributes of the row.
    pub item: Value,
    /// Values in the condition expression.
    pub values: Value,
}

/// Extracts the rows that a request puts one by one, alone or in a transaction.
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
