//! Transactions: a failed condition is an outcome; a conflict with another transaction is retried.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::ConditionCheckBuilder;
use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};

use super::error::StoreError;
use super::keys::{self, number, text};
use crate::domain::random;
use crate::domain::{Generation, Resource, StoreId};

/// Attempts of a transaction that conflicts with others.
const MAX_TRIES: u32 = 6;
/// Longest wait between two attempts; each wait is random, up to this.
const LONGEST_WAIT_MS: u64 = 100;

/// Condition met by the row of an installed store.
const INSTALLED: &str = "generation = :generation AND #state <> :uninstalled";

/// Result of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transacted {
    /// Everything is written.
    Done,
    /// Nothing is written: the condition of the item at this index, the first to fail, is not met.
    Refused(usize),
}

/// The condition for rows that an uninstall has to remove: the store, in `stores_table`, is
/// installed at this generation.
pub(super) fn is_installed(
    stores_table: &str,
    store: &StoreId,
    generation: Generation,
) -> Result<TransactWriteItem, StoreError> {
    check(installed(stores_table, store, generation, INSTALLED))
}

/// The condition for writing a record without a lease: the store is installed at this generation
/// and the merchant shares the resource.
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

/// The condition for erasing records that are not shared: at this generation, the merchant still
/// does not share the resource.
pub(super) fn stops_sharing(
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

/// Writes `items` in one transaction. DynamoDB cancels a transaction that conflicts with another,
/// even if both only check a row. Such a cancellation says nothing about the conditions, so it is
/// retried.
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
