//! DynamoDB errors that are retried in addition to the SDK's own list.

use std::error::Error;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_smithy_runtime_api::client::interceptors::context;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// A write to a row of a running transaction is refused, and the SDK does not retry it.
/// Transactions take milliseconds.
#[derive(Debug)]
pub(super) struct ConflictClassifier;

impl ClassifyRetry for ConflictClassifier {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        match error.as_operation_error() {
            Some(error) if is_conflict(error) => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "DynamoDB transaction conflict"
    }
}

fn is_conflict(error: &context::Error) -> bool {
    is::<PutItemError>(error)
        || is::<UpdateItemError>(error)
        || is::<DeleteItemError>(error)
        || is::<BatchWriteItemError>(error)
}

fn is<E>(error: &context::Error) -> bool
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    error.downcast_ref::<E>().and_then(|error| error.code()) == Some("TransactionConflictException")
}
