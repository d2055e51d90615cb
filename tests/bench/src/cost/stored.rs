//! How many bytes rows take, as DynamoDB counts them: names and values of their attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use shoprenter_simulator::Kind;

use crate::stand::Stand;

/// What DynamoDB adds to each item of a table or an index.
const ADDED: usize = 100;
/// What DynamoDB adds for a list or a map, and for each element of one.
const CONTAINER: usize = 3;
const ELEMENT: usize = 1;
/// The most records that the simulator lists at once.
const LISTED: usize = 10_000;

/// What a shop's rows take.
pub(super) struct Stored {
    /// Of what was received for them.
    pub(super) percent: f64,
    /// The rows alone.
    pub(super) bytes_of_rows: f64,
    /// What is paid for: rows, entries of the indexes, and what DynamoDB adds for each of both.
    pub(super) bytes_paid: f64,
}

/// Measures all rows of the Cache table beside the shop's own records.
pub(super) async fn share(stand: &Stand, kind: Kind) -> Stored {
    let (stored, count) = size_of_all(stand, None).await;
    let mut paid = stored + count * ADDED;
    for index in indexes(stand).await {
        let (bytes, entries) = size_of_all(stand, Some(index)).await;
        paid += bytes + entries * ADDED;
    }
    let listed = stand.shop.list(kind, 0, LISTED).items;
    assert_eq!(count, listed.len());
    let json = |index| stand.shop.raw(kind, index).unwrap().to_string().len();
    let received: usize = listed.iter().map(|record| json(record.index)).sum();
    let percent = 100.0 * stored as f64 / received as f64;
    Stored { percent, bytes_of_rows: stored as f64, bytes_paid: paid as f64 }
}

async fn indexes(stand: &Stand) -> Vec<String> {
    let described = stand.app.dynamodb.describe_table().table_name(stand.cache()).send().await;
    let table = described.unwrap().table.unwrap();
    table.global_secondary_indexes().iter().filter_map(|index| index.index_name.clone()).collect()
}

/// The bytes and the number of the table's rows, or of an index's entries.
async fn size_of_all(stand: &Stand, index: Option<String>) -> (usize, usize) {
    let scan = stand.app.dynamodb.scan().table_name(stand.cache()).set_index_name(index);
    let mut rows = scan.into_paginator().items().send();
    let (mut bytes, mut count) = (0, 0);
    while let Some(row) = rows.next().await {
        bytes += size_of(&row.unwrap());
        count += 1;
    }
    (bytes, count)
}

fn size_of(attributes: &HashMap<String, AttributeValue>) -> usize {
    attributes.iter().map(|(name, value)| name.len() + size_of_value(value)).sum()
}

fn size_of_value(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        // A byte for each two digits and one more.
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::L(list) => {
            CONTAINER + list.iter().map(|value| ELEMENT + size_of_value(value)).sum::<usize>()
        }
        AttributeValue::M(map) => CONTAINER + ELEMENT * map.len() + size_of(map),
        other => panic!("no row has such an attribute: {other:?}"),
    }
}
