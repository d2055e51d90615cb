//! What webhooks have said of orders lately, so that what they say twice is worked on once.
//!
//! A row an order has the digest of what was said last, and whether that is done. Only the last:
//! an order that goes from one state to another and back has changed twice, and sent three webhooks
//! of which the first and the last are the same.
//!
//! Each change is told of once, by the delivery that writes it. The row knows the deliveries that
//! are at work, for what they write they have yet to tell, and counts those that gave up and may
//! have written without telling (`untold`). What gave up, or has been at work for longer than it
//! may, is a debt: the next delivery tells of the order even if it finds it unchanged.

mod debts;
mod read_backs;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};
use jiff::{SignedDuration, Timestamp};
use serde_dynamo::aws_sdk_dynamodb_1::from_item;

use super::echo::written_by;
use super::error::{StoreError, applied};
use super::keys::{self, number, text};
use crate::domain::{Generation, StoreId};
use debts::{Debts, Row};

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
    debts: Debts,
}

/// What came of asking for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours.
    Ours(HintClaim),
    /// The same was said before and is done, or is being worked on.
    Again,
}

/// How a delivery leaves an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// Whether others were told of it.
    pub is_told: bool,
    /// Whether it was read back: the same said again is then passed over.
    pub is_read_back: bool,
}

impl HintTicket {
    /// A ticket for `order`: its id, or what stands for it.
    pub fn new(store: &StoreId, generation: Generation, order: &str, now: Timestamp) -> Self {
        let owner = debts::owner_at(now);
        Self { store: store.clone(), generation, order: order.to_owned(), owner }
    }
}

impl HintClaim {
    /// Whose claim it is.
    pub fn ticket(&self) -> &HintTicket {
        &self.ticket
    }

    /// Whether an earlier delivery may have written a change and told nobody.
    pub fn owes(&self) -> bool {
        self.debts.are_owed()
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
            // What the first one found is in the row still.
            Err(Some(row)) => Some(row.clone()),
            _ => match applied(result, "take up a webhook")? {
                // Of a row that was not there some tell the key.
                Some(answer) => answer.attributes.filter(|row| row.contains_key("generation")),
                None => return Ok(Claimed::Again),
            },
        };
        let before: Option<Row> =
            before.map(from_item).transpose().map_err(StoreError::malformed("Installs"))?;
        let debts = before.map(|row| row.debts(ticket, stale)).unwrap_or_default();
        Ok(Claimed::Ours(HintClaim { ticket: ticket.clone(), debts }))
    }

    /// Ends the work on it. Where others were told of the order, that pays all debts that were
    /// found. Where something else has been said since, it is that delivery's whether the row is
    /// done.
    pub async fn settle(&self, claim: &HintClaim, settled: Settled) -> Result<(), StoreError> {
        let operation = "settle a webhook";
        let HintClaim { ticket, debts } = claim;
        let is_paid = settled.is_told || !debts.are_owed();
        let (gone, paid) = if is_paid { debts.paid() } else { (&[][..], 0) };
        let settle = |set: &str| {
            let expression = format!("{set} DELETE at_work :gone ADD untold :paid");
            let gone = gone.iter().chain([&ticket.owner]);
            self.update(ticket, &expression)
                .expression_attribute_values(":gone", set_of(gone))
                .expression_attribute_values(":paid", number(-paid))
                .expression_attribute_values(":owner", text(&ticket.owner))
        };
        // As long as the owner is at work, so that a repetition of the request pays nothing twice.
        let is_done = settled.is_read_back && is_paid && !debts.others_at_work;
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

    /// Gives it up: whoever says the same again is listened to, and knows that others may not have
    /// been told.
    pub async fn give_up(&self, ticket: &HintTicket) -> Result<(), StoreError> {
        let operation = "give up a webhook";
        let give_up = |set: &str| {
            let expression = format!("{set} DELETE at_work :self ADD untold :one");
            self.update(ticket, &expression)
                .expression_attribute_values(":self", set_of([&ticket.owner]))
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":owner", text(&ticket.owner))
        };
        let own = give_up("SET claimed_at = :never")
            .condition_expression("claimed_by = :owner AND contains(at_work, :owner)")
            .expression_attribute_values(":never", number(0));
        if applied(own.send().await, operation)?.is_some() {
            return Ok(());
        }
        let replaced = give_up("")
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
