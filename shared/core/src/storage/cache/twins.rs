//! Rows of one order under several ids. A shop can give an order an outer id, which replaces the
//! order's id in the platform's API; the number stays the same. Whoever writes the order under the
//! one id removes the row under the other.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};

use super::guarded::broken;
use super::newer::OrderVersion;
use super::record::Draft;
use super::{CacheRepository, Known};
use crate::domain::{Resource, StoreId};
use crate::storage::error::StoreError;
use crate::storage::keys::{self, number, text};
use crate::storage::transaction::transact;

/// Ids per order that are considered; more than one other id means that an interrupted write left
/// rows behind.
const MAX_TWINS: i32 = 4;

/// A row of the same order under another id.
pub(super) struct Twin {
    pub(super) id: String,
    pub(super) version: OrderVersion,
}

impl Twin {
    /// Whether the row is of no use once `new` is written: it is older, or never came from the API.
    pub(super) fn is_superseded_by(&self, new: &OrderVersion) -> bool {
        let is_older = self.version.generation < new.generation
            || self.version.provisional
            || self.version.read_at.unwrap_or(0) <= new.read_at.unwrap_or(i64::MAX);
        !new.provisional && self.version.generation <= new.generation && is_older
    }
}

/// The ids of other rows with the number of a draft, by the draft's id.
pub(super) fn of(
    drafts: &BTreeMap<String, (usize, Draft)>,
    known: &HashMap<String, Known>,
) -> BTreeMap<String, Vec<String>> {
    let mut ids: HashMap<&str, Vec<&String>> = HashMap::new();
    for (id, known) in known.iter().filter(|(_, known)| is_number(&known.number)) {
        ids.entry(&known.number).or_default().push(id);
    }
    let mut twins = BTreeMap::new();
    for (id, (_, draft)) in drafts {
        let same = ids.get(draft.number.as_str()).into_iter().flatten();
        // Two orders of one page are two orders.
        let others = same.filter(|other| !drafts.contains_key(**other));
        let others: Vec<_> = others.map(|other| (*other).clone()).collect();
        if !others.is_empty() {
            twins.insert(id.clone(), others);
        }
    }
    twins
}

/// Substitutes for a missing number identify nothing.
fn is_number(number: &str) -> bool {
    number.starts_with(|first: char| first.is_ascii_digit())
}

impl CacheRepository {
    /// The ids of other rows with the draft's number. The index can lag slightly behind the rows.
    pub(super) async fn twins_of(
        &self,
        pk: &str,
        draft: &Draft,
    ) -> Result<Vec<String>, StoreError> {
        if !is_number(&draft.number) {
            return Ok(Vec::new());
        }
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("by_number")
            .key_condition_expression("pk = :pk AND #number = :number")
            .projection_expression("id")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":number", text(&draft.number))
            .limit(MAX_TWINS);
        let answer = query.send().await.map_err(StoreError::sdk("find an order's rows"))?;
        let ids = answer.items().iter().filter_map(|row| row.get("id")?.as_s().ok().cloned());
        Ok(ids.filter(|id| *id != draft.id).collect())
    }

    /// Deletes a row, if it is unchanged, and its pointers.
    pub(super) async fn remove_twin(&self, store: &StoreId, twin: &Twin) -> Result<(), StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .key("pk", text(keys::cache_partition(store, Resource::Orders)))
            .key("id", text(&twin.id))
            .condition_expression("generation = :generation AND digest = :digest")
            .expression_attribute_values(":generation", number(twin.version.generation))
            .expression_attribute_values(":digest", text(&twin.version.digest))
            .build()
            .map_err(broken)?;
        let delete = TransactWriteItem::builder().delete(delete).build();
        let pointers = self.pointer_deletions(store, Resource::Orders, &twin.id).await?;
        let writes = std::iter::once(delete).chain(pointers).collect();
        transact(&self.client, writes, "remove an order's other row").await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Generation;

    fn version(provisional: bool, read_at: i64) -> OrderVersion {
        OrderVersion {
            generation: Generation(2),
            digest: read_at.to_string(),
            updated_at: None,
            read_at: Some(read_at),
            provisional,
            status: None,
            expected_delivery: None,
            history: None,
        }
    }

    #[test]
    fn later_read_from_the_api_supersedes_the_other_row() {
        let is_superseded = |twin: OrderVersion, new: OrderVersion| {
            Twin { id: "a".to_owned(), version: twin }.is_superseded_by(&new)
        };
        assert!(is_superseded(version(false, 1), version(false, 2)));
        assert!(is_superseded(version(true, 3), version(false, 2)));
        assert!(!is_superseded(version(false, 3), version(false, 2)));
        assert!(!is_superseded(version(true, 1), version(true, 2)));
        let older = OrderVersion { generation: Generation(1), ..version(false, 3) };
        let newer = OrderVersion { generation: Generation(3), ..version(false, 1) };
        assert!(is_superseded(older, version(false, 2)));
        assert!(!is_superseded(newer, version(false, 2)));
    }

    #[test]
    fn rows_of_one_number_are_twins_unless_both_are_listed() {
        let draft = |id: &str, number: &str| {
            let draft = Draft {
                id: id.to_owned(),
                number: number.to_owned(),
                digest: String::new(),
                generation: Generation(1),
                further_phone_keys: Vec::new(),
                item: keys::Item::new(),
            };
            (id.to_owned(), (0, draft))
        };
        let row = |id: &str, number: &str| {
            (id.to_owned(), Known { digest: String::new(), number: number.to_owned() })
        };
        let known = [row("a", "0007"), row("b", "0008"), row("c", "~x"), row("e", "0009")];
        let known = HashMap::from(known);
        let listed = [draft("outer", "0007"), draft("b", "0008"), draft("d", "~x")];
        let twins = of(&BTreeMap::from(listed), &known);
        assert_eq!(twins, [("outer".to_owned(), vec!["a".to_owned()])].into());
        let both = [draft("outer", "0007"), draft("a", "0007")];
        assert!(of(&BTreeMap::from(both), &known).is_empty());
    }
}
