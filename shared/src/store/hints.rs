//! What webhooks have said of orders lately, so that what they say twice is worked on once.
//!
//! A row an order has the digest of what was said last, and whether that is done. Only the last:
//! an order that goes from one state to another and back has changed twice, and sent three webhooks
//! of which the first and the last are the same.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use crate::domain::{Generation, StoreId};

/// Longer than the same webhook is on its way.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How long one delivery is left to work on it; longer than the function's time.
const AT_WORK: SignedDuration = SignedDuration::from_secs(15);

/// The Installs table, as far as it holds hints.
#[derive(Debug, Clone)]
pub struct HintRepository {
    client: Client,
    table: String,
}

/// The right to work on what a webhook said of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintClaim {
    store: StoreId,
    order: String,
    digest: String,
    /// Whether an earlier delivery began with the order and did not come to its end: it may have
    /// written the change without telling anybody.
    pub is_unfinished: bool,
}

/// What came of asking for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours.
    Ours(HintClaim),
    /// The same was said before and is done, or is being worked on.
    Again,
}

#[derive(Deserialize)]
struct Before {
    generation: Generation,
    claimed_at: i64,
    done: bool,
}

impl HintRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Takes up what a webhook said of `order`: its id, or what stands for it.
    pub async fn claim(
        &self,
        store: &StoreId,
        generation: Generation,
        order: &str,
        digest: &str,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let stale = (now - AT_WORK).as_millisecond();
        let mut row = keys::hint(store, order);
        row.insert("digest".to_owned(), text(digest));
        row.insert("generation".to_owned(), number(generation));
        row.insert("claimed_at".to_owned(), number(now.as_millisecond()));
        row.insert("done".to_owned(), AttributeValue::Bool(false));
        row.insert("expires_at".to_owned(), number((now + LIFE).as_second()));
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row))
            .condition_expression(
                "attribute_not_exists(pk) OR generation <> :generation OR digest <> :digest \
                 OR expires_at <= :now OR (done = :no AND claimed_at <= :stale)",
            )
            .expression_attribute_values(":generation", number(generation))
            .expression_attribute_values(":digest", text(digest))
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":stale", number(stale))
            .return_values(ReturnValue::AllOld);
        let Some(answer) = applied(put.send().await, "take up a webhook")? else {
            return Ok(Claimed::Again);
        };
        let before: Option<Before> = answer
            .attributes
            .map(from_item)
            .transpose()
            .map_err(StoreError::malformed("Installs"))?;
        let is_unfinished = before.is_some_and(|before| {
            before.generation == generation && !before.done && before.claimed_at <= stale
        });
        Ok(Claimed::Ours(HintClaim {
            store: store.clone(),
            order: order.to_owned(),
            digest: digest.to_owned(),
            is_unfinished,
        }))
    }

    /// Says that it is done: the same said again is passed over.
    pub async fn done(&self, claim: &HintClaim) -> Result<(), StoreError> {
        self.settle(claim, "SET done = :value", AttributeValue::Bool(true)).await
    }

    /// Gives it up: whoever says the same again is listened to, and knows that it is unfinished.
    pub async fn give_up(&self, claim: &HintClaim) -> Result<(), StoreError> {
        self.settle(claim, "SET claimed_at = :value", number(0)).await
    }

    /// Nothing where something else has been said of the order since.
    async fn settle(
        &self,
        claim: &HintClaim,
        update_expression: &str,
        value: AttributeValue,
    ) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::hint(&claim.store, &claim.order)))
            .update_expression(update_expression)
            .condition_expression("digest = :digest")
            .expression_attribute_values(":digest", text(&claim.digest))
            .expression_attribute_values(":value", value);
        applied(update.send().await, "settle a webhook").map(drop)
    }
}
