//! Deduplication of webhook deliveries, by order.
//!
//! The row of an order has the digest of its last delivery and whether that one is done. Earlier
//! digests are not kept: an order that moves to another status and back has changed twice and sent
//! three webhooks, of which the first and the last are identical.
//!
//! Each change is published once, by the delivery that writes it. The row lists the deliveries in
//! progress, which may still publish what they write, and counts those that gave up and may have
//! written a change without publishing it (`unpublished`). Deliveries that gave up, or ran longer
//! than allowed, leave the order undelivered: the next delivery publishes it even if it finds no
//! change.

mod read_backs;
mod undelivered;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};
use jiff::{SignedDuration, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use super::lost_response::written_by;
use crate::domain::{Generation, StoreId};
use undelivered::{Row, Undelivered};

/// How long a row is kept: longer than a webhook may be retried.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How long one delivery may be in progress; longer than its response may take.
const MAX_IN_PROGRESS: SignedDuration = SignedDuration::from_secs(5);

/// Deduplication rows of the Installs table.
#[derive(Debug, Clone)]
pub struct HintRepository {
    client: Client,
    table: String,
}

/// Identifies one delivery for an order, and thereby the owner of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintTicket {
    store: StoreId,
    generation: Generation,
    order: String,
    owner: String,
}

/// The right to process a delivery for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintClaim {
    ticket: HintTicket,
    undelivered: Undelivered,
}

/// Result of [`HintRepository::claim`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// This delivery holds the claim.
    Ours(HintClaim),
    /// An identical delivery is done or in progress.
    Again,
}

/// Outcome of a processed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// Whether an event was published.
    pub is_published: bool,
    /// Whether the order was read back; identical deliveries are then skipped.
    pub is_read_back: bool,
}

impl HintTicket {
    /// Creates a ticket for `order`: its id, or a substitute for it.
    pub fn new(store: &StoreId, generation: Generation, order: &str, now: Timestamp) -> Self {
        let owner = undelivered::owner_at(now);
        Self { store: store.clone(), generation, order: order.to_owned(), owner }
    }
}

impl HintClaim {
    /// The ticket that owns the claim.
    pub fn ticket(&self) -> &HintTicket {
        &self.ticket
    }

    /// Whether an earlier delivery may have written a change without publishing it.
    pub fn has_undelivered(&self) -> bool {
        self.undelivered.is_any()
    }
}

impl HintRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Claims a delivery with this digest for the ticket's order. A retry of the same request that
    /// finds its own row gets the claim too.
    pub async fn claim(
        &self,
        ticket: &HintTicket,
        digest: &str,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let stale = (now - MAX_IN_PROGRESS).as_millisecond();
        let update = self
            .update(
                ticket,
                "SET digest = :digest, generation = :generation, claimed_at = :claimed_at, \
                 claimed_by = :owner, done = :no, expires_at = :expires_at ADD at_work :self",
            )
            .condition_expression(
                "attribute_not_exists(pk) OR generation <> :generation OR digest <> :digest \
                 OR expires_at <= :now OR (done = :no AND claimed_at <= :stale) \
                 OR (done = :yes AND untold > :zero)",
            )
            .expression_attribute_values(":digest", text(digest))
            .expression_attribute_values(":generation", number(ticket.generation))
            .expression_attribute_values(":claimed_at", number(now.as_millisecond()))
            .expression_attribute_values(":expires_at", number((now + LIFE).as_second()))
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":stale", number(stale))
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":owner", text(&ticket.owner))
            .expression_attribute_values(":self", set_of([&ticket.owner]))
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let result = update.send().await;
        let before = match result.as_ref().map_err(|error| written_by(error, &ticket.owner)) {
            // The first attempt left what it found in the row.
            Err(Some(row)) => Some(row.clone()),
            _ => match applied(result, "claim a webhook")? {
                // Some implementations of DynamoDB return the key of a row that did not exist.
                Some(answer) => answer.attributes.filter(|row| row.contains_key("generation")),
                None => return Ok(Claimed::Again),
            },
        };
        let before: Option<Row> =
            before.map(from_item).transpose().map_err(StoreError::malformed("Installs"))?;
        let undelivered = before.map(|row| row.undelivered(ticket, stale)).unwrap_or_default();
        Ok(Claimed::Ours(HintClaim { ticket: ticket.clone(), undelivered }))
    }

    /// Ends a claim. A published event also covers what earlier deliveries left undelivered. If
    /// another delivery has claimed the order since, that one decides whether the row is done.
    pub async fn settle(&self, claim: &HintClaim, settled: Settled) -> Result<(), StoreError> {
        let operation = "settle a webhook";
        let HintClaim { ticket, undelivered } = claim;
        let is_delivered = settled.is_published || !undelivered.is_any();
        let (stopped, delivered) =
            if is_delivered { undelivered.delivered() } else { (&[][..], 0) };
        let settle = |set: &str| {
            let expression = format!("{set} DELETE at_work :stopped ADD untold :delivered");
            let stopped = stopped.iter().chain([&ticket.owner]);
            self.update(ticket, &expression)
                .expression_attribute_values(":stopped", set_of(stopped))
                .expression_attribute_values(":delivered", number(-delivered))
                .expression_attribute_values(":owner", text(&ticket.owner))
        };
        // Requires the owner to be in progress, so that a retry of the request subtracts nothing
        // twice.
        let is_done = settled.is_read_back && is_delivered && !undelivered.others_in_progress;
        let own = if is_done {
            settle("SET done = :yes")
                .expression_attribute_values(":yes", AttributeValue::Bool(true))
        } else {
            settle("SET claimed_at = :never").expression_attribute_values(":never", number(0))
        };
        let own = own.condition_expression("claimed_by = :owner AND contains(at_work, :owner)");
        if applied(own.send().await, operation)?.is_some() {
            return Ok(());
        }
        let replaced = settle("").condition_expression("contains(at_work, :owner)");
        applied(replaced.send().await, operation).map(drop)
    }

    /// Abandons the ticket's claim: an identical delivery is processed again, and treats the order
    /// as undelivered.
    pub async fn abandon(&self, ticket: &HintTicket) -> Result<(), StoreError> {
        let operation = "abandon a webhook";
        let abandon = |set: &str| {
            let expression = format!("{set} DELETE at_work :self ADD untold :one");
            self.update(ticket, &expression)
                .expression_attribute_values(":self", set_of([&ticket.owner]))
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":owner", text(&ticket.owner))
        };
        let own = abandon("SET claimed_at = :never")
            .condition_expression("claimed_by = :owner AND contains(at_work, :owner)")
            .expression_attribute_values(":never", number(0));
        if applied(own.send().await, operation)?.is_some() {
            return Ok(());
        }
        let replaced = abandon("")
            .condition_expression("generation = :generation AND contains(at_work, :owner)")
            .expression_attribute_values(":generation", number(ticket.generation));
        applied(replaced.send().await, operation).map(drop)
    }

    fn update(&self, ticket: &HintTicket, expression: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::hint(&ticket.store, &ticket.order)))
            .update_expression(expression)
    }
}

fn set_of<'a>(owners: impl IntoIterator<Item = &'a String>) -> AttributeValue {
    AttributeValue::Ss(owners.into_iter().cloned().collect())
}
