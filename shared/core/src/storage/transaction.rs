//! Transactions: a condition that refuses is an outcome; another transaction at the same rows is
//! waited for.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::ConditionCheckBuilder;
use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};

use super::error::StoreError;
use super::keys::{self, number, text};
use crate::domain::random;
use crate::domain::{Generation, Resource, StoreId};

/// How often a transaction is tried that meets others at its rows.
const MAX_TRIES: u32 = 6;
/// The longest wait between two tries; each is of any length up to it.
const LONGEST_WAIT_MS: u64 = 100;

/// What an installed store's row is like.
const INSTALLED: &str = "generation = :generation AND #state <> :uninstalled";

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transacted {
    /// All of it is written.
    Done,
    /// Nothing is: the condition of the item at that place, the first of them, is not met.
    Refused(usize),
}

/// The condition under which anything is written that an uninstall would have to take away: the
/// store, in `stores_table`, is installed at this generation.
pub(super) fn is_installed(
    stores_table: &str,
    store: &StoreId,
    generation: Generation,
) -> Result<TransactWriteItem, StoreError> {
    check(installed(stores_table, store, generation, INSTALLED))
}

/// The condition under which a record is written by whoever holds no lease: the store is installed
/// at this generation, and the merchant shares such records.
pub(super) fn shares(
    stores_table: &str,
    store: &StoreId,
    generation: Generation,
    resource: Resource,
) -> Result<TransactWriteItem, StoreError> {
    let condition = format!("{INSTALLED} AND attribute_not_exists(withheld.#resource)");
    let check_of = installed(stores_table, store, generation, &condition);
    check(check_of.expression_attribute_names("#resource", resource.as_str()))
}

/// The condition under which records are erased that the merchant does not share: that is still so,
/// at this generation.
pub(super) fn withholds(
    stores_table: &str,
    store: &StoreId,
    generation: Generation,
    resource: Resource,
) -> Result<TransactWriteItem, StoreError> {
    let condition = "generation = :generation AND attribute_exists(withheld.#resource)";
    check(
        of_store(stores_table, store, generation, condition)
            .expression_attribute_names("#resource", resource.as_str()),
    )
}

fn installed(
    stores_table: &str,
    store: &StoreId,
    generation: Generation,
    condition: &str,
) -> ConditionCheckBuilder {
    of_store(stores_table, store, generation, condition)
        .expression_attribute_names("#state", "state")
        .expression_attribute_values(":uninstalled", text("uninstalled"))
}

fn of_store(
    stores_table: &str,
    store: &StoreId,
    generation: Generation,
    condition: &str,
) -> ConditionCheckBuilder {
    ConditionCheck::builder()
        .table_name(stores_table)
        .set_key(Some(keys::store(store)))
        .condition_expression(condition)
        .expression_attribute_values(":generation", number(generation))
}

fn check(builder: ConditionCheckBuilder) -> Result<TransactWriteItem, StoreError> {
    let check = builder.build().map_err(|_| StoreError::Malformed { table: "Stores" })?;
    Ok(TransactWriteItem::builder().condition_check(check).build())
}

/// Carries `items` out together. DynamoDB cancels a transaction that meets another, even where both
/// only look at a row: that says nothing of its conditions, and it is tried again.
pub(super) async fn transact(
    client: &Client,
    items: Vec<TransactWriteItem>,
    operation: &'static str,
) -> Result<Transacted, StoreError> {
    for attempt in 1..=MAX_TRIES {
        let transaction = client.transact_write_items().set_transact_items(Some(items.clone()));
        let Err(error) = transaction.send().await else { return Ok(Transacted::Done) };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        else {
            return Err(StoreError::sdk(operation)(error));
        };
        let mut reasons = cancelled.cancellation_reasons().iter();
        let refused = reasons.position(|reason| reason.code() == Some("ConditionalCheckFailed"));
        if let Some(place) = refused {
            return Ok(Transacted::Refused(place));
        }
        if attempt < MAX_TRIES {
            let wait = random::number() % (LONGEST_WAIT_MS + 1);
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }
    Err(StoreError::Contended { operation })
}
