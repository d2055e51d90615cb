//! Faults of DynamoDB that dynoxide does not produce.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A fault of DynamoDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DynamoFault {
    /// Conflict with another transaction.
    Conflict,
    /// The call takes effect, but its answer is an internal error.
    LostAnswer,
    /// The caller lacks the permission, which is final.
    Denied,
    /// The call has no effect and is never answered.
    Hang,
}

#[derive(Debug)]
pub(super) struct Planned {
    /// Operation; empty for any of DynamoDB's.
    pub(super) operation: String,
    /// Table, or `(transaction)`; empty for any.
    pub(super) table: String,
    pub(super) fault: DynamoFault,
    /// Calls that pass before the fault.
    pub(super) passed: usize,
    /// Calls that the fault affects.
    pub(super) count: usize,
}

impl Planned {
    /// Counts a call and returns its fault, if any.
    pub(super) fn meet(&mut self, operation: &str, request: &Value) -> Option<DynamoFault> {
        let table = request["TableName"].as_str().unwrap_or("(transaction)");
        let is_operation = match &*self.operation {
            "" => !["PutEvents", "GetSecretValue"].contains(&operation),
            planned => planned == operation,
        };
        let is_it = is_operation && (self.table.is_empty() || self.table == table);
        if !is_it || self.count == 0 {
            return None;
        }
        if self.passed > 0 {
            self.passed -= 1;
            return None;
        }
        self.count -= 1;
        Some(self.fault)
    }
}

pub(super) fn answer(fault: DynamoFault, request: &Value) -> Response {
    let items = request["TransactItems"].as_array();
    let (status, kind) = match (fault, items) {
        (DynamoFault::Conflict, None) => (StatusCode::BAD_REQUEST, "TransactionConflictException"),
        (DynamoFault::Conflict, Some(_)) => {
            (StatusCode::BAD_REQUEST, "TransactionCanceledException")
        }
        (DynamoFault::LostAnswer, _) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
        (DynamoFault::Denied | DynamoFault::Hang, _) => {
            (StatusCode::BAD_REQUEST, "AccessDeniedException")
        }
    };
    let mut body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}") });
    if let (DynamoFault::Conflict, Some(items)) = (fault, items) {
        let mut reasons = vec![json!({ "Code": "None" }); items.len()];
        reasons[0] = json!({ "Code": "TransactionConflict" });
        body["CancellationReasons"] = reasons.into();
    }
    (status, Json(body)).into_response()
}
