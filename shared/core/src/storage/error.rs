//! What can go wrong with a table.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::domain::ApiError;

/// A table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB refused or could not be reached; its own retries are used up.
    #[error("DynamoDB could not {operation}")]
    Unavailable {
        /// What was asked for.
        operation: &'static str,
        /// DynamoDB's code, such as `ProvisionedThroughputExceededException`, or the way in which
        /// it could not be reached. Its message is left out: it can quote a row.
        code: String,
    },
    /// A row has not the shape that this version of the code writes.
    #[error("a row of {table} cannot be read")]
    Malformed {
        /// The repository it was read by.
        table: &'static str,
    },
    /// Others kept changing the row.
    #[error("{operation} lost every race")]
    Contended {
        /// What was tried.
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
                        SdkError::DispatchFailure(_) => "not reached",
                        SdkError::ResponseError(_) => "unreadable answer",
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

/// Tells a refused condition, which is an outcome, from a failure: None where it was refused.
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
