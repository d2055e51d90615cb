//! Size of rows in bytes as DynamoDB counts them: names and values of their attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use shoprenter_simulator::Kind;

use crate::testbed::Testbed;

/// Overhead of each item in a table or index.
const ADDED: usize = 100;
/// Overhead of a list or map, and of each of its elements.
const CONTAINER: usize = 3;
const ELEMENT: usize = 1;
/// Maximum number of records the simulator lists at once.
const LISTED: usize = 10_000;

/// Storage of a shop's rows.
pub(super) struct Stored {
    /// Share of the bytes received, in per cent.
    pub(super) percent: f64,
    /// Size of the rows alone.
    pub(super) bytes_of_rows: f64,
    /// Billed size: rows, index entries, and DynamoDB's overhead for both.
    pub(super) bytes_paid: f64,
}

/// Measures all rows of the Cache table relative to the shop's records.
pub(super) async fn share(testbed: &Testbed, kind: Kind) -> Stored {
    let (stored, count) = size_of_all(testbed, None).await;
    let mut delivered = stored + count * ADDED;
    for index in indexes(testbed).await {
        let (bytes, entries) = size_of_all(testbed, Some(index)).await;
        delivered += bytes + entries * ADDED;
    }
    let listed = testbed.shop.list(kind, 0, LISTED).items;
    assert_eq!(count, listed.len());
    let json = |index| testbed.shop.raw(kind, index).unwrap().to_string().len();
    let received: usize = listed.iter().map(|record| json(record.index)).sum();
    let percent = 100.0 * stored as f64 / received as f64;
    Stored { percent, bytes_of_rows: stored as f64, bytes_paid: delivered as f64 }
}

async fn indexes(testbed: &Testbed) -> Vec<String> {
    let described = testbed.app.dynamodb.describe_table().table_name(testbed.cache()).send().await;
    let table = described.unwrap().table.unwrap();
    table.global_secondary_indexes().iter().filter_map(|index| index.index_name.clone()).collect()
}

/// Returns the total size and the number of the table's rows, or of an index's entries.
async fn size_of_all(testbed: &Testbed, index: Option<String>) -> (usize, usize) {
    let scan = testbed.app.dynamodb.scan().table_name(testbed.cache()).set_index_name(index);
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
        // One byte per two digits, plus one.
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
