//! Which rows there are, without reading them; and their end.

use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};

use super::{BATCH, CacheRepository};
use crate::domain::{Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, Item, text};

/// Rows a part: DynamoDB would give ten thousand and more, which are ten megabytes once they are
/// read; a part's bytes are rounded up to 4 KB, which is little beside what this many have.
const PART: i32 = 1_000;

/// The ids of a partition, read part by part from the index of numbers, in its order. The index
/// can lag a little behind the rows.
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
    /// The next part, perhaps an empty one; none at the end.
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
    /// The ids of a store's rows.
    pub fn ids(&self, store: &StoreId, resource: Resource) -> RowIds<'_> {
        let pk = keys::cache_partition(store, resource);
        RowIds { cache: self, pk, limit: PART, position: Position::Start }
    }

    /// Whether a store has no rows.
    pub async fn is_empty(&self, store: &StoreId, resource: Resource) -> Result<bool, StoreError> {
        let mut first = RowIds { limit: 1, ..self.ids(store, resource) };
        Ok(first.next().await?.is_none_or(|ids| ids.is_empty()))
    }

    /// Deletes rows. Each id may stand once in `ids`.
    pub async fn delete(
        &self,
        store: &StoreId,
        resource: Resource,
        ids: &[String],
    ) -> Result<(), StoreError> {
        let pk = keys::cache_partition(store, resource);
        for batch in ids.chunks(BATCH) {
            let mut writes = Vec::with_capacity(batch.len());
            for id in batch {
                let delete =
                    DeleteRequest::builder().key("pk", text(&pk)).key("id", text(id)).build();
                let delete = delete.map_err(|_| StoreError::Malformed { table: "Cache" })?;
                writes.push(WriteRequest::builder().delete_request(delete).build());
            }
            self.write_batch(writes).await?;
        }
        Ok(())
    }
}
