//! Pointers: rows through which the index `by_phone` finds a record by its second and further
//! telephone numbers. They are written and deleted together with the record's own row.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

use super::CacheRepository;
use super::guarded::broken;
use super::record::Draft;
use crate::domain::{Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, Item, number, text};

/// Most pointers of a record: with those to be deleted and its own row, they fit into one
/// transaction.
pub(super) const MAX_POINTERS: usize = 45;

impl CacheRepository {
    /// The writes that give a record its pointers: those that are new or changed, and the deletion
    /// of those it no longer has. None are read for a record that has no row yet.
    pub(super) async fn pointer_writes(
        &self,
        store: &StoreId,
        resource: Resource,
        draft: &Draft,
        is_known: bool,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let pk = keys::pointer_partition(store, resource);
        let wanted: Vec<Item> = (2..)
            .zip(&draft.further_phone_keys)
            .take(MAX_POINTERS)
            .map(|(place, phone_key)| {
                Item::from([
                    ("pk".to_owned(), text(&pk)),
                    ("id".to_owned(), text(keys::pointer(&draft.id, place))),
                    ("generation".to_owned(), number(draft.generation)),
                    ("number".to_owned(), text(&draft.number)),
                    ("phone_key".to_owned(), text(phone_key)),
                ])
            })
            .collect();
        let known =
            if is_known { self.pointers(store, resource, &draft.id).await? } else { Vec::new() };
        let is_wanted = |known: &Item| wanted.iter().any(|row| row.get("id") == known.get("id"));
        let mut writes = Vec::new();
        for row in known.iter().filter(|row| !is_wanted(row)) {
            writes.push(self.pointer_deletion(row)?);
        }
        for row in wanted.into_iter().filter(|row| !known.contains(row)) {
            let put = Put::builder().table_name(&self.table).set_item(Some(row)).build();
            writes.push(TransactWriteItem::builder().put(put.map_err(broken)?).build());
        }
        Ok(writes)
    }

    /// The deletions of a record's pointers.
    pub(super) async fn pointer_deletions(
        &self,
        store: &StoreId,
        resource: Resource,
        id: &str,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let known = self.pointers(store, resource, id).await?;
        known.iter().map(|row| self.pointer_deletion(row)).collect()
    }

    fn pointer_deletion(&self, row: &Item) -> Result<TransactWriteItem, StoreError> {
        let key = ["pk", "id"].iter().filter_map(|name| row.get_key_value(*name));
        let key = key.map(|(name, value)| (name.clone(), value.clone())).collect();
        let delete = Delete::builder().table_name(&self.table).set_key(Some(key)).build();
        Ok(TransactWriteItem::builder().delete(delete.map_err(broken)?).build())
    }

    /// A record's pointers.
    pub(super) async fn pointers(
        &self,
        store: &StoreId,
        resource: Resource,
        id: &str,
    ) -> Result<Vec<Item>, StoreError> {
        if !keys::has_pointers(resource) {
            return Ok(Vec::new());
        }
        let pk = keys::pointer_partition(store, resource);
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(id, :id)")
            .expression_attribute_values(":pk", text(&pk))
            .expression_attribute_values(":id", text(keys::pointers_of(id)))
            .consistent_read(true);
        let answer = query.send().await.map_err(StoreError::sdk("read pointers"))?;
        let mut rows = answer.items.unwrap_or_default();
        // Another record's id may begin with this one and a blank.
        rows.retain(|row| {
            let points_at =
                row.get("id").and_then(|id| id.as_s().ok()).map(|id| keys::record_of(&pk, id));
            points_at == Some(id)
        });
        Ok(rows)
    }
}
