//! How many bytes rows take, as DynamoDB counts them: names and values of their attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use shoprenter_simulator::Kind;

use crate::stand::Stand;

/// What DynamoDB adds for a list or a map, and for each element of one.
const CONTAINER: usize = 3;
const ELEMENT: usize = 1;
/// The most records that the simulator lists at once.
const LISTED: usize = 10_000;

/// What a shop's rows take.
pub(super) struct Stored {
    /// Of what was received for them.
    pub(super) percent: f64,
    pub(super) bytes_of_all: f64,
}

/// Measures all rows of the Cache table beside the shop's own records. Indexes are not counted.
pub(super) async fn share(stand: &Stand, kind: Kind) -> Stored {
    let scan = stand.app.dynamodb.scan().table_name(stand.cache()).into_paginator().items();
    let mut rows = scan.send();
    let (mut stored, mut count) = (0, 0);
    while let Some(row) = rows.next().await {
        stored += size_of(&row.unwrap());
        count += 1;
    }
    let listed = stand.shop.list(kind, 0, LISTED).items;
    assert_eq!(count, listed.len());
    let json = |index| stand.shop.raw(kind, index).unwrap().to_string().len();
    let received: usize = listed.iter().map(|record| json(record.index)).sum();
    let percent = 100.0 * stored as f64 / received as f64;
    Stored { percent, bytes_of_all: stored as f64 }
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
