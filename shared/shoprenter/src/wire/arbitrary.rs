//! Strategies for the property tests: JSON of any shape.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any value up to four levels deep.
pub(super) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["", "0", "1", "0000-00-00", "2017-10-20T09:25:30", "<p>&amp;"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let key = prop::sample::select(vec![
            "",
            "unknown",
            "id",
            "href",
            "name",
            "gross",
            "default",
            "language",
            "category",
            "urlAlias",
            "value",
            "code",
            "stock1",
            "total",
            "telephone",
            "city",
            "orderStatus",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|pairs| {
                Value::from(
                    pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}
