//! Fields of records that could not be used.

use std::collections::BTreeMap;

use super::DecodeError;

/// Counts of unusable fields by name. An unusable field costs its value, never the record, and is
/// counted here. Holds names of fields, never values, which may be personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SkippedFields(BTreeMap<&'static str, u64>);

impl SkippedFields {
    /// Counts a field.
    pub fn add(&mut self, field: &'static str) {
        let count = self.0.entry(field).or_default();
        *count = count.saturating_add(1);
    }

    /// The value of a field; None, and counted, if the field could not be used.
    pub fn or_none<T>(&mut self, read: Result<Option<T>, DecodeError>) -> Option<T> {
        match read {
            Ok(value) => value,
            Err(error) => {
                self.add(error.field());
                None
            }
        }
    }

    /// Adds the counts of `other`.
    pub fn extend(&mut self, other: Self) {
        for (field, more) in other.0 {
            let count = self.0.entry(field).or_default();
            *count = count.saturating_add(more);
        }
    }

    /// Whether every field could be used.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields' API names and counts, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(field, count)| (*field, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_field_is_none_and_counted() {
        let mut skipped = SkippedFields::default();
        assert_eq!(skipped.or_none(Ok(Some(7))), Some(7));
        assert_eq!(skipped.or_none::<u8>(Ok(None)), None);
        assert!(skipped.is_empty());
        for _ in 0..2 {
            let read = Err::<Option<u8>, _>(DecodeError::Unusable { field: "stock1" });
            assert_eq!(skipped.or_none(read), None);
        }
        assert_eq!(skipped.iter().collect::<Vec<_>>(), [("stock1", 2)]);
    }

    #[test]
    fn counts_are_summed_by_field() {
        let (mut sum, mut other) = (SkippedFields::default(), SkippedFields::default());
        sum.add("b");
        other.add("b");
        other.add("a");
        sum.extend(other);
        assert_eq!(sum.iter().collect::<Vec<_>>(), [("a", 1), ("b", 2)]);
    }
}
