//! The five tables, as `template.yaml` has them, for tests that do not deploy it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use shopcall_core::config::Tables;
use std::collections::HashMap;

/// A row as DynamoDB has it.
pub type Row = HashMap<String, AttributeValue>;

struct Table<'a> {
    name: &'a str,
    keys: &'a [&'a str],
    index: Option<(&'a str, &'a [&'a str])>,
}

pub(crate) async fn create(client: &Client, tables: &Tables) {
    let tables = [
        Table { name: &tables.stores, keys: &["store_id", "kind"], index: None },
        Table { name: &tables.tokens, keys: &["store_id"], index: None },
        Table { name: &tables.cache, keys: &["pk", "id"], index: Some(("by_sku", &["sku_key"])) },
        Table {
            name: &tables.sync_runs,
            keys: &["store_id", "run"],
            index: Some(("by_day", &["day", "run"])),
        },
        Table { name: &tables.installs, keys: &["pk"], index: None },
    ];
    for table in tables {
        create_one(client, &table).await;
    }
}

async fn create_one(client: &Client, table: &Table<'_>) {
    let indexed = table.index.map_or(&[][..], |(_, keys)| keys);
    let mut names: Vec<&str> = table.keys.iter().chain(indexed).copied().collect();
    names.sort_unstable();
    names.dedup();
    let attributes = names.into_iter().map(|name| {
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        attribute.build().unwrap()
    });
    let index = table.index.map(|(name, keys)| {
        let index = GlobalSecondaryIndex::builder()
            .index_name(name)
            .set_key_schema(Some(schema(keys)))
            .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
        vec![index.build().unwrap()]
    });
    client
        .create_table()
        .table_name(table.name)
        .set_attribute_definitions(Some(attributes.collect()))
        .set_key_schema(Some(schema(table.keys)))
        .set_global_secondary_indexes(index)
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

fn schema(keys: &[&str]) -> Vec<KeySchemaElement> {
    let kinds = [KeyType::Hash, KeyType::Range];
    let element = |(name, kind): (&&str, KeyType)| {
        KeySchemaElement::builder().attribute_name(*name).key_type(kind).build().unwrap()
    };
    keys.iter().zip(kinds).map(element).collect()
}

/// All rows of a table.
///
/// # Panics
/// Where the table cannot be read.
pub async fn rows(client: &Client, table: &str) -> Vec<Row> {
    let pages = client.scan().table_name(table).consistent_read(true).into_paginator();
    pages.items().send().collect::<Result<Vec<_>, _>>().await.unwrap()
}
