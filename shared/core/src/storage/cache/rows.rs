//! Listing row ids without reading the rows, and deleting rows.

use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};
use futures_util::future::try_join_all;

use super::{BATCH, CacheRepository};
use crate::domain::{Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, Item, text};

/// Rows per page. DynamoDB would return over ten thousand, some ten megabytes once the rows are
/// read; rounding a page's size up to 4 KB costs little at this size.
const PAGE: i32 = 1_000;

/// Pages of a partition's ids, read from the index `by_number` in its order. The index can lag
/// slightly behind the rows.
#[derive(Debug)]
pub struct RowIds<'a> {
    cache: &'a CacheRepository,
    pk: String,
    limit: i32,
    position: Position,
}

#[derive(Debug)]
enum Position {
    Start,
    After(Item),
    End,
}

impl RowIds<'_> {
    /// Reads the next page, which may be empty. None at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<String>>, StoreError> {
        let start = match std::mem::replace(&mut self.position, Position::End) {
            Position::Start => None,
            Position::After(key) => Some(key),
            Position::End => return Ok(None),
        };
        let query = self
            .cache
            .client
            .query()
            .table_name(&self.cache.table)
            .index_name("by_number")
            .key_condition_expression("pk = :pk")
            .projection_expression("id")
            .expression_attribute_values(":pk", text(&self.pk))
            .limit(self.limit)
            .set_exclusive_start_key(start);
        let answer = query.send().await.map_err(StoreError::sdk("list rows"))?;
        if let Some(key) = answer.last_evaluated_key {
            self.position = Position::After(key);
        }
        let rows = answer.items.unwrap_or_default().into_iter();
        let ids = rows.filter_map(|mut row| match row.remove("id")?.as_s() {
            Ok(id) => Some(id.clone()),
            Err(_) => None,
        });
        Ok(Some(ids.collect()))
    }
}

impl CacheRepository {
    /// Lists the ids of a store's rows.
    pub fn ids(&self, store: &StoreId, resource: Resource) -> RowIds<'_> {
        let pk = keys::cache_partition(store, resource);
        RowIds { cache: self, pk, limit: PAGE, position: Position::Start }
    }

    /// Whether a store has no rows.
    pub async fn is_empty(&self, store: &StoreId, resource: Resource) -> Result<bool, StoreError> {
        let mut first = RowIds { limit: 1, ..self.ids(store, resource) };
        Ok(first.next().await?.is_none_or(|ids| ids.is_empty()))
    }

    /// Deletes records, first their pointers: a record whose deletion is interrupted is listed and
    /// deleted again. `ids` must be distinct.
    pub async fn delete(
        &self,
        store: &StoreId,
        resource: Resource,
        ids: &[String],
    ) -> Result<(), StoreError> {
        let pk = keys::cache_partition(store, resource);
        for batch in ids.chunks(BATCH) {
            let pointers = batch.iter().map(|id| self.pointers(store, resource, id));
            let pointers: Vec<Item> = try_join_all(pointers).await?.into_iter().flatten().collect();
            for rows in pointers.chunks(BATCH) {
                self.write_batch(rows.iter().map(deletion).collect::<Result<_, _>>()?).await?;
            }
            let mut writes = Vec::with_capacity(batch.len());
            for id in batch {
                let key = [("pk".to_owned(), text(&pk)), ("id".to_owned(), text(id))];
                writes.push(deletion(&Item::from(key))?);
            }
            self.write_batch(writes).await?;
        }
        Ok(())
    }
}

/// The deletion of a row, of which only the key is used.
fn deletion(row: &Item) -> Result<WriteRequest, StoreError> {
    let part = |name: &str| row.get(name).cloned().map(|value| (name.to_owned(), value));
    let key = ["pk", "id"].iter().filter_map(|name| part(name)).collect();
    let delete = DeleteRequest::builder().set_key(Some(key)).build();
    let delete = delete.map_err(|_| StoreError::Malformed { table: "Cache" })?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
