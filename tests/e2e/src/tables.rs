//! The five tables of `template.yaml`, for tests that do not deploy it.

use std::collections::HashMap;
use std::io::Read as _;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use flate2::read::GzDecoder;
use shopcall_core::runtime::config::Tables;

/// Row as returned by DynamoDB.
pub type Row = HashMap<String, AttributeValue>;

/// Decompresses the `raw` attribute of a product's row.
pub fn unzipped(raw: &[u8]) -> String {
    let mut json = String::new();
    GzDecoder::new(raw).read_to_string(&mut json).unwrap();
    json
}

struct Table<'a> {
    name: &'a str,
    keys: &'a [&'a str],
    indexes: &'a [Index],
}

/// Index with its keys and projected attributes.
type Index = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Projection of all attributes.
const EVERYTHING: &[&str] = &["*"];

const CACHE_INDEXES: &[Index] = &[
    ("by_number", &["pk", "number"], &["digest"]),
    ("by_sku", &["sku_key"], &[]),
    ("by_phone", &["phone_key", "number"], &[]),
    ("by_email", &["email_key", "number"], &[]),
];

pub(crate) async fn create(client: &Client, tables: &Tables) {
    let tables = [
        Table {
            name: &tables.stores,
            keys: &["store_id", "kind"],
            indexes: &[("by_due", &["due_shard", "due_at"], &[])],
        },
        Table { name: &tables.tokens, keys: &["store_id"], indexes: &[] },
        Table { name: &tables.cache, keys: &["pk", "id"], indexes: CACHE_INDEXES },
        Table {
            name: &tables.sync_runs,
            keys: &["store_id", "run"],
            indexes: &[("by_day", &["day", "run"], EVERYTHING)],
        },
        Table { name: &tables.installs, keys: &["pk"], indexes: &[] },
    ];
    for table in tables {
        create_one(client, &table).await;
    }
}

async fn create_one(client: &Client, table: &Table<'_>) {
    let indexed = table.indexes.iter().flat_map(|(_, keys, _)| *keys);
    let mut names: Vec<&str> = table.keys.iter().chain(indexed).copied().collect();
    names.sort_unstable();
    names.dedup();
    let attributes = names.into_iter().map(|name| {
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        attribute.build().unwrap()
    });
    let indexes: Vec<_> = table.indexes.iter().map(index).collect();
    client
        .create_table()
        .table_name(table.name)
        .set_attribute_definitions(Some(attributes.collect()))
        .set_key_schema(Some(schema(table.keys)))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

fn index((name, keys, included): &Index) -> GlobalSecondaryIndex {
    let projection = if included.is_empty() {
        Projection::builder().projection_type(ProjectionType::KeysOnly)
    } else if *included == EVERYTHING {
        Projection::builder().projection_type(ProjectionType::All)
    } else {
        let included = included.iter().map(|name| (*name).to_owned()).collect();
        let projection = Projection::builder().projection_type(ProjectionType::Include);
        projection.set_non_key_attributes(Some(included))
    };
    let index = GlobalSecondaryIndex::builder().index_name(*name).projection(projection.build());
    index.set_key_schema(Some(schema(keys))).build().unwrap()
}

fn schema(keys: &[&str]) -> Vec<KeySchemaElement> {
    let kinds = [KeyType::Hash, KeyType::Range];
    let element = |(name, kind): (&&str, KeyType)| {
        KeySchemaElement::builder().attribute_name(*name).key_type(kind).build().unwrap()
    };
    keys.iter().zip(kinds).map(element).collect()
}

/// Reads all rows of a table.
///
/// # Panics
/// If the table cannot be read.
pub async fn rows(client: &Client, table: &str) -> Vec<Row> {
    let pages = client.scan().table_name(table).consistent_read(true).into_paginator();
    pages.items().send().collect::<Result<Vec<_>, _>>().await.unwrap()
}

/// Lists a table's rows of records: not the pointers to them, nor what a shop publishes about itself.
///
/// # Panics
/// If the table cannot be read.
pub async fn records(client: &Client, table: &str) -> Vec<Row> {
    let mut all = rows(client, table).await;
    all.retain(|row| row.contains_key("digest"));
    all
}
