//! What webhooks have said of orders lately, so that what they say twice is worked on once.
//!
//! A row an order has the digest of what was said last, and whether that is done. Only the last:
//! an order that goes from one state to another and back has changed twice, and sent three webhooks
//! of which the first and the last are the same.
//!
//! A row is `unfinished` from the claim on until others have been told what came of the order: who
//! replaces such a row must tell, even what it finds unchanged. A change is then told twice rather
//! than never.

mod read_backs;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use crate::domain::{Generation, StoreId};
use crate::random;

/// Longer than the same webhook is on its way.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How long one delivery is left to work on it; longer than it has until it is answered.
const AT_WORK: SignedDuration = SignedDuration::from_secs(5);

/// The Installs table, as far as it holds hints.
#[derive(Debug, Clone)]
pub struct HintRepository {
    client: Client,
    table: String,
}

/// One delivery's part in an order, by which its claim is known as its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintTicket {
    store: StoreId,
    generation: Generation,
    order: String,
    owner: String,
}

/// The right to work on what a webhook said of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintClaim {
    ticket: HintTicket,
    /// Whether an earlier delivery began with the order and told nobody: it may have written the
    /// change.
    pub is_unfinished: bool,
    /// Whether that one may still be at work, and may yet write.
    is_overlapping: bool,
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
    #[serde(default)]
    unfinished: bool,
}

impl HintTicket {
    /// A ticket for `order`: its id, or what stands for it.
    pub fn new(store: &StoreId, generation: Generation, order: &str) -> Self {
        let owner = random::hex::<12>();
        Self { store: store.clone(), generation, order: order.to_owned(), owner }
    }
}

impl HintClaim {
    /// Whose claim it is.
    pub fn ticket(&self) -> &HintTicket {
        &self.ticket
    }
}

impl HintRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Takes up what a webhook said of the ticket's order. Where a repetition of the same request
    /// finds the row that the first one wrote, it is ours all the same.
    pub async fn claim(
        &self,
        ticket: &HintTicket,
        digest: &str,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let stale = (now - AT_WORK).as_millisecond();
        let mut row = keys::hint(&ticket.store, &ticket.order);
        row.insert("digest".to_owned(), text(digest));
        row.insert("generation".to_owned(), number(ticket.generation));
        row.insert("claimed_at".to_owned(), number(now.as_millisecond()));
        row.insert("claimed_by".to_owned(), text(&ticket.owner));
        row.insert("done".to_owned(), AttributeValue::Bool(false));
        row.insert("unfinished".to_owned(), AttributeValue::Bool(true));
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
            .expression_attribute_values(":generation", number(ticket.generation))
            .expression_attribute_values(":digest", text(digest))
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":stale", number(stale))
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let ours = |is_unfinished, is_overlapping| {
            Claimed::Ours(HintClaim { ticket: ticket.clone(), is_unfinished, is_overlapping })
        };
        let result = put.send().await;
        if result.as_ref().is_err_and(|error| is_written_by(error, &ticket.owner)) {
            // What was there before is not known any more.
            return Ok(ours(true, true));
        }
        let Some(answer) = applied(result, "take up a webhook")? else {
            return Ok(Claimed::Again);
        };
        let before: Option<Before> = answer
            .attributes
            .map(from_item)
            .transpose()
            .map_err(StoreError::malformed("Installs"))?;
        let unfinished = before.filter(|before| {
            before.generation == ticket.generation && (before.unfinished || !before.done)
        });
        let is_overlapping = unfinished.as_ref().is_some_and(|before| before.claimed_at > stale);
        Ok(ours(unfinished.is_some(), is_overlapping))
    }

    /// Says that it is done: the same said again is passed over. `is_told` is whether others were
    /// told of the order; only that finishes what an earlier delivery left, and where that one may
    /// still write, not even that.
    pub async fn done(&self, claim: &HintClaim, is_told: bool) -> Result<(), StoreError> {
        let is_finished = !claim.is_unfinished || (is_told && !claim.is_overlapping);
        let update = self
            .update(&claim.ticket, "SET done = :yes, unfinished = :unfinished")
            .condition_expression("claimed_by = :owner")
            .expression_attribute_values(":owner", text(&claim.ticket.owner))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":unfinished", AttributeValue::Bool(!is_finished));
        // Where something else has been said since, that delivery tells.
        applied(update.send().await, "settle a webhook").map(drop)
    }

    /// Gives it up: whoever says the same again is listened to, and knows that it is unfinished.
    /// Where something else has been said since, the row says at least that it is unfinished.
    pub async fn give_up(&self, ticket: &HintTicket) -> Result<(), StoreError> {
        let operation = "give up a webhook";
        let own = self
            .update(ticket, "SET claimed_at = :never")
            .condition_expression("claimed_by = :owner")
            .expression_attribute_values(":owner", text(&ticket.owner))
            .expression_attribute_values(":never", number(0));
        if applied(own.send().await, operation)?.is_some() {
            return Ok(());
        }
        let others = self
            .update(ticket, "SET unfinished = :yes")
            .condition_expression("generation = :generation")
            .expression_attribute_values(":generation", number(ticket.generation))
            .expression_attribute_values(":yes", AttributeValue::Bool(true));
        applied(others.send().await, operation).map(drop)
    }

    fn update(&self, ticket: &HintTicket, expression: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::hint(&ticket.store, &ticket.order)))
            .update_expression(expression)
    }
}

/// Whether a condition was refused because of a row that `owner` wrote: the SDK repeats a request
/// whose answer was lost.
fn is_written_by<R>(error: &SdkError<PutItemError, R>, owner: &str) -> bool {
    let Some(PutItemError::ConditionalCheckFailedException(refusal)) = error.as_service_error()
    else {
        return false;
    };
    let by = refusal.item().and_then(|row| row.get("claimed_by")?.as_s().ok());
    by.is_some_and(|by| by == owner)
}
