//! Requests that meet their own effect.
//!
//! The SDK sends a request again when its answer is late or lost; where the first one has been
//! carried out, the second is refused by what the first one wrote. Whoever writes a claim therefore
//! puts a name of its own into `claimed_by`, and asks to be shown the row that refuses it. (To let
//! the second one pass would be no cure: the first may be late too, and would take the claim from
//! its owner.)

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

use super::keys::Item;

/// The row by which a request was refused, if `owner` wrote it.
pub(super) fn written_by<'a, E: Refusal, R>(
    error: &'a SdkError<E, R>,
    owner: &str,
) -> Option<&'a Item> {
    let row = error.as_service_error()?.row()?;
    let by = row.get("claimed_by")?.as_s().ok()?;
    (by == owner).then_some(row)
}

/// An error that tells the row by which a condition was refused.
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
