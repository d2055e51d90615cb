//! Errors of reading and writing tables.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::domain::ApiError;

/// A failed read or write of a table.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB rejected the request or was unreachable; the SDK's retries are used up.
    #[error("DynamoDB could not {operation}")]
    Unavailable {
        /// The attempted operation, as an infinitive.
        operation: &'static str,
        /// DynamoDB's code, such as `ProvisionedThroughputExceededException`, or the kind of
        /// connection failure. DynamoDB's message is left out: it can quote a row.
        code: String,
    },
    /// A row does not have the shape that this version of the code writes.
    #[error("a row of {table} cannot be decoded")]
    Malformed {
        /// The table of the row.
        table: &'static str,
    },
    /// Concurrent changes or throttling outlasted all retries.
    #[error("could not {operation}: all retries are used up")]
    Contended {
        /// The attempted operation, as an infinitive.
        operation: &'static str,
    },
}

impl StoreError {
    pub(super) fn sdk<E, R>(operation: &'static str) -> impl Fn(SdkError<E, R>) -> Self
    where
        SdkError<E, R>: ProvideErrorMetadata,
    {
        move |error| {
            let code = error.code().map_or_else(
                || {
                    let kind = match &error {
                        SdkError::ConstructionFailure(_) => "construction failure",
                        SdkError::TimeoutError(_) => "timeout",
                        SdkError::DispatchFailure(_) => "unreachable",
                        SdkError::ResponseError(_) => "malformed response",
                        _ => "unknown",
                    };
                    kind.to_owned()
                },
                str::to_owned,
            );
            tracing::error!(operation, code, "DynamoDB request failed");
            Self::Unavailable { operation, code }
        }
    }

    pub(super) fn malformed(table: &'static str) -> impl Fn(serde_dynamo::Error) -> Self {
        move |_| Self::Malformed { table }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

/// Separates a failed condition, which is an outcome (None), from an error.
pub(super) fn applied<T, E, R>(
    result: Result<T, SdkError<E, R>>,
    operation: &'static str,
) -> Result<Option<T>, StoreError>
where
    SdkError<E, R>: ProvideErrorMetadata,
{
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(error) => Err(StoreError::sdk(operation)(error)),
    }
}
