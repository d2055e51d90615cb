//! Retries by the SDK of a request that had already succeeded.
//!
//! The SDK resends a request whose response is late or lost. If the first attempt was carried out,
//! its own write makes the condition of the second one fail. Each claim therefore writes a unique
//! owner to `claimed_by` and requests the row that failed the condition. (Letting the second
//! attempt pass would not be safe: the first one may also arrive late, and would then take the
//! claim from its owner.)

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

use super::keys::Item;

/// The row that failed a request's condition, if `owner` wrote it.
pub(super) fn written_by<'a, E: Refusal, R>(
    error: &'a SdkError<E, R>,
    owner: &str,
) -> Option<&'a Item> {
    let row = error.as_service_error()?.row()?;
    let by = row.get("claimed_by")?.as_s().ok()?;
    (by == owner).then_some(row)
}

/// An error that carries the row that failed a condition.
pub(super) trait Refusal {
    fn row(&self) -> Option<&Item>;
}

impl Refusal for PutItemError {
    fn row(&self) -> Option<&Item> {
        match self {
            Self::ConditionalCheckFailedException(refusal) => refusal.item(),
            _ => None,
        }
    }
}

impl Refusal for UpdateItemError {
    fn row(&self) -> Option<&Item> {
        match self {
            Self::ConditionalCheckFailedException(refusal) => refusal.item(),
            _ => None,
        }
    }
}
